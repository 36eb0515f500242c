"""Things found by what people call them: any parts of their names and ids, in any order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.facts import BY_FILE, Demand, Fact
from scheduler.domain.wording import has_words, maybe, plain_words
from scheduler.services.accounts.gate import allowed, open_to_all
from scheduler.services.accounts.in_view import in_view, rows_in_view
from scheduler.storage.repository import Repository

PEOPLE = "staff"
SHOWN = 10
"""Things that are named where a text means several."""
CALLED = {
    PEOPLE: "member of staff",
    "temporary_supply": "temporary supply",
    "shift_type": "kind of shift",
}
"""What a file's rows are called, where that is not the file's name."""


def found_by_words(things: Mapping[str, str], text: str) -> list[str]:
    """Ids of the things that the words of a text mean: all of its words stand in what each is
    called, or in its id, in any order. The likeliest first: those with that very id or name, then
    those with words that begin so.

    `things`: id -> what it is called. All of them for a text without words.
    """
    wanted = plain_words(text).split()
    if not wanted:
        return list(things)
    exact = [thing_id for thing_id in things if thing_id.casefold() == text.strip().casefold()]
    ranked: list[tuple[int, int, str]] = []
    for place, (thing_id, called) in enumerate(things.items()):
        if has_words(f"{called} {thing_id}", text):
            starts = " " + plain_words(f"{called} {thing_id}")
            likeness = sum(f" {word}" not in starts for word in wanted)
            whole = plain_words(called) == " ".join(wanted)
            ranked.append((likeness - whole, place, thing_id))
    return list(dict.fromkeys([*exact, *(thing_id for _, _, thing_id in sorted(ranked))]))


def called(file: str, rows: Iterable[Fact]) -> dict[str, str]:
    """Id -> what a row with an id is called: its name; of supply, its kind and id."""
    if "name" in BY_FILE[file].model_fields:
        return names_by_id(rows)
    return {row.cell("id"): f"{row.cell('kind')} {row.cell('role_id')}".strip() for row in rows}


def people_called(
    staff: Iterable[Fact], contracts: Iterable[Fact], roles: Iterable[Fact]
) -> dict[str, str]:
    """Staff number -> name with the roles that the person holds, as they are searched for."""
    role_names = names_by_id(roles)
    held: dict[str, list[str]] = defaultdict(list)
    for row in contracts:
        held[row.cell("staff_id")].append(role_names.get(row.cell("role_id"), ""))
    found = {}
    for row in staff:
        own = filter(None, dict.fromkeys(held.get(row.cell("id"), ())))
        found[row.cell("id")] = ", ".join([row.cell("name"), *own])
    return found


@open_to_all
def meant(repository: Repository, file: str, text: str) -> str:
    """The id that a text means, of people whom the actor may see: an id, in any case, or words of a
    name. Raises NotFound where nothing is called so, and BadRequest, naming them, where several
    things are.
    """
    rows = repository.facts(file)
    if text in {row.cell("id") for row in rows}:
        return text
    if file != PEOPLE:
        rows = rows_in_view(repository, file, rows)
        return one_meant(called(file, rows), text, CALLED.get(file, file.replace("_", " ")))
    if not repository.actor.program:
        view = in_view(repository)
        rows = tuple(
            row for row in rows if row.cell("id") in view.full or row.cell("id") in view.named
        )
    people = people_called(rows, repository.facts("contract"), repository.facts("role"))
    return one_meant(people, text, CALLED[PEOPLE])


def one_meant(things: Mapping[str, str], text: str, kind: str) -> str:
    """The one thing that a text means. Raises NotFound and BadRequest as `meant`."""
    found = found_by_words(things, text) if plain_words(text) else []
    if len(text.split()) == 1 and any(letter.isdigit() for letter in text):
        # meant as an id: one that is cut short must not stand for another
        found = [one for one in found if _whole(text, one, things[one])]
    if not found:
        near = maybe(text, [*things, *things.values()])
        raise NotFound(f"There is no {kind} {text!r}. {near}".rstrip())
    first = found[0]
    by_name = [one for one in found if plain_words(things[one]) == plain_words(text)]
    if len(found) == 1 or first.casefold() == text.strip().casefold() or by_name == [first]:
        return first
    listed = "".join(f"\n  {one}: {things[one]}" for one in found[:SHOWN])
    more = f"\n  … and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    raise BadRequest(
        f"{text!r} may mean {len(found):,} of them, each a {kind}:{listed}{more}\nSay more of the"
        " name, or the id."
    )


def _whole(text: str, thing_id: str, called: str) -> bool:
    wanted = plain_words(text)
    return thing_id.casefold() == text.strip().casefold() or (
        " " not in wanted and wanted in plain_words(called).split()
    )


@open_to_all
def meant_or_itself(repository: Repository, file: str, text: str) -> str:
    """As `meant`; a text that means nothing stays, for whoever looks it up to say so. Raises
    BadRequest where several things are meant.
    """
    try:
        return meant(repository, file, text)
    except NotFound:
        return text


@open_to_all
def work_meant(repository: Repository, roster_id: str | None, text: str) -> str:
    """The id of the demand that a text means: an id, or words of its date, service, site, shift and
    role, such as `wed 13 jan brentwood nurse`, among the work of a roster, or without one among all
    dated work. A text that means nothing stays. Raises NotFound for a roster that is not there, and
    BadRequest where several pieces of work are meant.
    """
    if roster_id is None:
        dataset, rows = repository.dataset(), repository.dataset().demand
    elif allowed(repository, "see_rosters", "roster", roster_id):
        header, dataset = repository.roster_header(roster_id), repository.snapshot(roster_id)
        services = frozenset(
            row.id for row in dataset.service if row.collaborative_id == header.collaborative_id
        )
        rows = tuple(demand_in_period(dataset, header.start, header.days, services))
    else:
        return text
    if text.startswith("T:") or any(row.id == text for row in rows):
        return text
    try:
        return one_meant(work_called(dataset, rows), text, "piece of work")
    except NotFound:
        return text


def work_called(dataset: Dataset, rows: Iterable[Demand]) -> dict[str, str]:
    """Demand id -> its date, hours, service, site and role in words."""
    names = {
        file: names_by_id(dataset.rows(file)) for file in ("service", "site", "role", "shift_type")
    }
    begins = {row.id: row.start_time for row in dataset.shift_type}
    return {
        row.id: (
            f"{row.date:%a %-d %b %Y} {begins[row.shift_type_id]:%H:%M},"
            f" {names['service'][row.service_id]} at {names['site'][row.site_id]},"
            f" {names['role'][row.role_id]}, {names['shift_type'][row.shift_type_id]}"
        )
        for row in rows
    }
