"""Doubts about a row that only the brokerage can have."""

COLLEAGUES_LEAD = "colleagues_lead"
OWNER_UNKNOWN = "owner_unknown"
