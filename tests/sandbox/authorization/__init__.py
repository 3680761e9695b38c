"""Tests of ``sandbox.authorization``."""
