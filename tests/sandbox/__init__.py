"""Tests of the simulated sandbox, a file for each of its modules."""
