"""Why me, why not me, as the person reads it."""

from datetime import timedelta

import pytest

from scheduler.domain.conditions import barriers_of
from scheduler.domain.problem import Problem
from scheduler.domain.sentence import ref, said
from scheduler.services.explain.names import Naming
from scheduler.services.explain.own_words import (
    IN_THE_WAY,
    NOTED,
    RULES_TO_YOU,
    WEIGHED,
    in_pounds,
    own_answer,
)
from scheduler.services.explain.replacements import Blocked, Effect
from scheduler.services.explain.why_person import Added, Forced, WhyNot, WhyThis
from scheduler.services.repair.answer import PersonChange, Shift
from scheduler.services.view.look_up import ContractBarriers
from solver.evaluate.verify import verify
from tests.factories import (
    MONDAY,
    alone,
    does,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    rows,
)

NO_EFFECT = Effect(objective_pence=1200, cash_pence=0, by_rule={}, blocked=())


@pytest.fixture
def problem() -> Problem:
    """P of A, whose contract ended, cannot work a night for B; Q of B can."""
    tables = plain_tables()
    person(tables, "P", to_date="2027-01-10")
    person(tables, "Q", "B")
    tables["competency"] = rows(
        "id name kind", "LS | Life support | mandatory", "WC | Wound care | clinical"
    )
    tables["service_competency"] = rows(
        "service_id role_id competency_id", "UCR | | LS", "UCR | | WC"
    )
    need(tables, 0, "E", site_id="SB")
    return problem_of(tables)


def names_of(problem: Problem) -> Naming:
    return Naming.of(problem.dataset, MONDAY, MONDAY + timedelta(days=6))


def why_not(problem: Problem, **changes: object) -> WhyNot:
    (duty,) = problem.duties
    contract = problem.index.contracts["C-P"]
    cells = {
        "roster_id": "R",
        "staff_id": "P",
        "name": "Synthetic P",
        "duty": duty,
        "contracts": (
            ContractBarriers(contract, tuple(barriers_of(problem.index, contract, duty))),
        ),
        "there_now": (),
        "instead": (),
        "added": (),
        "forced": None,
    }
    # cells of any kind, as a test gives them
    return WhyNot(**{**cells, **changes})  # type: ignore[arg-type]


def test_each_thing_in_the_way_is_said_and_its_kind_explained_once(problem: Problem) -> None:
    answer = own_answer(why_not(problem), names_of(problem))
    assert answer.question.startswith("Why do I not do Mon 11 Jan 07:00–15:00, Nurse")
    (cleared, _), (heading, points) = answer.paragraphs
    assert cleared == "You are not cleared for it, so no roster could have put you there."
    assert heading == "By your contract as Nurse with Trust A, this stands in the way:"
    assert points[0] == (
        "Your contract. Your contract as Nurse with Trust A does not run on Mon 11 Jan, lapsed"
        " since Mon 11 Jan. Who can change that: Trust A."
    )
    assert sum(IN_THE_WAY["competency"] in point for point in points) == 1
    assert "You do not hold Wound care on Mon 11 Jan. Who can change that: Trust A." in points
    assert any("you hold none" in point for point in points)
    assert not any("C-P" in point for point in points)


def cleared(problem: Problem, **changes: object) -> list[str]:
    free = ContractBarriers(problem.index.contracts["C-P"], ())
    found = why_not(problem, contracts=(free,), **changes)
    return list(own_answer(found, names_of(problem)).sentences())


def test_a_rule_that_would_break_is_said_without_a_colleague(problem: Problem) -> None:
    words = said(
        "{person} may not follow {other}.", person=ref("person", "P"), other=ref("person", "")
    )
    blocked = Effect(objective_pence=0, cash_pence=0, by_rule={}, blocked=(Blocked("x", words),))
    text = cleared(problem, there_now=("Q",), added=(Added("C-P", blocked),))
    assert "You are cleared for it; 1 colleague or temporary worker does it." in text
    assert "Synthetic P may not follow a colleague." in text
    assert WEIGHED not in text


