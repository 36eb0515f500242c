"""Sentences with names in them instead of ids: for pages, where people know each other and places by name."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.facts import Demand
from scheduler.domain.sentence import Part, Sentence
from scheduler.services.viewing import NAMED, day_label, shift_hours, short_name
from solver.constraints import catalogue

TOKEN = re.compile(r"[^\W_](?:[\w:\-./@+]*\w)?")
"""What an id can look like in a sentence."""
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WHEN_AND_WHERE = re.compile(r" \((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [^()]*\)")
"""What sentences say after a demand id, and a demand's name says already."""


@dataclass(frozen=True)
class Naming:
    """What ids of a dataset are called. `staff`, `demand` and `rules` by id, `other`: everything else that has a name."""

    staff: Mapping[str, str]
    demand: Mapping[str, str]
    other: Mapping[str, str]
    rules: Mapping[str, str]
    year: int = 0
    """In which the dates lie of which sentences speak, mostly."""

    @classmethod
    def of(cls, dataset: Dataset, first: date, last: date) -> "Naming":
        """The names of a dataset and of its demand from one date to another."""
        other = {row.__dict__["id"]: row.__dict__["name"] for file in NAMED if file != "staff" for row in dataset.rows(file)}
        other |= {row.id: short_name(row.name) for row in dataset.organisation}
        role = {row.id: row.name for row in dataset.role}
        other |= {
            row.id: f"{row.kind} worker of {other.get(row.organisation_id, row.organisation_id)} ({role.get(row.role_id, row.role_id)})"
            for row in dataset.temporary_supply
        }
        services = frozenset(row.id for row in dataset.service)
        # a shift that began the day before, or begins the day after, may stand in a sentence too
        around = demand_in_period(dataset, first - timedelta(days=1), (last - first).days + 3, services)
        rules = {rule_id: rule.title[:1].lower() + rule.title[1:] for rule_id, rule in catalogue().items()}
        return cls(_people(dataset), _works(dataset, around), other, rules, first.year)

    def person(self, staff_id: str) -> str:
        return self.staff.get(staff_id, staff_id)

    def who(self, acting: str) -> str:
        """Somebody who can act: an organisation or a person; nobody named means each person."""
        return self.staff.get(acting, self(acting)) or "each person"

    def day(self, iso: str) -> str:
        """`Sat 16 Jan`, as everywhere on the pages; with its year where that is another than the roster's."""
        try:
            day = date.fromisoformat(iso)
        except ValueError:
            return iso
        return day_label(day) if day.year == self.year else f"{day_label(day)} {day.year}"

    def work(self, demand_id: str) -> str:
        return self.demand.get(demand_id, demand_id)

    def __call__(self, name_id: str) -> str:
        """An organisation, place, site, service, role, competency, procedure or temporary supply."""
        return self.other.get(name_id, name_id)

    def rule(self, rule_id: str) -> str:
        return self.rules.get(rule_id, rule_id.replace("_", " "))

    def said(self, sentence: str) -> str:
        """The sentence with names: by its parts where it knows them."""
        return sentence.written(self.part) if isinstance(sentence, Sentence) else self._found(sentence)

    def part(self, part: Part | date) -> str:
        """What something that a sentence speaks of is called; where it has no name, as it is written without."""
        if isinstance(part, date):
            return self.day(part.isoformat())
        name_id = str(part.id)
        match part.kind:
            case "person":
                return self.staff.get(name_id, part.words)
            case "demand":
                return self.demand.get(name_id, part.words)
            case "organisation" | "place" | "site" | "service" | "role" | "competency" | "procedure" | "shift_type" | "supply":
                return self.other.get(name_id, part.words)
            case "rule":
                return self.rule(name_id)
            case "term":
                return part.words.replace("_", " ")
            case "contract" | "roster" | "minutes" | "pence" | "moment":
                return part.words
            case _:
                assert_never(part.kind)

    def _found(self, sentence: str) -> str:
        """The sentence with every id replaced by its name; a name that stood beside its id stands there once."""
        found, at = [], 0
        for token in TOKEN.finditer(sentence):
            if token.start() < at:
                continue
            name, more = self._named(token.group(), sentence[token.end() :])
            if name is not None:
                before = sentence[at : token.start()]
                plain = self.staff.get(token.group(), "").removesuffix(f" ({token.group()})")
                if plain and before.endswith(f"{plain} (") and sentence[token.end() :].startswith(")"):
                    before, more = before.removesuffix(f"{plain} ("), 1
                if token.group() in self.demand and before.endswith(" at "):
                    before = before.removesuffix("at ") + "on "  # its name begins with the day
                found += [before, name]
                at = token.end() + more
        return "".join([*found, sentence[at:]])

    def _named(self, token: str, after: str) -> tuple[str | None, int]:
        """(the name of an id, how many characters after it the name makes needless)."""
        if token in self.demand:
            said = WHEN_AND_WHERE.match(after)
            return self.demand[token], said.end() if said else 0
        if token in self.staff:
            plain = self.staff[token].removesuffix(f" ({token})")
            return self.staff[token], len(plain) + 1 if after.startswith(f" {plain}") else 0
        if not _looks_like_an_id(token):
            return None, 0
        if ISO_DATE.fullmatch(token):
            return self.day(token), 0
        known = self.other.get(token, self.rules.get(token))
        return known or (token.replace("_", " ") if token.islower() and token.replace("_", "").isalpha() else None), 0


def _looks_like_an_id(text: str) -> bool:
    """Not so an ordinary word, nor a single letter: an `A` may begin a sentence."""
    return len(text) > 1 and (text.isupper() or any(sign.isdigit() or sign == "_" for sign in text))


def _people(dataset: Dataset) -> dict[str, str]:
    """Who shares a name with somebody is told apart by the staff number."""
    count = Counter(row.name for row in dataset.staff)
    return {row.id: row.name if count[row.name] == 1 else f"{row.name} ({row.id})" for row in dataset.staff}


def _works(dataset: Dataset, rows: Iterable[Demand]) -> dict[str, str]:
    """`Mon 11 Jan 07:00–15:00, Registered nurse, Virtual ward, Southend Hospital`."""
    hours = {row.id: shift_hours(row) for row in dataset.shift_type}
    names = {file: {row.__dict__["id"]: row.__dict__["name"] for row in dataset.rows(file)} for file in ("role", "service", "site")}
    return {
        row.id: (
            f"{day_label(row.date)} {hours[row.shift_type_id]}, {names['role'][row.role_id]}, {names['service'][row.service_id]}, "
            f"{names['site'][row.site_id]}"
        )
        for row in rows
    }
