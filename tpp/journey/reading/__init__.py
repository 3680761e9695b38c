"""Reading a bank: who is asked for what, how often, how long a page waits, and what is kept of the answers."""
