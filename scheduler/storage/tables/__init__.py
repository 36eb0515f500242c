"""The database's tables: one for each kind of fact, made from the fact class, and those that keep
what people make and agree on. Importing this makes all of them known.
"""

from scheduler.storage.tables import accounts as accounts
from scheduler.storage.tables import agreeing as agreeing
from scheduler.storage.tables import changes as changes
from scheduler.storage.tables import jobs as jobs
from scheduler.storage.tables import rosters as rosters
from scheduler.storage.tables.base import METADATA as METADATA
from scheduler.storage.tables.base import UtcInstant as UtcInstant
from scheduler.storage.tables.base import table as table
from scheduler.storage.tables.facts import FACT_ROWS as FACT_ROWS
