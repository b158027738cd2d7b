"""Helpers around runs: printing, logging, identifiers."""
