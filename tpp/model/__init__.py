"""What is true in the domain, in plain values: no Flask, no HTTP, no storage. Standard library only."""
