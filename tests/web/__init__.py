"""Tests of `tpp.web`."""
