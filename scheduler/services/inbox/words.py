"""What waits and what was told, in words without ids."""

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.domain.facts import LONDON
from scheduler.domain.notice import Notice, ToldShift
from scheduler.domain.roster import AssignmentLine
from scheduler.domain.sentence import Part, Sentence
from scheduler.domain.version_words import span
from scheduler.domain.wording import counted
from scheduler.services.view.roster_tables import Names, day_label
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

SPOKEN_OF = ("organisation", "place", "site", "service", "role", "shift_type")


@dataclass(frozen=True)
class Wording:
    """What ids are called by the facts of now. `headers`: the rosters that may be spoken of, by
    id.
    """

    names: Names
    headers: dict[str, RosterHeader]

    @classmethod
    def of(cls, repository: Repository) -> "Wording":
        """Of everything that is stored."""
        names = Names.of({file: repository.facts(file) for file in SPOKEN_OF})
        return cls(names, {header.id: header for header in repository.rosters()})

    def shift(self, shift: ToldShift) -> str:
        """`Mon 11 Jan 07:00–15:00, Nurse, District nursing, Thurrock Hospital`."""
        start, end = (at.astimezone(LONDON) for at in (shift.start, shift.end))
        where = (
            self.names("role", shift.role_id),
            self.names("service", shift.service_id),
            self.names("site", shift.site_id),
        )
        return f"{day_label(start.date())} {start:%H:%M}–{end:%H:%M}, {', '.join(where)}"

    def line(self, line: AssignmentLine) -> str:
        """The same of a shift in a roster."""
        where = (line.site_id, line.service_id, line.role_id)
        return self.shift(ToldShift(line.start, line.end, *where))

    def shift_type(self, shift_type_id: str) -> str:
        """What a kind of shift is called."""
        return self.names("shift_type", shift_type_id)

    def roster(self, roster_id: str) -> str:
        """`the roster of Mon 11 to Sun 17 January, version 2`."""
        header = self.headers.get(roster_id)
        if header is None:
            return "a roster that was deleted"
        return f"the roster of {span(header.start, header.last)}, version {header.version}"

    def said(self, sentence: Sentence) -> str:
        """A sentence with names, as it begins a line."""
        text = sentence.written(self._part)
        return text[:1].upper() + text[1:]

    def _part(self, part: Part | date) -> str:
        if isinstance(part, date):
            return day_label(part)
        match part.kind:
            case "roster":
                return self.roster(str(part.id))
            case "organisation":
                return self.names.organisation(str(part.id))
            case _:
                return part.words


def title(notice: Notice) -> str:
    """`2 of your shifts are no longer yours, 1 new shift`; of what was not known before, how many
    shifts there are.
    """
    if notice.only_new:
        return f"{counted(len(notice.got), 'shift')} published for you"
    gone = counted(len(notice.lost), "shift is", "shifts are")
    parts = [f"{gone} no longer yours"]
    if notice.got:
        parts.append(counted(len(notice.got), "new shift"))
    return ", ".join(parts)


def moment(at: datetime) -> str:
    """`Mon 11 Jan 14:05`, in local time."""
    local = at.astimezone(LONDON)
    return f"{day_label(local.date())} {local:%H:%M}"
