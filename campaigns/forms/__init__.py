"""Forms of campaigns. What is wrong with a value is said by the domain (`campaigns.drafting`, `campaigns.steps`)."""
