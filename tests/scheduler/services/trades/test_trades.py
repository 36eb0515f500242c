"""Shifts change hands: only those are asked who could, the first has it, who is concerned approves,
and the published roster changes by those lines alone.
"""

from datetime import date, timedelta

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.domain.facts import Leave
from scheduler.domain.trade import Trade
from scheduler.services.inbox.inbox import how_many
from scheduler.services.inbox.notices import notices
from scheduler.services.publish.publish import publish
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.services.trades.approval import (
    approve_trade,
    refuse_trade,
    trades_to_approve,
)
from scheduler.services.trades.trades import (
    accept,
    ask_swap,
    decline,
    offer_shift,
    take_back,
    take_open,
    trades_of,
)
from scheduler.services.trades.who_could import open_places
from scheduler.storage.repository import Repository
from tests.factories import MONDAY, person
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.inbox.conftest import as_staff, everything_approved
from tests.scheduler.services.sign_off.conftest import (
    HOME,
    LENT,
    THERE,
    acting,
    approver,
    operations,
    post,
)
from tests.scheduler.services.trades.conftest import EMPTY, SHIFTS, TUESDAY, trading_week


def asked(trade: Trade) -> list[tuple[str, str | None]]:
    return sorted((one.staff_id, one.demand_id) for one in trade.asked)


def counting(repository: Repository) -> set[tuple[str | None, str]]:
    return {
        (line.staff_id, line.demand_id) for _, lines in repository.published() for line in lines
    }


def of_a(repository: Repository) -> Repository:
    return acting(repository, "a", approver("A"))


def given(repository: Repository) -> Trade:
    """P1's early on Monday, which P5 has taken."""
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    return accept(as_staff(repository, "P5"), "P5", trade.id)


def test_only_those_are_asked_who_could_take_it(repository: Repository, published: str) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    # P2 works elsewhere at that time, P3 of B is not cleared for A
    assert asked(trade) == [("P4", None), ("P5", None)]
    assert trades_of(as_staff(repository, "P5"), "P5") == [trade]
    assert trades_of(as_staff(repository, "P2"), "P2") == []
    with pytest.raises(BadRequest, match="not asked"):
        accept(as_staff(repository, "P3"), "P3", trade.id)


def test_nobody_trades_in_somebody_elses_name(repository: Repository, published: str) -> None:
    with pytest.raises(NotPermitted):
        offer_shift(as_staff(repository, "P5"), "P1", HOME)
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    with pytest.raises(NotPermitted):
        accept(acting(repository, "op", operations()), "P5", trade.id)
    with pytest.raises(BadRequest, match="no trade of yours"):
        take_back(as_staff(repository, "P4"), "P4", trade.id)
    with pytest.raises(BadRequest, match="no published shift of yours"):
        offer_shift(as_staff(repository, "P1"), "P1", TUESDAY)


def test_the_first_has_it_and_the_second_is_told(repository: Repository, published: str) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    assert accept(as_staff(repository, "P5"), "P5", trade.id).taken_by == "P5"
    with pytest.raises(BadRequest, match="quicker"):
        accept(as_staff(repository, "P4"), "P4", trade.id)
    again = accept(as_staff(repository, "P5"), "P5", trade.id)
    assert again.taken_by == "P5", "tapped twice"
    assert counting(repository) == set(SHIFTS), "nothing changes before it is approved"


def test_approved_it_changes_two_lines_and_tells_two_people(
    repository: Repository, published: str
) -> None:
    given(repository)
    (waiting,) = trades_to_approve(of_a(repository))
    assert waiting.effect is not None
    assert (waiting.missing, waiting.mine) == (frozenset({"A"}), frozenset({"A"}))
    of_b = acting(repository, "b", approver("B"))
    assert trades_to_approve(of_b) == []
    assert how_many(of_a(repository)) == 1
    assert how_many(as_staff(repository, "P3")) == len(notices(repository, "P3", unseen=True))
    done = approve_trade(of_a(repository), waiting.trade.id)
    assert done.stored == "done"
    assert counting(repository) == {("P5", HOME), *SHIFTS} - {("P1", HOME)}
    header = repository.roster_header(done.result or "")
    assert (header.status, header.published_by) == ("published", "os:a")
    assert header.published_reason == "Shifts traded between members of staff"
    assert sign_off_state(repository, header.id).complete
    told = {each: len(notices(repository, each)) for each in ("P1", "P2", "P3", "P4", "P5")}
    assert told == {"P1": 2, "P2": 1, "P3": 1, "P4": 1, "P5": 1}
    assert trades_to_approve(of_a(repository)) == []
    with pytest.raises(BadRequest, match="changed hands already"):
        take_back(as_staff(repository, "P1"), "P1", done.id)


def test_a_swap_goes_to_those_with_whom_it_keeps_all_rules(
    repository: Repository, published: str
) -> None:
    trade = ask_swap(as_staff(repository, "P1"), "P1", HOME)
    assert asked(trade) == [("P4", TUESDAY)]
    with pytest.raises(BadRequest, match="not asked"):
        accept(as_staff(repository, "P4"), "P4", trade.id)
    accept(as_staff(repository, "P4"), "P4", trade.id, taken_for=TUESDAY)
    approve_trade(of_a(repository), trade.id)
    expected = {("P4", HOME), ("P1", TUESDAY), *SHIFTS} - {("P1", HOME), ("P4", TUESDAY)}
    assert counting(repository) == expected


