"""Tests of `sandbox.directory`."""
