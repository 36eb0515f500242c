"""Two people tap at the same moment: one has it, the other is told; two who approve at the same
moment publish once. And what nobody settles before the shift begins is over.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from scheduler.domain.errors import BadRequest, SchedulerError
from scheduler.services.trades.approval import approve_trade, trades_to_approve
from scheduler.services.trades.trades import accept, offer_shift
from scheduler.storage import trades as storage
from scheduler.storage.repository import Repository
from tests.scheduler.services.inbox.conftest import as_staff
from tests.scheduler.services.sign_off.conftest import HOME, acting, approver
from tests.scheduler.services.trades.conftest import SHIFTS
from tests.scheduler.services.trades.test_trades import counting, given, of_a


def at_once(url: str, *deeds: Callable[[Repository], object]) -> list[object]:
    """What each came to; of one that was refused, what was said."""
    ready = Barrier(len(deeds))

    def does(deed: Callable[[Repository], object]) -> object:
        with Repository(url) as own:
            ready.wait()
            try:
                return deed(own)
            except SchedulerError as error:
                return str(error)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(does, deeds))


def test_of_two_taps_one_wins_and_one_is_told(repository: Repository, published: str) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)

    def taps(staff_id: str) -> Callable[[Repository], object]:
        return lambda own: accept(as_staff(own, staff_id), staff_id, trade.id).taken_by

    answers = at_once(repository.url, taps("P4"), taps("P5"))
    (winner,) = {answer for answer in answers if answer in ("P4", "P5")}
    assert answers.count(winner) == 1
    assert any("quicker" in str(answer) for answer in answers)
    assert repository.trades.trade(trade.id).taken_by == winner


def test_one_finger_that_taps_twice_has_it_once(repository: Repository, published: str) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)

    def taps(own: Repository) -> object:
        return accept(as_staff(own, "P5"), "P5", trade.id).taken_by

    assert at_once(repository.url, taps, taps) == ["P5", "P5"]


def test_two_who_approve_at_once_publish_once(repository: Repository, published: str) -> None:
    trade = given(repository)

    def approves(name: str) -> Callable[[Repository], object]:
        return lambda own: approve_trade(acting(own, name, approver("A")), trade.id).stored

    answers = at_once(repository.url, approves("one"), approves("two"))
    assert answers.count("done") == 1, answers
    assert counting(repository) == {("P5", HOME), *SHIFTS} - {("P1", HOME)}
    assert len([one for one in repository.rosters() if one.status == "published"]) == 1
    assert all(one.status != "draft" for one in repository.rosters())


def test_who_dies_over_it_is_followed_by_another(
    repository: Repository, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = given(repository)
    repository.trades.approve(trade.id, ["A"])
    repository.trades.begin(trade.id)
    with pytest.raises(BadRequest, match="at this moment"):
        repository.trades.begin(trade.id)
    assert [one.trade.id for one in trades_to_approve(of_a(repository))] == [trade.id]
    assert trades_to_approve(acting(repository, "b", approver("B"))) == []
    monkeypatch.setattr(storage, "CARRYING", timedelta(0))
    assert approve_trade(of_a(repository), trade.id).stored == "done"


def test_when_the_shift_has_begun_it_is_over(
    repository: Repository, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    before, after = trade.until - timedelta(seconds=1), trade.until
    assert (trade.state(before), trade.state(after)) == ("open", "lapsed")
    monkeypatch.setattr(storage, "now", lambda: after)
    with pytest.raises(BadRequest, match="has begun"):
        repository.trades.take(trade.id, "P5", None)
    with pytest.raises(BadRequest, match="has begun"):
        repository.trades.end(trade.id, "withdrawn")
