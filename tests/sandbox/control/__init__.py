"""Tests of `sandbox.control`."""
