"""What we keep: sealed rows with a lifetime, atomic take, compare-and-set and leases.

`rows` names what a backend must do on bytes, `sqlite` does it on one host, `vault` seals and opens.
"""
