"""The API of leads."""
