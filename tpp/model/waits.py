"""How long a bank that asks to be left alone is left alone: bounds that its reader and its keeper share."""

from __future__ import annotations

from datetime import timedelta

LONGEST = timedelta(days=7)
"""A bank that names a later moment is asked again after this: it may have meant something else."""

UNSAID = timedelta(seconds=60)
"""Where the bank asks for a pause and its length is not said, or cannot be read."""
