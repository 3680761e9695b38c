"""Tests of `tpp.bank`."""
