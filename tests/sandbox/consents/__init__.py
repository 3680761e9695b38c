"""Tests of ``sandbox.consents``."""
