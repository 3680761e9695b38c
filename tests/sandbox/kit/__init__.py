"""Tests of `sandbox.kit`."""
