"""The columns W_i: every week that a person could work, by hours, with what it costs: enumerated
once, priced at any duals.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.domain.clock import Hours
from scheduler.domain.problem import Problem
from solver.search.weekly_columns.lines import RosterLine
from solver.search.weekly_columns.statements import (
    AnyWorked,
    NoneWorked,
    NotByWeeklyColumns,
    PersonLiteral,
    PersonStatements,
    StatementCollector,
    Threshold,
)
from solver.search.weekly_columns.week_values import Flags, Floats, Ints, WeekValues

MINUTES_A_DAY = 1440
MOST_WEEKS = 150_000
"""More weeks than this are not listed for one person: first those go in which other contracts than
the main one are used three times, then twice.
"""


@dataclass(frozen=True)
class Atom:
    """Pairs of one contract with the same hours which all rules treat alike: a week chooses atoms,
    the reduced cost chooses the pair.
    """

    start: int
    end: int
    paid: int
    pairs: tuple[int, ...]
    main: bool
    """Whether it is of the contract that owes most hours."""


@dataclass(frozen=True)
class Weeks:
    """A person's possible weeks. `atoms_of[w]`: positions of the atoms of week w, padded with
    len(atoms). `cost[w]` without pairs.

    Not `complete` where some possible weeks are left out: rosters lose little by it, but a bound
    needs another proof.
    """

    line: int
    atoms: tuple[Atom, ...]
    atoms_of: npt.NDArray[np.int16]
    cost: Ints
    complete: bool


def possible_weeks(collector: StatementCollector, line: RosterLine) -> Weeks:
    """All weeks of a person that keep the hard rules concerning that line alone.

    Raises NotByWeeklyColumns where there are far too many, or none (pins clash).
    """
    own, person = line.own, line.person
    atoms = tuple(_atoms(collector.problem, line))
    position = positions(atoms)
    elsewhere = np.array([not atom.main for atom in atoms], dtype=np.int64)
    for most_elsewhere in (None, 2, 1, 0):
        further = [] if most_elsewhere is None else [(elsewhere, most_elsewhere)]
        chosen = _subsets(atoms, own, position, further, barred=np.zeros(len(atoms), dtype=bool))
        if chosen is not None:
            break
    else:
        raise NotByWeeklyColumns(f"{person.id} has too many possible weeks")
    weeks = _listed(line.index, own, atoms, chosen, complete=most_elsewhere is None)
    if weeks is None:
        raise NotByWeeklyColumns(f"{person.id} has no possible week")
    return weeks


def weeks_of_best_shifts(line: RosterLine, weeks: Weeks, atom_costs: Floats) -> Weeks:
    """In place of weeks that are not complete: all weeks of the best shifts of each contract and
    day, as many as can be listed.

    `atom_costs[a]`: the reduced cost of atom a [sixtieths of a penny]. Somebody who owes hours to
    two
     employers has no good week among those of the main contract alone.
    """
    own, atoms = line.own, weeks.atoms
    position = positions(atoms)
    alone = WeekValues(np.eye(len(atoms), dtype=bool), position).cost(own) + atom_costs
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
        found = None if chosen is None else _listed(weeks.line, own, atoms, chosen, complete=False)
        if found is not None:
            return found
    return weeks


def positions(atoms: Sequence[Atom]) -> dict[int, int]:
    """By pair, in which atom it is."""
    return {pair: i for i, atom in enumerate(atoms) for pair in atom.pairs}


def _listed(
    line: int, own: PersonStatements, atoms: tuple[Atom, ...], chosen: Flags, *, complete: bool
) -> Weeks | None:
    """Those of the chosen sets that keep every hard rule, with what they cost; None where there is
    none.
    """
    values = WeekValues(chosen, positions(atoms))
    kept = values.kept(own)
    if not kept.any():
        return None
    atoms_of = values.atoms_of[kept]
    longest = max(1, int((atoms_of < len(atoms)).sum(axis=1).max()))
    return Weeks(
        line, atoms, np.ascontiguousarray(atoms_of[:, :longest]), values.cost(own)[kept], complete
    )


def _atoms(problem: Problem, line: RosterLine) -> list[Atom]:
    """Split each contract's pairs of the same hours by which of the rules' literals they
    belong to.
    """
    belongs: dict[int, list[int]] = defaultdict(list)
    for number, literal in enumerate([*_literals(line.own), *_literals(line.across)]):
        for index in literal.pairs:
            belongs[index].append(number)
    groups: dict[tuple[Hours, int, tuple[int, ...]], list[int]] = defaultdict(list)
    for index in line.pairs:
        duty, contract = int(problem.pairs_duty[index]), int(problem.pairs_employment[index])
        groups[problem.duties[duty].hours, contract, tuple(belongs.get(index, ()))].append(index)
    main = max(
        line.person.employments,
        key=lambda employment: (employment.contract.hours_per_week, employment.id),
    ).index
    return [
        Atom(hours.start, hours.end, hours.paid, tuple(pairs), contract == main)
        for (hours, contract, _), pairs in sorted(groups.items())
    ]


def _literals(own: PersonStatements) -> list[AnyWorked]:
    """Every literal over pairs that some statement beyond a plain cost uses."""
    found: dict[int, AnyWorked] = {}
    seen: set[int] = set()

    def add(literal: PersonLiteral) -> None:
        if isinstance(literal, AnyWorked):
            found[id(literal)] = literal
        elif isinstance(literal, NoneWorked):
            for other in literal.others:
                add(other)
        elif isinstance(literal, Threshold):
            for _, term in literal.terms:
                add(term)
        else:
            add(literal.slot)
            if id(literal.earlier) not in seen:  # the cases of a slot share it
                seen.add(id(literal.earlier))
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
    atoms: Sequence[Atom],
    own: PersonStatements,
    position: dict[int, int],
    further: Sequence[tuple[Ints, int]],
    *,
    barred: Flags,
) -> Flags | None:
    """All sets of atoms [atom, week] without a conflict and within every simple limit; None where
    there are too many.

    `further`: (load of each atom, limit) beside those of the rules; `barred`: atoms that no set
    has.
    """
    conflict = np.zeros((len(atoms), len(atoms)), dtype=bool)
    barred = barred.copy()
    for i, one in enumerate(
        atoms
    ):  # the same hours, or any that overlap, exclude each other whatever the rules
        conflict[i] = [other.start < one.end and one.start < other.end for other in atoms]
    for disjoint in own.disjoint:
        _mark_conflicts(disjoint.items, position, conflict, barred)
    loads, limits = [], []
    for rule in own.at_most:
        additive = all(
            coefficient >= 0 and isinstance(literal, AnyWorked) and literal.exclusive
            for coefficient, literal in rule.terms
        )
        if rule.price is None and additive:
            load = np.zeros(len(atoms), dtype=np.int64)
            for coefficient, literal in rule.terms:
                assert isinstance(literal, AnyWorked)
                for i in {position[pair] for pair in literal.pairs}:
                    load[i] += coefficient
            loads.append(load)
            limits.append(rule.limit)
    for load, limit in further:
        loads.append(load)
        limits.append(limit)
    return _grow(
        conflict,
        barred,
        np.array(loads, dtype=np.int64).reshape(len(loads), len(atoms)),
        np.array(limits, dtype=np.int64),
    )


def _mark_conflicts(
    items: Sequence[tuple[int, int, AnyWorked | None]],
    position: dict[int, int],
    conflict: Flags,
    barred: Flags,
) -> None:
    starts, ends = (np.array([item[side] for item in items]) for side in (0, 1))
    overlap = (starts[:, None] < ends) & (starts < ends[:, None])
    np.fill_diagonal(overlap, False)
    belongs = np.zeros((len(items), len(barred)), dtype=bool)
    for item, (_, _, literal) in enumerate(items):
        if literal is not None:
            belongs[item, [position[pair] for pair in literal.pairs]] = True
    known = np.array([literal is None for _, _, literal in items])
    barred |= belongs[overlap[known].any(axis=0)].any(axis=0)
    conflict |= (
        belongs.T.astype(np.float32) @ overlap.astype(np.float32) @ belongs.astype(np.float32)
    ) > 0


def _grow(conflict: Flags, barred: Flags, loads: Ints, limits: Ints) -> Flags | None:
    """Add atoms in order of time to every set that can take them; result [atom, week].

    Set s can take atom a where no atom of it is in conflict with a, and every limit l has room:

        masks[:, s] & against[a] == 0   and   used[l, s] + loads[l, a] <= limits[l]

    Sets are bit masks meanwhile: atom a is bit a % 64 of word a // 64. `conflict` [atom, atom],
    `barred` [atom], `loads` [limit, atom], `limits` [limit]; masks [word, set], used [limit, set].
    """
    count = len(barred)
    words = max(1, -(-count // 64))
    bit = np.zeros((count, words), dtype=np.uint64)
    bit[np.arange(count), np.arange(count) // 64] = np.uint64(1) << (np.arange(count) % 64).astype(
        np.uint64
    )
    against = (
        np.stack(
            [
                np.bitwise_or.reduce(bit[conflict[i]], axis=0, initial=0) if count else bit
                for i in range(count)
            ]
        )
        if count
        else bit
    )
    masks, used = (
        np.zeros((words, 1024), dtype=np.uint64),
        np.zeros((len(limits), 1024), dtype=np.int64),
    )
    size = 1  # the empty set
    for atom in np.flatnonzero(~barred):
        able = np.ones(size, dtype=bool)
        for word in np.flatnonzero(against[atom]):
            able &= (masks[word, :size] & against[atom, word]) == 0
        for limit in np.flatnonzero(loads[:, atom]):
            able &= used[limit, :size] <= limits[limit] - loads[limit, atom]
        able_sets = np.flatnonzero(able)
        inside = slice(size, size + len(able_sets))
        size = inside.stop
        if size > MOST_WEEKS:
            return None
        if size > masks.shape[1]:
            room = (0, 0), (0, size)
            masks, used = np.pad(masks, room), np.pad(used, room)
        masks[:, inside] = masks[:, able_sets] | bit[atom][:, None]
        used[:, inside] = used[:, able_sets] + loads[:, atom][:, None]
    return np.array(
        [(masks[atom // 64, :size] & bit[atom, atom // 64]) != 0 for atom in range(count)],
        dtype=bool,
    ).reshape(count, size)
