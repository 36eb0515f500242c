"""Versions of a roster: what they are called, why they are there, and what differs between two."""
