"""Repair by CP-SAT in a neighbourhood of the roster, with the fewest changes."""
