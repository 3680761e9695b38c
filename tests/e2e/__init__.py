"""The product as people and machines meet it: real processes, a real browser."""
