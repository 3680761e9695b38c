"""Tests of ``sandbox.resources``."""
