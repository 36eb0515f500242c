"""How far away work may lie. Apart from the facts, so that a command line that only explains itself
loads no library for it.
"""

from datetime import date

FIRST_DAY, LAST_DAY = date(1901, 1, 1), date(2198, 12, 31)
"""Between them work may lie: calendars are known, and a year of history or of weeks ahead is a date
too. Facts may hold from and until any date.
"""
LONGEST_SEARCH, MOST_WORKERS = 7 * 86_400, 256
"""Of one search: seconds, and the solver's workers."""
