"""Tests of `sandbox.pages`."""
