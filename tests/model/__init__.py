"""Tests of `tpp.model`."""
