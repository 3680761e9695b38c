"""Tests of `sandbox.ground`."""
