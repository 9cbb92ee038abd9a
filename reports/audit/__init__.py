"""Who did what, when, from where and why: one stream over every table of events, for those who run the brokerage."""
