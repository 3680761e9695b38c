"""Tests of ``sandbox.control``."""
