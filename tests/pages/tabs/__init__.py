"""The tabs of one account's page."""
