"""Tests of `tpp.journey`."""
