"""Who knows a host, as literals over a problem's pairs; for the rule on first shifts, which says it
to every listener.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from scheduler.domain.barrier import live
from scheduler.domain.duty import Duty
from solver.rule.encoder import Encoder, Pair, Variable

Hours = tuple[int, int]
"""(start, end)"""


class Familiar:
    """Literals shared by everybody who may come to a host for the first time, so that there are few
    of them.
    """

    def __init__(self, m: Encoder) -> None:
        self._m = m
        self._at_site: dict[str, dict[Hours, list[Pair]]] = defaultdict(lambda: defaultdict(list))
        self._at_host: dict[tuple[int, str], dict[int, list[Variable]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._first_known: dict[tuple[int, str], int] = {}
        self._starts: dict[tuple[int, str], list[int]] = {}
        self._until: dict[tuple[int, str], list[Variable]] = {}
        self._there: dict[tuple[str, Hours, str], list[Variable]] = {}
        for person in m.people:
            for shift in reversed(person.known):
                self._first_known[
                    person.index, shift.host_organisation_id or shift.organisation_id
                ] = shift.start
            for pair in m.pairs_of(person):
                self._at_site[pair.duty.demand.site_id][pair.duty.start, pair.duty.end].append(pair)
                self._at_host[person.index, pair.duty.host_id][pair.duty.start].append(pair.literal)

    def surely(self, pair: Pair, host_id: str) -> bool:
        """Whether the person is familiar with a host at this shift whatever the roster: employed
        there, or there before it.
        """
        contracts = self._m.problem.index.contracts_of.get(pair.person.id, ())
        employed = any(
            contract.organisation_id == host_id and live(contract, pair.duty.date)
            for contract in contracts
        )
        return (
            employed
            or self._first_known.get((pair.person.index, host_id), pair.duty.start)
            < pair.duty.start
        )

    def earlier(self, pair: Pair, host_id: str) -> list[Variable]:
        """A literal that holds where the person has a shift at the host that begins earlier; none
        where that cannot be.
        """
        key = (pair.person.index, host_id)
        if key not in self._starts:
            self._starts[key], self._until[key] = sorted(self._at_host[key]), []
        starts, until = self._starts[key], self._until[key]
        count = bisect_left(starts, pair.duty.start)
        while (
            len(until) < count
        ):  # each from the one before: a person's literals stay as few as the starts
            until.append(self._m.any_of([*until[-1:], *self._at_host[key][starts[len(until)]]]))
        return until[count - 1 : count] if count else []

    def company(self, duty: Duty) -> list[Variable]:
        """Literals of which one can hold only where somebody familiar with the duty's host is there
        at an overlapping time.
        """
        site_id = duty.demand.site_id
        overlapping = [
            hours
            for hours in self._at_site[site_id]
            if hours[0] < duty.end and duty.start < hours[1]
        ]
        return [
            literal
            for hours in overlapping
            for literal in self._familiar_at(site_id, hours, duty.host_id)
        ]

    def _familiar_at(self, site_id: str, hours: Hours, host_id: str) -> list[Variable]:
        key = (site_id, hours, host_id)
        if key not in self._there:
            sure: list[Variable] = []
            others: dict[int, list[Pair]] = defaultdict(list)
            for pair in self._at_site[site_id][hours]:
                if self.surely(pair, host_id):
                    sure.append(pair.literal)
                else:
                    others[pair.person.index].append(pair)
            returning = list(self._returning(host_id, others.values()))
            if len(returning) > 2:  # one literal in the rows of every newcomer, in place of many
                returning = [self._m.requiring_one(returning)]
            self._there[key] = [*self._some(site_id, host_id, sure), *returning]
        return self._there[key]

    def _some(self, site_id: str, host_id: str, sure: list[Variable]) -> list[Variable]:
        """One literal that holds exactly where one of these does, in place of many."""
        if len(sure) < 3:
            return sure
        some = self._m.implied_by(sure, ())
        # where the rule is priced, to claim somebody who is not there must not pay, however many
        # newcomers it would excuse
        self._m.forbid((site_id, host_id), [some], sure, len(self._m.people))
        return [some]

    def _returning(self, host_id: str, others: Iterable[Sequence[Pair]]) -> Iterator[Variable]:
        """For each of these people a literal that can hold only where they are there and were at
        the host before.
        """
        for pairs in others:
            earlier = self.earlier(pairs[0], host_id)
            if earlier:
                yield self._m.requiring(
                    [self._m.any_of([pair.literal for pair in pairs]), *earlier]
                )
