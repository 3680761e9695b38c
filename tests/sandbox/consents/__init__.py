"""Tests of `sandbox.consents`."""
