"""What pages keep of rosters ends while a look still counts as one."""

from scheduler.services.accounts.gate import ONE_LOOK
from ui import state
from ui.state import Kept


def test_nothing_is_kept_for_so_long_that_a_look_or_a_forgotten_person_is_missed() -> None:
    kept = [one for one in vars(state).values() if isinstance(one, Kept)]
    assert len(kept) > 10
    for one in kept:
        seconds = one._cached._info.ttl
        assert seconds is not None
        assert seconds < ONE_LOOK.total_seconds()