def test_who_is_on_together_swaps_with_others_and_not_with_each_other(
    repository: Repository,
) -> None:
    tables = trading_week()
    for row in tables["demand"]:
        if row["id"] in (HOME, TUESDAY):
            row["minimum"] = "2"
    both = (*SHIFTS, ("P5", HOME), ("P1", TUESDAY))
    roster_id = stored(repository, tables, *both)
    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    # P5 is on with P1 on Monday, and P1 with P4 on Tuesday
    assert asked(ask_swap(as_staff(repository, "P5"), "P5", HOME)) == [("P4", TUESDAY)]
    with pytest.raises(BadRequest, match="nobody with whom"):
        ask_swap(as_staff(repository, "P1"), "P1", HOME)


def test_an_open_place_is_shown_to_who_could_fill_it_and_taken(
    repository: Repository, published: str
) -> None:
    places = open_places(as_staff(repository, "P5"), "P5")
    assert EMPTY in {place.duty.id for place in places}
    assert open_places(as_staff(repository, "P3"), "P3") == []
    trade = take_open(as_staff(repository, "P5"), "P5", published, EMPTY)
    take_open(as_staff(repository, "P4"), "P4", published, EMPTY)
    with pytest.raises(BadRequest, match="on offer already"):
        take_open(as_staff(repository, "P5"), "P5", published, EMPTY)
    approve_trade(of_a(repository), trade.id)
    assert ("P5", EMPTY) in counting(repository)
    (left,) = trades_to_approve(of_a(repository))
    with pytest.raises(BadRequest):
        approve_trade(of_a(repository), left.trade.id)
    assert ("P4", EMPTY) not in counting(repository)


def test_what_costs_more_than_a_post_may_approve_waits_for_another(repository: Repository) -> None:
    tables = trading_week()
    person(tables, "P7", hours="0", kind="bank")
    for row in tables["approval_post"]:
        if row["id"] == "A-COO":
            row["most_pounds"] = "100"
    tables["approval_post"].append(post("A-CEO", "approve", "A"))
    roster_id = stored(repository, tables, *SHIFTS)
    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    trade = take_open(as_staff(repository, "P7"), "P7", roster_id, EMPTY)
    coo = acting(repository, "coo", approver("A", post_id="A-COO"))
    assert trades_to_approve(coo) == []
    with pytest.raises(NotPermitted, match="does not approve this trade: it concerns A"):
        approve_trade(coo, trade.id)
    ceo = acting(repository, "ceo", approver("A", post_id="A-CEO"))
    (waiting,) = trades_to_approve(ceo)
    assert waiting.effect is not None
    assert waiting.effect.cash_pence > 100_00
    assert approve_trade(ceo, trade.id).stored == "done"


def test_refused_it_stays_as_it_was_and_says_why(repository: Repository, published: str) -> None:
    trade = given(repository)
    with pytest.raises(BadRequest, match="reason in words"):
        refuse_trade(of_a(repository), trade.id, " ")
    with pytest.raises(NotPermitted):
        refuse_trade(acting(repository, "b", approver("B")), trade.id, "no")
    done = refuse_trade(of_a(repository), trade.id, "P5 is new there")
    assert (done.stored, done.words) == ("refused", "P5 is new there")
    assert counting(repository) == set(SHIFTS)
    with pytest.raises(BadRequest, match="refused"):
        approve_trade(of_a(repository), trade.id)


def test_whoever_offers_or_takes_may_think_again(repository: Repository, published: str) -> None:
    trade = given(repository)
    with pytest.raises(BadRequest, match="on offer already"):
        offer_shift(as_staff(repository, "P1"), "P1", HOME)
    assert take_back(as_staff(repository, "P5"), "P5", trade.id).stored == "withdrawn"
    again = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    assert take_back(as_staff(repository, "P1"), "P1", again.id).stored == "withdrawn"


def test_who_has_declined_is_not_asked_again(repository: Repository, published: str) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    decline(as_staff(repository, "P5"), "P5", trade.id)
    with pytest.raises(BadRequest, match="not asked"):
        accept(as_staff(repository, "P5"), "P5", trade.id)
    assert accept(as_staff(repository, "P4"), "P4", trade.id).taken_by == "P4"


def away(repository: Repository, staff_id: str, day: date) -> None:
    leave = Leave(staff_id=staff_id, from_date=day, to_date=day, kind="annual")
    repository.store(repository.dataset().with_facts(leave=(leave,)), replace=True)


