"""Tests of ``sandbox.ledger``."""
