"""Tests of ``sandbox.pages``."""
