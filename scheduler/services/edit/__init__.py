"""Rosters as people change them: judged at once, taken back, filled by the program."""
