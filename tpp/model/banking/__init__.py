"""What a bank tells of an account beside its balances: entries, what is regular, payees, holders, the product."""
