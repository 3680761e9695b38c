"""Tests of ``sandbox.people``."""
