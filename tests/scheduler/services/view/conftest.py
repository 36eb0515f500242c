"""The world of the tests of accounts, for what is asked of one person."""

from tests.scheduler.services.accounts.conftest import stored as stored
from tests.scheduler.services.accounts.conftest import world as world
