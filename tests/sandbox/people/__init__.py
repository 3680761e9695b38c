"""Tests of `sandbox.people`."""
