"""Postcards: UDP."""
