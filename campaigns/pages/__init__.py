"""The pages of campaigns. Everybody in the brokerage may see them; those who run it change them."""
