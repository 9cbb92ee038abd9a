"""The API of campaigns: everybody of the brokerage reads, those who run it write."""
