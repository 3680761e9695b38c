"""The tabs of one account's page: which there are, and what each shows."""
