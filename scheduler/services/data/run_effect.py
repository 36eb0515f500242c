"""What a run of another system does to facts: what it ends, for history needs it, and what goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Contract, Fact, Staff
from scheduler.domain.overlaps import owner
from scheduler.services.accounts.in_view import PERSONAL, whose
from scheduler.storage.foreign.origins import ParsedSource
from scheduler.storage.foreign.run_file import RunFile
from scheduler.storage.repository import Repository
from scheduler.storage.source_runs import RunChange

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RunEffect:
    """What a run does to facts; contracts that it `ended`; and `beyond`, what ends or goes though
    no earlier run brought it: people and contracts that a full file lacks.
    """

    change: RunChange
    ended: tuple[Contract, ...]
    beyond: tuple[Fact, ...]


def effect_of(
    repository: Repository,
    parsed: ParsedSource,
    earlier: Dataset,
    run: RunFile,
    organisation_id: str,
) -> RunEffect:
    """What a run of an organisation comes to, whose records make these facts now and made the
    `earlier` ones before.
    """
    stored = repository.dataset()
    now = parsed.dataset
    kept = {fact.id for fact in now.contract}
    brought = {fact.id for fact in earlier.contract}
    mine = [
        fact
        for fact in stored.contract
        if fact.organisation_id == organisation_id
        and fact.id not in kept
        and (fact.id in brought or (run.full and _on(fact, run)))
    ]
    history = _History(repository, stored)
    contracts, ended = _one_after_another(
        now.contract,
        [fact for fact in mine if fact.from_date < run.day and history.needs_contract(fact)],
        {fact.id for fact in stored.contract},
        run,
    )
    staying = {fact.id for fact in ended}
    removed = [fact for fact in mine if fact.id not in staying]
    there = set(stored.facts())
    gone = [
        fact
        for file in PERSONAL
        if file not in ("staff", "contract")
        for fact in set(earlier.rows(file)) - set(now.rows(file))
        if fact in there and not (run.full and _over(fact, run))
    ]
    leaving = {*gone, *removed}
    people = _people_without(stored, now, leaving, {fact.staff_id for fact in removed}, history)
    changed = [fact for fact in ended if fact not in there]
    new = now.with_facts(contract=(*contracts, *changed))
    beyond = tuple(fact for fact in (*changed, *removed) if fact.id not in brought)
    return RunEffect(
        RunChange(
            new=new,
            row_number=partial(_row_number, parsed, len(now.contract)),
            bad_ids=parsed.bad_ids,
            gone=gone,
            removed=[*removed, *people],
        ),
        tuple(changed),
        beyond,
    )


def _one_after_another(
    now: Sequence[Contract], ending: Sequence[Contract], known: Collection[str], run: RunFile
) -> tuple[list[Contract], list[Contract]]:
    """The contracts of now and those that end, so that none that is new holds at the same time as
    one that ends in its favour: an assignment may go on under another number.
    """
    last = run.day - _DAY
    found, ended = list(now), []
    for fact in ending:
        end = last if fact.to_date is None else min(fact.to_date, last)
        for at, other in enumerate(found):
            follows = other.id not in known and owner(other) == owner(fact)
            if not follows or other.from_date > end:
                continue
            if other.from_date > fact.from_date:
                end = other.from_date - _DAY
            elif other.to_date is None or other.to_date > end:
                found[at] = other.model_copy(update={"from_date": end + _DAY})
        ended.append(fact if fact.to_date == end else fact.model_copy(update={"to_date": end}))
    return found, ended


def _row_number(parsed: ParsedSource, contracts: int, file: str, index: int) -> int:
    """Contracts that only end are of no row."""
    return 0 if file == "contract" and index >= contracts else parsed.row_number(file, index)


def _on(fact: Contract, run: RunFile) -> bool:
    return fact.to_date is None or fact.to_date >= run.day


def _over(fact: Fact, run: RunFile) -> bool:
    """Whether it was over before the run: a full file may leave out what is past, and the past
    stays.
    """
    cells = fact.__dict__
    last = cells.get("to_date") or cells.get("valid_to")
    return last is not None and last < run.day


class _History:
    """What has been worked, and needs the people and contracts by whom it was."""

    def __init__(self, repository: Repository, stored: Dataset) -> None:
        self._repository = repository
        self._contracts = {row.contract_id for row in stored.worked_shift}
        self._people = {row.staff_id for row in stored.worked_shift}
        self._looked: set[str] = set()

    def _look(self, staff_id: str) -> None:
        if staff_id in self._looked:
            return
        self._looked.add(staff_id)
        for _, lines in self._repository.ever_published(staff_id=staff_id):
            for line in lines:
                self._contracts.add(line.contract_id)
                self._people.add(staff_id)

    def needs_contract(self, fact: Contract) -> bool:
        """Whether anything was ever rostered or worked under it."""
        self._look(fact.staff_id)
        return fact.id in self._contracts

    def needs_person(self, staff_id: str) -> bool:
        """Whether the person was ever rostered or worked."""
        self._look(staff_id)
        return staff_id in self._people


def _people_without(
    stored: Dataset,
    now: Dataset,
    leaving: Collection[Fact],
    candidates: Collection[str],
    history: _History,
) -> list[Staff]:
    """Of those whose contracts go, the people of whom nothing else is left."""
    still = {fact.id for fact in now.staff}
    needed = {
        whose(fact)
        for file in PERSONAL
        if file != "staff"
        for fact in stored.rows(file)
        if fact not in leaving
    }
    return [
        fact
        for fact in stored.staff
        if fact.id in candidates
        and fact.id not in still
        and fact.id not in needed
        and not history.needs_person(fact.id)
    ]
