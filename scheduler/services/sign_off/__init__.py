"""Approval of rosters by the organisations that are accountable for them, and disputes."""