def test_their_own_limit_of_shifts_elsewhere_is_said_to_them(problem: Problem) -> None:
    tables = plain_tables()
    person(tables, "P", most_shifts_elsewhere="1")
    person(tables, "Q", most_shifts_elsewhere="0")
    lending(tables, ["P", "Q"])
    rows = [need(tables, day, "E", site_id="SB") for day in (0, 1)]
    own = problem_of(tables)
    broken = {
        who: verify(
            own, alone("shifts_elsewhere"), does(own, *((who, row) for row in rows))
        ).breaches[0]
        for who in "PQ"
    }
    told = [
        cleared(
            problem,
            added=(Added("C-P", Effect(0, 0, {}, (Blocked("shifts_elsewhere", one.sentence),))),),
        )
        for one in broken.values()
    ]
    assert (
        "You have said at most 1 shift a month for other employers; with this you would have 2"
        " shifts in January 2027."
    ) in told[0]
    assert not any("You have said" in line for line in told[1]), "that is about a colleague"
    assert broken["P"].sentence.template in RULES_TO_YOU


@pytest.mark.parametrize(
    ("forced", "words"),
    [
        (Forced(False, proven=True), "no roster at all would keep every rule"),
        (Forced(False, scope="near"), "not all of them were looked at"),
        (Forced(True, 500, 500, True), "the best of all rosters would weigh £5 more."),
        (Forced(True, 100, 500), "would weigh £5 more; none would weigh less than £1 more."),
        (Forced(True, -900, 500), "whether one would be lighter, by at most £9, is not known."),
        (Forced(True, -900, -500, True), "this one is not proven to be the best."),
    ],
)
def test_what_it_would_mean_to_be_there_all_the_same(
    problem: Problem, forced: Forced, words: str
) -> None:
    text = cleared(problem, forced=forced)
    assert text.index(WEIGHED) < next(n for n, one in enumerate(text) if words in one)


def test_of_colleagues_it_says_how_many(problem: Problem) -> None:
    (duty,) = problem.duties
    shift = Shift(duty.id, "Monday", "UCR", "SB")
    other = PersonChange("Q", "Synthetic Q", (shift,), (), ())
    own = PersonChange("P", "Synthetic P", (), (shift,), ())
    text = cleared(problem, forced=Forced(True, 1, 1, True, changes=(other, own)))
    assert "1 colleague or temporary worker would have other shifts." in text
    assert any(one.startswith("You would do Mon 11 Jan") for one in text)
    assert not any("Synthetic Q" in one for one in text)


def test_the_best_choice_is_said_and_what_no_longer_can_be_judged(problem: Problem) -> None:
    (duty,) = problem.duties
    found = WhyThis(
        roster_id="R",
        staff_id="Q",
        name="Synthetic Q",
        duty=duty,
        contract_id="C-Q",
        alternatives=(),
        empty=NO_EFFECT,
        parts_empty={"cover": 1300.0, "travel": -100.0, "pay": 20.0},
        notes=(said("the rule some_rule is unknown"),),
    )
    answer = own_answer(found, names_of(problem))
    text = list(answer.sentences())
    assert text[0].startswith("Why do I do Mon 11 Jan")
    assert text[1].startswith("You were the best choice")
    assert text[2] == WEIGHED
    assert text[3] == (
        "Left empty, the roster would weigh £12 more. That is made of: empty and filled places £13"
        " more, travel £1 less."
    )
    assert "Nobody else is cleared for it." in text
    assert text[-1] == NOTED


def test_pounds_have_no_sign() -> None:
    assert [in_pounds(pence) for pence in (149, 0, 40, -250_000)] == [
        "£1 more",
        "as much as now",
        "as much as now",
        "£2,500 less",
    ]
