"""Tests of `sandbox.ledger`."""
