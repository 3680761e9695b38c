"""Tests of the simulated sandbox, in its own rooms; on top what concerns the sandbox as a whole."""
