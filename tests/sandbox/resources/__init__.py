"""Tests of `sandbox.resources`."""
