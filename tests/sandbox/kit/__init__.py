"""Tests of ``sandbox.kit``."""