def test_what_a_rule_forbids_by_now_is_neither_taken_nor_approved(
    repository: Repository, published: str
) -> None:
    trade = offer_shift(as_staff(repository, "P1"), "P1", HOME)
    away(repository, "P5", MONDAY)
    with pytest.raises(BadRequest, match="The rules do not let you take it"):
        accept(as_staff(repository, "P5"), "P5", trade.id)
    accept(as_staff(repository, "P4"), "P4", trade.id)
    away(repository, "P4", MONDAY)
    with pytest.raises(BadRequest, match="By now a rule stands against it"):
        approve_trade(of_a(repository), trade.id)
    assert counting(repository) == set(SHIFTS)
    assert all(header.status != "draft" for header in repository.rosters())


def test_what_did_not_hold_before_does_not_keep_two_others_from_trading(
    repository: Repository, published: str
) -> None:
    trade = given(repository)
    away(repository, "P4", MONDAY + timedelta(days=1))
    done = approve_trade(of_a(repository), trade.id)
    header = repository.roster_header(done.result or "")
    assert header.published_anyway is not None
    assert header.published_anyway.reason == "What does not hold did not before the trade either."


def test_what_other_facts_have_become_meanwhile_does_not_keep_two_from_trading(
    repository: Repository, published: str
) -> None:
    """B has another place to fill, and pays its night more: none of it is the trade's."""
    trade = given(repository)
    late = next(row for row in repository.dataset().demand if row.id == THERE)
    theirs = next(row for row in repository.dataset().contract if row.staff_id == "P3")
    new = repository.dataset().with_facts(
        demand=(late.model_copy(update={"minimum": 2}),),
        contract=(theirs.model_copy(update={"hours_per_week": 1.0}),),
    )
    repository.store(new, replace=True)
    before = repository.sign_offs.answers("COL", MONDAY)
    done = approve_trade(of_a(repository), trade.id)
    assert done.stored == "done"
    assert {("P5", HOME), ("P3", THERE)} <= counting(repository)
    after = repository.sign_offs.answers("COL", MONDAY)
    assert {one.organisation_id for one in after if one not in before} == {"A"}, "B said nothing"


def test_what_others_have_to_approve_first_is_said(repository: Repository, published: str) -> None:
    trade = given(repository)
    late = next(row for row in repository.dataset().demand if row.id == THERE)
    repository.change([RowChange(late, None)])
    signed = repository.sign_offs.answers("COL", MONDAY)
    with pytest.raises(BadRequest, match="More than this trade has changed since B approved"):
        approve_trade(of_a(repository), trade.id)
    assert repository.sign_offs.answers("COL", MONDAY) == signed, "nobody's approval is on record"
    assert counting(repository) == set(SHIFTS)
    assert all(header.status != "draft" for header in repository.rosters())


def test_it_comes_true_in_what_counts_by_then(repository: Repository, published: str) -> None:
    """Two trades of one week, approved one after the other."""
    first = given(repository)
    second = offer_shift(as_staff(repository, "P4"), "P4", TUESDAY)
    accept(as_staff(repository, "P1"), "P1", second.id)
    approve_trade(of_a(repository), first.id)
    approve_trade(of_a(repository), second.id)
    assert {("P5", HOME), ("P1", TUESDAY)} <= counting(repository)


def test_what_is_lent_is_approved_by_both_and_not_before_both_have(
    repository: Repository, published: str
) -> None:
    dataset = repository.dataset()
    lender = next(one for one in dataset.staff if one.id == "P5")
    lent = next(one for one in dataset.passport if one.staff_id == "P2")
    repository.store(
        dataset.with_facts(
            staff=(lender.model_copy(update={"accepts_other_hosts": True}),),
            passport=(lent.model_copy(update={"staff_id": "P5"}),),
        ),
        replace=True,
    )
    trade = offer_shift(as_staff(repository, "P2"), "P2", LENT)
    assert ("P5", None) in asked(trade)
    accept(as_staff(repository, "P5"), "P5", trade.id)
    half = approve_trade(of_a(repository), trade.id)
    assert half.stored == "taken"
    assert ("P2", LENT) in counting(repository)
    assert trades_to_approve(of_a(repository)) == []
    with pytest.raises(NotPermitted, match="it concerns B"):
        approve_trade(of_a(repository), trade.id)
    done = approve_trade(acting(repository, "b", approver("B")), trade.id)
    assert done.stored == "done"
    assert ("P5", LENT) in counting(repository)
    given_by = {
        (one.organisation_id, one.account, one.behind)
        for one in repository.sign_offs.answers("COL", MONDAY)
        if one.roster_id == done.result
    }
    assert given_by == {("A", "os:a", "os:b"), ("B", "os:b", "")}, "each as they said it themselves"


def test_a_shift_of_two_is_no_open_place_for_who_is_on_it(repository: Repository) -> None:
    tables = trading_week()
    next(row for row in tables["demand"] if row["id"] == TUESDAY)["minimum"] = "2"
    roster_id = stored(repository, tables, *SHIFTS)
    everything_approved(repository, roster_id)
    publish(repository, roster_id)
    offered = {
        who: {place.duty.id for place in open_places(as_staff(repository, who), who)}
        for who in ("P4", "P5")
    }
    assert TUESDAY not in offered["P4"], "P4 is there already"
    assert TUESDAY in offered["P5"]
