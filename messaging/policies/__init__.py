"""What the law of each country says about writing to people, as dated data with its sources.

No lawyer has confirmed these rows: they are a careful reading of public sources, told as such on the page. Where a
source is silent about hours the row says so and takes cautious ones.
"""
