"""What a board asks for: where something may go, the change itself, and what became of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import Pin
from scheduler.domain.roster_edit import EditKind
from scheduler.domain.sentence import of_error
from scheduler.domain.wording import counted, plural
from scheduler.services.data.aside import aside
from scheduler.services.edit import commands, edit, fill, history, verdicts
from scheduler.services.edit.board import edition
from scheduler.services.edit.commands import EditCommand, Seat
from scheduler.services.edit.edit import ChangedMeanwhile, Edited, Refused
from scheduler.services.edit.fill import Proposal
from scheduler.services.edit.verdicts import CellVerdict
from scheduler.services.rosters.pins import remove_pin, set_pin
from ui import state
from ui.components.board import Answer, Choice, Command, Question, Spot, Verdicts
from ui.components.roster_board.tokens import Meant, meant
from ui.components.roster_board.words import (
    broken_words,
    effect_words,
    people_words,
    person_verdicts,
    work_verdicts,
)

CANCEL = "cancel"
AGAIN = "The board shows what it is now; do it again if you still want it."


@dataclass(frozen=True)
class BoardShown:
    """What a board showed when its user did something. `edition`: of the roster; `demand_of`: row
    id -> the demand of each day, of a board of work.
    """

    roster_id: str
    edition: int
    days: tuple[date, ...]
    row_ids: tuple[str, ...]
    demand_of: Mapping[str, Sequence[str]] | None = None
    pinned: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Desk:
    """What a session knows of a board between two runs."""

    verdicts: Verdicts | None = None
    answer: Answer | None = None
    question: Question | None = None
    ways: dict[str, EditCommand] = field(default_factory=dict)
    """What each answer to the question does."""
    opened: Spot | None = None
    proposal: Proposal | None = None
    returns: int = 0
    """How often what stood beside the board was left."""
    moved_on: str = ""
    """The id of the draft that has been made of what was shown."""
    refused: EditCommand | None = None
    """What a rule stood against that an approver may break, with a reason."""

    def leave(self) -> None:
        """Nothing stands beside the board any more, which has the focus again."""
        self.opened = self.proposal = self.refused = None
        self.returns += 1


def desk(view: str) -> Desk:
    """What this session knows of a board."""
    found: Desk = st.session_state.setdefault(f"desk {view}", Desk())
    return found


def obey(command: Command, shown: BoardShown, at: Desk) -> None:
    """Do what was asked; what became of it stands on the desk."""
    at.answer = at.refused = None
    if command.do != "place":
        at.verdicts = None
    with answering(command.id, shown.roster_id, at, shown.edition):
        _DO.get(command.do, _act)(command, shown, at)


@contextmanager
def answering(
    command_id: str, roster_id: str, at: Desk, shown: int | None = None
) -> Iterator[None]:
    """Whatever keeps something from being done becomes an answer: what a button raises would end
    the run, and nobody would be asked to sign in again, or be told that the roster is gone.
    `shown`: the edition that was looked at.
    """

    def not_done(words: str) -> None:
        at.answer = Answer(command_id, False, words)

    try:
        yield
    except Refused as refused:
        names = state.names_of(roster_id)
        not_done(f"Not done. {broken_words(refused.effect, names)}")
    except ChangedMeanwhile as changed:
        names = state.names_of(roster_id)
        who = people_words((one for edit in changed.edits for one, _ in edit.cells), names)
        not_done(f"Not done: somebody has just changed the same for {who}. {AGAIN}")
    except SchedulerError as error:
        not_done(_words(error, roster_id, shown))


def _words(error: SchedulerError, roster_id: str, shown: int | None) -> str:
    try:
        if shown not in (None, edition(state.repository(), roster_id)):
            return f"Not done: somebody has changed this roster meanwhile. {AGAIN}"
        return state.names_of(roster_id).said(of_error(error))
    except SchedulerError as gone:  # the roster, or the visit
        return f"Not done. {gone}"


def _open(command: Command, _shown: BoardShown, at: Desk) -> None:
    at.opened = command.spot
    at.proposal = None


def _pick(command: Command, shown: BoardShown, at: Desk) -> None:
    assert command.spot is not None
    picked = meant(command.spot.entry)
    at.opened = at.proposal = None  # the whole board is where it may go
    if picked is None:
        return
    names = state.names_of(shown.roster_id)
    source = names.work(picked.demand_id)
    if picked.who:
        source = f"{source}, of {people_words([picked.who], names)}"
    if shown.demand_of is None:
        found = verdicts.where_it_may_go(
            state.repository(),
            shown.roster_id,
            picked.demand_id,
            picked.who or None,
            staff_ids=shown.row_ids,
        )
        at.verdicts = person_verdicts(
            command.id, source, found.people, shown.row_ids, shown.days, names
        )
    elif picked.who:
        by_demand = verdicts.where_they_may_go(
            state.repository(), shown.roster_id, picked.who, picked.demand_id
        )
        at.verdicts = work_verdicts(command.id, source, by_demand.demand, shown.demand_of, names)


def _close(_command: Command, _shown: BoardShown, at: Desk) -> None:
    at.leave()


def _drop(_command: Command, _shown: BoardShown, _at: Desk) -> None:
    """Nothing was placed."""


def _place(command: Command, shown: BoardShown, at: Desk) -> None:
    assert command.target is not None
    at.verdicts = None
    picked, onto = meant(command.entry), command.target.onto
    if picked is None:
        return
    copy, other = command.target.how == "copy", meant(onto.entry)
    verdict = _verdict(shown, picked, onto, copy=copy)
    names = state.names_of(shown.roster_id)
    if verdict is None:
        at.answer = Answer(command.id, False, "There is no such work there.")
        return
    kind: EditKind = "copy" if copy else "move" if picked.who else "assign"
    if verdict.state == "instead" or (other is not None and other.who and picked.who and not copy):
        _ask(command, shown, at, picked, verdict, other)
    elif verdict.state == "no" and verdict.take:  # is refused, with all that stands against it
        _done(command, shown, at, EditCommand(kind, verdict.leave, verdict.take))
    elif verdict.state == "no":
        why = " ".join(names.said(sentence) for sentence in verdict.why)
        at.answer = Answer(command.id, False, f"Not possible. {why or 'Not cleared for it.'}")
    else:
        _done(command, shown, at, EditCommand(kind, verdict.leave, verdict.take))


def _verdict(shown: BoardShown, picked: Meant, onto: Spot, *, copy: bool) -> CellVerdict | None:
    database = state.repository()
    if shown.demand_of is None:
        found = verdicts.where_it_may_go(
            database,
            shown.roster_id,
            picked.demand_id,
            picked.who or None,
            copy=copy,
            staff_ids=[onto.row],
        )
        day = next((day for day in shown.days if day.isoformat() == onto.column), None)
        return None if day is None else found.people.get((onto.row, day))
    ids = shown.demand_of.get(onto.row, ())
    days = [day.isoformat() for day in shown.days]
    target = dict(zip(days, ids, strict=False)).get(onto.column or "", "")
    if not picked.who or not target:
        return None
    by_demand = verdicts.where_they_may_go(
        database, shown.roster_id, picked.who, picked.demand_id, copy=copy, only=[target]
    )
    return by_demand.demand.get(target)


def _ask(
    command: Command,
    shown: BoardShown,
    at: Desk,
    picked: Meant,
    verdict: CellVerdict,
    other: Meant | None,
) -> None:
    """What is to become of what is there already; each way with what it would mean."""
    names, database = state.names_of(shown.roster_id), state.repository()
    gives = verdict.gives_up or (() if other is None else (other.demand_id,))
    them = verdict.take[0].who if verdict.take else (other.who if other else "")
    ways: dict[str, tuple[str, EditCommand]] = {}
    if picked.who and gives and them and them != picked.who:
        exchange = commands.swap(picked.place, Seat(them, gives[0]))
        ways["swap"] = ("Swap the two shifts", exchange)
    if verdict.take and verdict.state != "no":
        label = "Give up what they do then" if verdict.gives_up else "Do both"
        ways["take"] = (label, EditCommand("move", verdict.leave, verdict.take))
    choices, kept = [], {}
    for key, (label, wish) in ways.items():
        effect = edit.try_edit(database, shown.roster_id, wish)
        if effect.broken:
            choices.append(Choice(key, label, f"not possible: {broken_words(effect, names)}"))
        else:
            choices.append(Choice(key, label, effect_words(effect, names)))
        kept[key] = wish
    choices.append(Choice(CANCEL, "Leave it as it is"))
    works = "; ".join(names.work(demand_id) for demand_id in gives)
    at.ways = kept
    at.question = Question(
        command.id, f"{people_words([them], names)} does {works}. What now?", choices
    )


def _answered(command: Command, shown: BoardShown, at: Desk) -> None:
    question, at.question = at.question, None
    wish = at.ways.get(command.choice or "")
    if question is None or command.question != question.id or wish is None:
        at.answer = Answer(command.id, False, "Nothing was changed.")
        return
    _done(command, shown, at, wish)


def _remove(command: Command, shown: BoardShown, at: Desk) -> None:
    places = [one.place for one in map(_entry, command.entries) if one is not None and one.who]
    if not places:
        at.answer = Answer(command.id, False, "Nobody works there: there is nothing to take away.")
        return
    _done(command, shown, at, commands.unassign(*places))


def _entry(spot: Spot) -> Meant | None:
    return meant(spot.entry)


def _undo(command: Command, shown: BoardShown, at: Desk) -> None:
    done = history.undo(state.repository(), shown.roster_id, command_id=command.id)
    _say(command, shown, at, done, "Taken back")


def _redo(command: Command, shown: BoardShown, at: Desk) -> None:
    done = history.redo(state.repository(), shown.roster_id, command_id=command.id)
    _say(command, shown, at, done, "Done again")


def _act(command: Command, shown: BoardShown, at: Desk) -> None:
    """An action of the bar."""
    chosen = [one for one in map(_entry, command.entries) if one is not None]
    database, roster_id = state.repository(), shown.roster_id
    if command.do == "pin":
        pins = [one for one in chosen if one.who]
        for one in pins:
            pin = Pin(staff_id=one.who, demand_id=one.demand_id)
            (remove_pin if (one.who, one.demand_id) in shown.pinned else set_pin)(database, pin)
        state.facts_changed()
        at.answer = Answer(
            command.id,
            True,
            f"{counted(len(pins), 'pin')} {plural(len(pins), 'is', 'are')} changed.",
        )
        return
    ids = [one.demand_id for one in chosen] or _demand_in(command.cells, shown)
    at.proposal = aside(
        database, fill.fill if command.do == "fill" else fill.improve, roster_id, ids
    )
    at.opened = None
    better = at.proposal.command is not None
    words = "It stands beside the board." if better else "Nothing better was found."
    at.answer = Answer(command.id, better, words)


def _demand_in(cells: Sequence[Spot], shown: BoardShown) -> list[str]:
    if shown.demand_of is None:
        return []
    days = [day.isoformat() for day in shown.days]
    found = [
        dict(zip(days, shown.demand_of.get(spot.row, ()), strict=False)).get(spot.column or "", "")
        for spot in cells
    ]
    return [demand_id for demand_id in dict.fromkeys(found) if demand_id]


def _done(command: Command, shown: BoardShown, at: Desk, wish: EditCommand) -> None:
    database = state.repository()
    try:
        done = edit.edit(database, shown.roster_id, wish, base=shown.edition, command_id=command.id)
    except Refused as refused:
        if refused.effect.overridable and edit.may_override(database, shown.roster_id):
            at.refused, at.opened = wish, None
        raise
    _say(command, shown, at, done, "Done")


def _say(command: Command, shown: BoardShown, at: Desk, done: Edited, how: str) -> None:
    names = state.names_of(done.roster_id)
    fell = " ".join(names.said(sentence) for sentence in done.fell)
    at.answer = Answer(
        command.id, True, f"{how}: {effect_words(done.effect, names)} {fell}".strip(), undo=True
    )
    at.moved_on = done.roster_id if done.roster_id != shown.roster_id else ""


_DO: dict[str, Callable[[Command, BoardShown, Desk], None]] = {
    "open": _open,
    "close": _close,
    "pick": _pick,
    "drop": _drop,
    "place": _place,
    "remove": _remove,
    "undo": _undo,
    "redo": _redo,
    "answer": _answered,
}
