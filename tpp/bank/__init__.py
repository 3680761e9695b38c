"""Going out: HTTP to the Starter Kit (and later straight to the bank), and reading what they answer."""
