"""Tests of `tpp.store`."""
