"""The pages over all accounts."""
