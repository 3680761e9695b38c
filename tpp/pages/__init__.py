"""View models, only where something is computed. They hand out our `Words` and the bank's own `str`."""
