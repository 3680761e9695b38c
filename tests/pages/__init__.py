"""Tests of `tpp.pages`."""
