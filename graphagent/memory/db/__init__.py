"""Databases that memories are kept in."""
