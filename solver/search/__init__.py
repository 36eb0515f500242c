"""How a roster is looked for: one strategy, one file. A strategy returns a roster and a bound; the
check has the last word.
"""
