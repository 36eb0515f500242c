"""Every week that a person could work, by hours, with what it costs: enumerated once, priced at any time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.domain.problem import Person
from solver.search.patterns.statements import Case, Clause, Free, NotByPatterns, Own, OwnWeek, Personal, Reached, StatementCollector

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
MINUTES_A_DAY = 1440
MOST_WEEKS = 150_000
"""More weeks than this are not listed for one person: first those go in which other contracts than the main one are used three times, then twice."""


@dataclass(frozen=True)
class Atom:
    """Pairs of one contract with the same hours which all rules treat alike: a week chooses atoms, a price chooses the pair."""

    start: int
    end: int
    paid: int
    pairs: tuple[int, ...]
    main: bool
    """Whether it is of the contract that owes most hours."""


@dataclass(frozen=True)
class Weeks:
    """A person's possible weeks. `atoms_of[w]`: positions of the atoms of week w, padded with len(atoms). `cost[w]` without pairs.

    Not `complete` where some possible weeks are left out: rosters lose little by it, but a bound needs another proof.
    """

    person: int
    atoms: tuple[Atom, ...]
    atoms_of: npt.NDArray[np.int16]
    cost: Ints
    complete: bool


def possible_weeks(collector: StatementCollector, person: Person) -> Weeks:
    """All weeks of a person that keep the hard rules concerning that person alone.

    Raises NotByPatterns where there are far too many, or none (pins clash).
    """
    own = collector.own[person.index]
    atoms = tuple(_atoms(collector, person, own))
    position = _positions(atoms)
    elsewhere = np.array([not atom.main for atom in atoms], dtype=np.int64)
    for most_elsewhere in (None, 2, 1, 0):
        further = [] if most_elsewhere is None else [(elsewhere, most_elsewhere)]
        chosen = _subsets(atoms, own, position, further, barred=np.zeros(len(atoms), dtype=bool))
        if chosen is not None:
            break
    else:
        raise NotByPatterns(f"{person.id} has too many possible weeks")
    weeks = _listed(person.index, own, atoms, chosen, complete=most_elsewhere is None)
    if weeks is None:
        raise NotByPatterns(f"{person.id} has no possible week")
    return weeks


def weeks_of_the_best(collector: StatementCollector, weeks: Weeks, values: Floats) -> Weeks:
    """In place of weeks that are not complete: all weeks of the best shifts of each contract and day, as many as can be listed.

    `values[a]`: what atom a costs at some prices [sixtieths of a penny]. Somebody who owes hours to two employers has no good week
    among those of the main contract alone.
    """
    own, atoms = collector.own[weeks.person], weeks.atoms
    position = _positions(atoms)
    alone = _cost(own, _Values(np.eye(len(atoms), dtype=bool), position), len(atoms)) + values
    alone /= np.maximum(1, [atom.paid for atom in atoms])  # hours are what somebody has little of
    fewest = weeks.atoms_of[(weeks.atoms_of < len(atoms)).sum(axis=1).argmin()]
    rank = np.zeros(len(atoms), dtype=np.int64)
    groups: dict[tuple[bool, int], int] = defaultdict(int)
    for atom in np.argsort(alone, kind="stable").tolist():
        group = (atoms[atom].main, atoms[atom].start // MINUTES_A_DAY)
        rank[atom] = groups[group]
        groups[group] += 1
    rank[fewest[fewest < len(atoms)]] = 0  # pins, mostly
    for kept in range(max(groups.values()) - 1, 0, -1):
        chosen = _subsets(atoms, own, position, [], barred=rank >= kept)
        found = None if chosen is None else _listed(weeks.person, own, atoms, chosen, complete=False)
        if found is not None:
            return found
    return weeks


def _positions(atoms: Sequence[Atom]) -> dict[int, int]:
    """By pair, in which atom it is."""
    return {pair: i for i, atom in enumerate(atoms) for pair in atom.pairs}


def _listed(person: int, own: OwnWeek, atoms: tuple[Atom, ...], chosen: Flags, *, complete: bool) -> Weeks | None:
    """Those of the chosen sets that keep every hard rule, with what they cost; None where there is none."""
    position = _positions(atoms)
    chosen = chosen[:, _kept(own, _Values(chosen, position), chosen.shape[1])]
    if not chosen.shape[1]:
        return None
    return Weeks(person, atoms, _padded(chosen), _cost(own, _Values(chosen, position), chosen.shape[1]), complete)


def _kept(own: OwnWeek, values: "_Values", count: int) -> Flags:
    """Which weeks keep every hard statement."""
    kept = np.ones(count, dtype=bool)
    for rule in own.at_most:
        if rule.price is None:
            kept &= values.total(rule.terms, count) <= rule.limit
    for clause in own.clauses:
        if clause.price is None:
            kept &= ~values.broken(clause, count)
    return kept


def _cost(own: OwnWeek, values: "_Values", count: int) -> Ints:
    """What every week costs by the priced statements, without its pairs."""
    cost = np.full(count, own.constant, dtype=np.int64)
    for rule in own.at_most:
        if rule.price:
            excess = np.maximum(values.total(rule.terms, count) - rule.limit, 0)
            cost += rule.price * (excess if rule.each == 1 else -(-excess // rule.each))
    for clause in own.clauses:
        if clause.price:
            np.add(cost, clause.price, out=cost, where=values.broken(clause, count))
    for price, literal in own.costs:
        np.add(cost, price, out=cost, where=values.of(literal))
    return cost


def _atoms(collector: StatementCollector, person: Person, own: OwnWeek) -> list[Atom]:
    """Split each contract's pairs of the same hours by which of the rules' literals they belong to."""
    belongs: dict[int, list[int]] = defaultdict(list)
    for number, literal in enumerate(_literals(own)):
        for index in literal.pairs:
            belongs[index].append(number)
    groups: dict[tuple[int, int, int, int, tuple[int, ...]], list[int]] = defaultdict(list)
    for pair in collector.pairs_of(person):
        key = (pair.duty.start, pair.duty.end, pair.duty.paid, pair.employment.index, tuple(belongs.get(pair.index, ())))
        groups[key].append(pair.index)
    main = max(person.employments, key=lambda employment: (employment.contract.hours_per_week, employment.id)).index
    return [Atom(start, end, paid, tuple(pairs), contract == main) for (start, end, paid, contract, _), pairs in sorted(groups.items())]


def _literals(own: OwnWeek) -> list[Own]:
    """Every literal over pairs that some statement beyond a plain cost uses."""
    found: dict[int, Own] = {}

    def add(literal: Personal) -> None:
        if isinstance(literal, Own):
            found[id(literal)] = literal
        elif isinstance(literal, Free):
            for other in literal.others:
                add(other)
        elif isinstance(literal, Reached):
            for _, term in literal.terms:
                add(term)
        else:
            add(literal.slot)
            for _, other in literal.earlier:
                add(other)

    for rule in own.at_most:
        for _, literal in rule.terms:
            add(literal)
    for clause in own.clauses:
        for literal in (*clause.together, *clause.unless):
            add(literal)
    for _, literal in own.costs:
        add(literal)
    for disjoint in own.disjoint:
        for _, _, known_or_literal in disjoint.items:
            if known_or_literal is not None:
                add(known_or_literal)
    return list(found.values())


def _subsets(
    atoms: Sequence[Atom], own: OwnWeek, position: dict[int, int], further: Sequence[tuple[Ints, int]], *, barred: Flags
) -> Flags | None:
    """All sets of atoms [atom, week] without a conflict and within every simple limit; None where there are too many.

    `further`: (load of each atom, limit) beside those of the rules; `barred`: atoms that no set has.
    """
    conflict = np.zeros((len(atoms), len(atoms)), dtype=bool)
    barred = barred.copy()
    for i, one in enumerate(atoms):  # the same hours, or any that overlap, exclude each other whatever the rules
        conflict[i] = [other.start < one.end and one.start < other.end for other in atoms]
    for disjoint in own.disjoint:
        _mark_conflicts(disjoint.items, position, conflict, barred)
    loads, limits = [], []
    for rule in own.at_most:
        additive = all(coefficient >= 0 and isinstance(literal, Own) and literal.exclusive for coefficient, literal in rule.terms)
        if rule.price is None and additive:
            load = np.zeros(len(atoms), dtype=np.int64)
            for coefficient, literal in rule.terms:
                assert isinstance(literal, Own)
                for i in {position[pair] for pair in literal.pairs}:
                    load[i] += coefficient
            loads.append(load)
            limits.append(rule.limit)
    for load, limit in further:
        loads.append(load)
        limits.append(limit)
    return _grow(conflict, barred, np.array(loads, dtype=np.int64).reshape(len(loads), len(atoms)), np.array(limits, dtype=np.int64))


def _mark_conflicts(items: Sequence[tuple[int, int, Own | None]], position: dict[int, int], conflict: Flags, barred: Flags) -> None:
    for one in items:
        for other in items:
            if one is other or not (one[0] < other[1] and other[0] < one[1]):
                continue
            if one[2] is None and other[2] is not None:
                barred[[position[pair] for pair in other[2].pairs]] = True
            elif one[2] is not None and other[2] is not None:
                rows, columns = [position[pair] for pair in one[2].pairs], [position[pair] for pair in other[2].pairs]
                conflict[np.ix_(rows, columns)] = True


def _grow(conflict: Flags, barred: Flags, loads: Ints, limits: Ints) -> Flags | None:
    """Add atoms in order of time to every set that can take them. Sets are bit masks meanwhile; result [atom, week]."""
    count = len(barred)
    words = max(1, -(-count // 64))
    bit = np.zeros((count, words), dtype=np.uint64)
    bit[np.arange(count), np.arange(count) // 64] = np.uint64(1) << (np.arange(count) % 64).astype(np.uint64)
    against = (
        np.stack([np.bitwise_or.reduce(bit[conflict[i]], axis=0, initial=0) if count else bit for i in range(count)]) if count else bit
    )
    masks = [np.zeros(1, dtype=np.uint64) for _ in range(words)]
    used = [np.zeros(1, dtype=np.int64) for _ in limits]
    for atom in np.flatnonzero(~barred):
        able = np.ones(len(masks[0]), dtype=bool)
        for word, mask in enumerate(masks):
            if against[atom, word]:
                able &= (mask & against[atom, word]) == 0
        for total, load, limit in zip(used, loads[:, atom], limits, strict=True):
            if load:
                able &= total <= limit - load
        masks = [np.concatenate([mask, mask[able] | bit[atom, word]]) for word, mask in enumerate(masks)]
        used = [np.concatenate([total, total[able] + load]) for total, load in zip(used, loads[:, atom], strict=True)]
        if len(masks[0]) > MOST_WEEKS:
            return None
    return np.array([(masks[atom // 64] & bit[atom, atom // 64]) != 0 for atom in range(count)], dtype=bool).reshape(count, len(masks[0]))


def _padded(chosen: Flags) -> npt.NDArray[np.int16]:
    """Positions of the chosen atoms of each week, padded with the number of atoms."""
    atoms, weeks = chosen.shape
    size = chosen.sum(axis=0)
    padded = np.full((weeks, max(1, int(size.max(initial=0)))), atoms, dtype=np.int16)
    filled = np.zeros(weeks, dtype=np.int64)
    for atom in range(atoms):
        rows = np.flatnonzero(chosen[atom])
        padded[rows, filled[rows]] = atom
        filled[rows] += 1
    return padded


class _Values:
    """What each literal is worth in every week; `chosen` is [atom, week]."""

    def __init__(self, chosen: Flags, position: dict[int, int]) -> None:
        self._chosen = chosen
        self._position = position
        self._memory: dict[int, Flags] = {}
        self._minutes: dict[int, npt.NDArray[np.int32]] = {}

    def of(self, literal: Personal) -> Flags:
        key = id(literal)
        if key not in self._memory:
            self._memory[key] = self._value(literal)
        return self._memory[key]

    def total(self, terms: Sequence[tuple[int, Personal]], count: int) -> Ints:
        """The weighted sum of literals in every week."""
        total = np.zeros(count, dtype=np.int64)
        for coefficient, literal in terms:
            np.add(total, coefficient, out=total, where=self.of(literal))
        return total

    def broken(self, clause: Clause, count: int) -> Flags:
        """Where all of `together` hold and none of `unless` does."""
        broken = np.ones(count, dtype=bool)
        for literal in clause.together:
            broken &= self.of(literal)
        for literal in clause.unless:
            broken &= ~self.of(literal)
        return broken

    def _value(self, literal: Personal) -> Flags:
        if isinstance(literal, Own):
            taken = np.zeros(self._chosen.shape[1], dtype=bool)
            for row in sorted({self._position[pair] for pair in literal.pairs}):
                taken |= self._chosen[row]
            return taken
        if isinstance(literal, Free):
            free = np.ones(self._chosen.shape[1], dtype=bool)
            for other in literal.others:
                free &= ~self.of(other)
            return free
        if isinstance(literal, Reached):
            return np.asarray(self.total(literal.terms, self._chosen.shape[1]) >= literal.least)
        before = self._before(literal)
        return self.of(literal.slot) & (literal.first <= before) & (before <= literal.last)

    def _before(self, case: Case) -> npt.NDArray[np.int32]:
        """Paid minutes before a slot; its cases share the same tuple."""
        key = id(case.earlier)
        if key not in self._minutes:
            total = np.zeros(self._chosen.shape[1], dtype=np.int32)
            for paid, other in case.earlier:
                total += np.int32(paid) * self.of(other)
            self._minutes[key] = total
        return self._minutes[key]
