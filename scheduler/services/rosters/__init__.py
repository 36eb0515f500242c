"""Build a roster, open a stored one again, pin."""
