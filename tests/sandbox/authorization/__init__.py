"""Tests of `sandbox.authorization`."""
