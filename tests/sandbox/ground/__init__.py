"""Tests of ``sandbox.ground``."""
