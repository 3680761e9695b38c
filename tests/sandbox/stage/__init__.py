"""Tests of ``sandbox.stage``."""
