"""Natures of generated data: each fits together, has the property that it is named for, and leaves
the usual one as it was.
"""

from collections import Counter
from itertools import permutations

import pytest

from scheduler.domain import consistency
from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.synthetic import DEFAULT_START, EXAMPLES, NATURES, generate

STAFF, SEED = 150, 2


def made(nature: str, staff: int = STAFF) -> Dataset:
    return Dataset.from_cells(generate(staff, SEED, nature=NATURES[nature]))


def week_of(dataset: Dataset) -> Problem:
    return build_problem(dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7))


def required_hours(dataset: Dataset) -> float:
    return sum(duty.demand.minimum * duty.paid for duty in week_of(dataset).duties) / 60


def contract_hours(dataset: Dataset) -> float:
    return sum(
        contract.hours_per_week
        for contract in dataset.contract
        if contract.from_date <= DEFAULT_START
        and (contract.to_date is None or contract.to_date >= DEFAULT_START)
    )


def shifts_for_a_hundred(dataset: Dataset) -> float:
    """Bank and agency shifts a week that limited supplies offer."""
    return (
        100
        * sum(supply.max_shifts_per_week or 0 for supply in dataset.temporary_supply)
        / len(dataset.staff)
    )


@pytest.fixture(scope="module")
def usual() -> Dataset:
    return made("usual")


@pytest.mark.parametrize("nature", NATURES)
@pytest.mark.parametrize("staff", [5, 17, 60, 600])
def test_every_nature_fits_together_and_has_the_staff_asked_for(nature: str, staff: int) -> None:
    dataset = made(nature, staff)
    assert consistency.faults(dataset, lambda _, index: index + 2) == []
    assert len(dataset.staff) == staff
    assert week_of(dataset).duties


@pytest.mark.parametrize("nature", [nature for nature in NATURES if nature != "usual"])
def test_every_nature_differs_from_the_usual(nature: str, usual: Dataset) -> None:
    assert made(nature).sha256() != usual.sha256()


def test_short_of_staff_more_is_required_than_owed_and_little_can_be_bought(usual: Dataset) -> None:
    short = made("shortage")
    assert required_hours(short) > 1.05 * contract_hours(short) > required_hours(usual)
    assert shifts_for_a_hundred(short) < 0.5 * shifts_for_a_hundred(usual)


def test_with_plenty_less_is_required_than_owed(usual: Dataset) -> None:
    plenty = made("plenty")
    assert required_hours(plenty) < 0.8 * contract_hours(plenty) < required_hours(usual)


def test_one_organisation_needs_no_passport() -> None:
    dataset = made("one-organisation")
    assert (
        len(dataset.organisation)
        == len({contract.organisation_id for contract in dataset.contract})
        == 1
    )
    assert not dataset.passport
    assert not dataset.sharing_agreement


def test_many_organisations_each_host_something_and_lend_within_limits(usual: Dataset) -> None:
    dataset = made("many-organisations")
    identities = [organisation.id for organisation in dataset.organisation]
    assert len(identities) == 8 > len(usual.organisation)
    assert {host.organisation_id for host in dataset.service_host} == set(identities)
    agreed = Counter(
        (agreement.home_organisation_id, agreement.host_organisation_id)
        for agreement in dataset.sharing_agreement
    )
    assert len(agreed) > len(list(permutations(identities, 2))) / 2
    assert all(agreement.max_hours_per_week is not None for agreement in dataset.sharing_agreement)
    assert len({passport.staff_id for passport in dataset.passport}) < 0.55 * STAFF
    assert len(week_of(dataset).pairs_duty) < 0.75 * len(week_of(usual).pairs_duty)


def test_high_priority_raises_every_demand(usual: Dataset) -> None:
    urgent = made("high-priority")
    assert {duty.demand.priority for duty in week_of(urgent).duties} == {5}
    usually = {duty.id: duty.demand.priority for duty in week_of(usual).duties}
    assert min(usually.values()) == 3
    assert usually.keys() == {duty.id for duty in week_of(urgent).duties}


def test_tight_agreements_lend_fifteen_hours_at_most(usual: Dataset) -> None:
    tight = made("tight-agreements")
    assert len(tight.sharing_agreement) == len(usual.sharing_agreement)
    assert {agreement.max_hours_per_week for agreement in tight.sharing_agreement} == {15.0}


@pytest.mark.parametrize(
    "nature",
    ["tight-supply", "tight-agreements", "high-priority", "shortage", "many-organisations"],
)
def test_where_supply_is_tight_each_has_a_limit_and_there_is_little_of_it(
    nature: str, usual: Dataset
) -> None:
    limits = [supply.max_shifts_per_week for supply in made(nature).temporary_supply]
    assert limits
    assert None not in limits
    assert None in [supply.max_shifts_per_week for supply in usual.temporary_supply]
    assert shifts_for_a_hundred(made(nature)) < (12 if nature == "tight-supply" else 32)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_existing_collaborative_keeps_its_employers(name: str) -> None:
    example = EXAMPLES[name]
    shape = example.shape()
    tables = generate(60, 1, shape, nature=NATURES["many-organisations"])
    assert [row["id"] for row in tables["organisation"]] == [
        organisation.id for organisation in shape.organisations
    ]
