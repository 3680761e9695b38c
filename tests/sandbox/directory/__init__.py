"""Tests of ``sandbox.directory``."""
