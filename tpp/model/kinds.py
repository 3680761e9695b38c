"""The kinds of rows that are kept, each with a name: one module reads and writes a kind, and no other.

`tests/test_architecture.py` holds that, and docs/architecture.md says what each one holds and when it ends. A word lies
in clear on the disk and is bound into the seal of its rows: a changed one leaves the rows of yesterday unread.
"""

from __future__ import annotations

from typing import Final

SESSION: Final = "session"
"""A browser's session, under its cookie."""

EDITION: Final = "epoch"
"""Which session may open a vault. Stored under the word that this had at first."""

GONE: Final = "gone"
"""That a vault's owner has signed out."""

ATTEMPT: Final = "attempt"
"""One try to connect."""

CONNECTION: Final = "connection"
"""What a customer has connected: the grant."""

HISTORY: Final = "history"
"""What a customer had connected: that it was, what for, and how it ended."""

RECEIPT: Final = "receipt"
"""When a bank last gave something under a consent, and how many accounts it listed."""

FIGURES: Final = "figures"
"""What a bank said of one connection."""

LATE: Final = "late"
"""What came after its page had gone."""

RESOURCE: Final = "resource"
"""What a bank said of one resource of one account."""

ASKING: Final = "asking"
"""That a page is asking a bank just now."""

WAIT: Final = "wait"
"""Until when a bank is left alone."""

ANSWER: Final = "answer"
"""Where a form's press led."""

RETURN: Final = "return"
"""What a repeated return from the bank needs."""

CLAIM: Final = "claim"
"""That an answer of a bank is dealt with, and where it led."""

SHOWN: Final = "shown"
"""What a way to a bank has shown once."""

STUB: Final = "stub"
"""What is still known of a consent when its browser is gone."""

TIDY: Final = "tidy"
"""That expired rows were removed lately."""
