"""What the ids and names of stored facts are, so that a cell may name a thing either way."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from scheduler.domain.dataset import names_by_id
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.wording import either, nearest
from scheduler.storage.foreign.mapping import plain

PEOPLE = frozenset({"staff", "contract"})
"""Of whom names say too little: they go by number alone."""
MOST_COMPARED = 2_000
"""Names among which the nearest is looked for; among more it takes too long to be worth it."""
MOST_LOOKED_FOR = 100
"""Texts for which what is nearest is looked for."""


@dataclass(frozen=True)
class NearName:
    """A thing that may be meant: its id and its name."""

    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.name and self.name != self.id else self.id


class KnownNames:
    """The ids and names of each of our files; `facts` hands out a file's stored rows, `seen` those
    of people whom whoever asks may see: of others no number is offered.
    """

    def __init__(
        self,
        facts: Callable[[str], Collection[Fact]],
        seen: Callable[[str], Collection[Fact]] | None = None,
    ) -> None:
        self._facts, self._seen = facts, seen or facts
        self._near: dict[tuple[str, str], tuple[NearName, ...]] = {}
        self._offered: dict[str, dict[str, str]] = {}
        self._ids: dict[str, dict[str, str]] = {}
        self._names: dict[str, dict[str, list[str]]] = {}
        self._brought: dict[str, set[str]] = defaultdict(set)

    def bring(self, file: str, fact_id: str) -> None:
        """An id that comes with the file that is being read."""
        self._brought[file].add(fact_id)

    def stored(self, file: str) -> Mapping[str, str]:
        """Id -> name of what is stored; the id again where a thing has no name."""
        if file not in self._ids:
            rows = self._facts(file)
            named = "name" in BY_FILE[file].model_fields
            self._ids[file] = names_by_id(rows) if named else {one: one for one in map(_id, rows)}
            by_name: dict[str, list[str]] = defaultdict(list)
            for fact_id, name in self._ids[file].items() if file not in PEOPLE else ():
                by_name[plain(name)].append(fact_id)
                if plain(fact_id) != plain(name):
                    by_name[plain(fact_id)].append(fact_id)
            self._names[file] = by_name
        return self._ids[file]

    def resolve(self, file: str, text: str) -> list[str]:
        """The ids that a text may mean: one where it is an id, or the name of one thing alone."""
        if text in self._brought[file] or text in self.stored(file):
            return [text]
        return sorted(set(self._names[file].get(plain(text), ())))

    def called(self, file: str, fact_id: str) -> NearName:
        """An id with its name."""
        return NearName(fact_id, self.stored(file).get(fact_id, fact_id))

    def nearest(self, file: str, text: str) -> tuple[NearName, ...]:
        """What may be meant by a text that is neither an id nor a name; of people nobody, but by
        number. Of the first texts alone: looking takes long, and the list of faults has an end.
        """
        if (file, text) not in self._near:
            if len(self._near) >= MOST_LOOKED_FOR:
                return ()
            self._near[file, text] = self._nearest(file, text)
        return self._near[file, text]

    def _nearest(self, file: str, text: str) -> tuple[NearName, ...]:
        known = self._offered_of(file)
        if len(known) > MOST_COMPARED:
            return ()
        words = {fact_id: fact_id for fact_id in known}
        if file not in PEOPLE:
            words |= {name: fact_id for fact_id, name in known.items()}
        found = dict.fromkeys(words[word] for word in nearest(text, words, cutoff=0.5))
        return tuple(NearName(one, "" if file in PEOPLE else known[one]) for one in list(found)[:3])

    def _offered_of(self, file: str) -> Mapping[str, str]:
        if file not in PEOPLE:
            return self.stored(file)
        if file not in self._offered:
            self._offered[file] = {one: one for one in map(_id, self._seen(file))}
        return self._offered[file]

    def said_nearest(self, file: str, text: str) -> str:
        """`; nearest: Early (E)`, or nothing."""
        if len(self._near) >= MOST_LOOKED_FOR // 2:
            return ""  # the rest is for the list of values, of which the commonest come first
        found = self.nearest(file, text)
        return f"; nearest: {either([str(one) for one in found])}" if found else ""


def _id(fact: Fact) -> str:
    return str(fact.__dict__["id"])
