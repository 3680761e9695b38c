"""Tests of `sandbox.stage`."""
