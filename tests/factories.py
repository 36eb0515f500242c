"""Small problems for tests: random ones full of edges, and a plain one to change by hand."""

import random
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from ortools.sat.python import cp_model

from scheduler.domain.clock import minute_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import KnownShift
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Assignment, Roster
from solver.constraints import catalogue
from solver.evaluate.verify import verify
from solver.model.cpsat import CpSatEncoder
from solver.policy.policy import Policy
from solver.search.weekly_columns.statements import StatementCollector

MONDAY = date(2027, 1, 11)
ALL_CHECKS = "identity|right_to_work|dbs|registration|occupational_health|mandatory_training"

Tables = dict[str, list[dict[str, Any]]]


def rows(columns: str, *lines: str) -> list[dict[str, Any]]:
    """Rows of one file: the names of the columns, then a line each with its cells between bars."""
    names = columns.split()
    cells = ([cell.strip() for cell in line.split("|")] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in cells]


def plain_tables() -> Tables:
    """Two organisations, two places with a site each, two roles, one service, nobody employed yet,
    no demand.
    """
    return {
        "collaborative": rows("id name", "COL | Test collaborative"),
        "organisation": rows("id name kind", "A | Trust A | nhs_trust", "B | CIC B | cic"),
        "membership": rows(
            "collaborative_id organisation_id from_date to_date",
            "COL | A | 2020-01-01 |",
            "COL | B | 2020-01-01 |",
        ),
        "place": rows(
            "id collaborative_id name population need_weight",
            "PA | COL | Place A | 1000 | 1",
            "PB | COL | Place B | 1000 | 1.25",
        ),
        "site": rows(
            "id name place_id postcode latitude longitude",
            "SA | Site A | PA | CM1 1AA | 51.7 | 0.5",
            "SB | Site B | PB | SS1 1AA | 51.6 | 0.6",
        ),
        "service": rows("id collaborative_id name", "UCR | COL | Urgent community response"),
        "service_host": rows("service_id place_id organisation_id", "UCR | PA | A", "UCR | PB | B"),
        "role": rows(
            "id name staff_group band",
            "RN | Nurse | nursing | 5",
            "HCA | Support worker | support | 3",
        ),
        "role_cover": rows("role_id covers_role_id", "RN | HCA"),
        "shift_type": rows(
            "id name start_time end_time unpaid_break_minutes",
            "E | Early | 07:00 | 15:00 | 30",
            "L | Late | 13:30 | 21:30 | 30",
            "D | Long day | 07:00 | 19:30 | 60",
            "N | Night | 19:30 | 07:30 | 60",
        ),
        "enhancement": rows(
            "day_kind band_from band_to percent",
            "weekday_night | 2 | 9 | 30",
            "saturday | 2 | 9 | 30",
            "sunday_or_public_holiday | 2 | 9 | 60",
        ),
        "staff": [],
        "contract": [],
        "demand": [],
        "procedure": [],
        "procedure_version": [],
        "competency": [],
    }


def person(
    tables: Tables,
    staff_id: str,
    organisation_id: str = "A",
    role_id: str = "RN",
    hours: str = "37.5",
    **changes: Any,
) -> str:
    """Add somebody with one contract (id `C-<staff>`); `changes` go to the staff row or the
    contract row that has the column.
    """
    site = f"S{organisation_id}"
    staff = {
        "id": staff_id,
        "name": f"Synthetic {staff_id}",
        "home_site_id": site,
        "max_travel_minutes": "",
        "accepts_other_hosts": "yes",
        "wtr_opt_out": "no",
    }
    contract = {
        "id": f"C-{staff_id}",
        "staff_id": staff_id,
        "organisation_id": organisation_id,
        "role_id": role_id,
        "kind": "substantive",
        "hours_per_week": hours,
        "base_site_id": site,
        "hourly_pence": "1800",
        "from_date": "2020-01-01",
        "to_date": "",
        "joint_post_id": "",
    }
    for column, value in changes.items():
        (contract if column in contract else staff)[column] = value
    tables["staff"].append(staff)
    tables["contract"].append(contract)
    return str(contract["id"])


def need(
    tables: Tables,
    day: date | int,
    shift_type_id: str,
    role_id: str = "RN",
    site_id: str = "SA",
    **changes: Any,
) -> str:
    """Add a demand row for a date (or an offset from MONDAY); its id says what it is."""
    when = MONDAY + timedelta(days=day) if isinstance(day, int) else day
    row = {
        "id": f"{site_id}-{when:%m%d}-{shift_type_id}-{role_id}",
        "service_id": "UCR",
        "site_id": site_id,
        "date": when.isoformat(),
        "shift_type_id": shift_type_id,
        "role_id": role_id,
        "minimum": "1",
        "preferred": "",
        "priority": "3",
        **changes,
    }
    tables["demand"].append(row)
    return str(row["id"])


def problem_of(
    tables: Tables, first: date = MONDAY, days: int = 7, known: tuple[KnownShift, ...] = ()
) -> Problem:
    return build_problem(Dataset.from_cells(tables), "COL", Period(first, days), known=known)


def to_be_asked(tables: Tables, *staff_ids: str) -> Tables:
    """With people who have agreed to nothing, and are supposed to be asked for both hosts."""
    for row in tables["staff"]:
        if row["id"] in staff_ids:
            row.update(accepts_other_hosts="no", agreed_hosts="?A|?B")
    return tables


def lending(
    tables: Tables,
    staff_ids: list[str],
    home: str = "A",
    host: str = "B",
    limit: str = "",
    route: str = "portability_agreement",
) -> None:
    """An agreement, and passports under it."""
    tables.setdefault("sharing_agreement", []).append(
        {
            "home_organisation_id": home,
            "host_organisation_id": host,
            "route": route,
            "service_id": "",
            "from_date": "2020-01-01",
            "to_date": "",
            "max_hours_per_week": limit,
            "recharge_percent": "",
        }
    )
    for staff_id in staff_ids:
        tables.setdefault("passport", []).append(
            {
                "staff_id": staff_id,
                "host_organisation_id": host,
                "route": route,
                "issued_by_organisation_id": home,
                "valid_from": "2020-01-01",
                "valid_to": "",
                "status": "active",
                "checks": ALL_CHECKS,
            }
        )


def random_tables(seed: int, first: date = MONDAY, days: int = 7) -> Tables:
    """A small dataset in which every rule of the catalogue has something to say."""
    rng = random.Random(seed)
    tables = plain_tables()
    names = [f"P{i}" for i in range(1, 5)]
    _random_people(tables, rng, names)
    _random_demand(tables, rng, first, days)
    if seed % 5 == 4:  # few enough places that all can be filled
        tables["demand"] = tables["demand"][:2]
    _random_history(tables, rng, first, names)
    tables["skill_mix"] = [
        {"service_id": "UCR", "shift_type_id": shift_type_id, "role_id": "RN", "minimum": minimum}
        for shift_type_id in "EDN"
        for minimum in [rng.choice(["1", "2"])]
    ]
    away = (first + timedelta(days=2), first + timedelta(days=3))
    tables["leave"] = rows(
        "staff_id from_date to_date kind", f"P3 | {away[0]} | {away[1]} | annual"
    )
    tables["preference"] = [
        {
            "staff_id": rng.choice(names),
            "date": str(first + timedelta(days=rng.randrange(days))),
            "shift_type_id": rng.choice(["", "N", "E"]),
            "weight": str(rng.choice([-10, -2.5, 1, 6])),
        }
        for _ in range(4)
    ]
    tables["temporary_supply"] = rows(
        "id kind organisation_id place_id role_id hourly_pence max_shifts_per_week",
        "AG | agency | A | | RN | 3095 | 2",
        "BK | bank | B | PB | HCA | 1500 |",
    )
    row = rng.choice(tables["demand"])
    tables["pin"] = [{"staff_id": rng.choice(names), "demand_id": row["id"]}]
    _random_limits(tables, rng, unreachable=seed % 10 >= 8)
    _random_patterns(tables, rng, first)
    return tables


def _random_people(tables: Tables, rng: random.Random, names: list[str]) -> None:
    """The first with a second employer, the second with a bank contract besides; some are lent."""
    for name in names:
        person(
            tables,
            name,
            rng.choice("AB"),
            rng.choice(["RN", "RN", "HCA"]),
            rng.choice(["37.5", "30", "15", "22.5"]),
            wtr_opt_out=rng.choice(["yes", "no"]),
            hourly_pence=str(rng.randrange(1400, 2600)),
        )
    joint = next(c for c in tables["contract"] if c["staff_id"] == "P1")
    other = "B" if joint["organisation_id"] == "A" else "A"
    second = {"id": "C-P1-2", "organisation_id": other, "hours_per_week": "11.5"}
    tables["contract"].append({**joint, **second, "joint_post_id": "J1"})
    joint["joint_post_id"] = "J1"
    for row in (tables["staff"][0], tables["staff"][3]):
        row["most_shifts_elsewhere"] = "1"
    bank = {"id": "C-P2-BANK", "kind": "bank", "hours_per_week": "0", "joint_post_id": ""}
    tables["contract"].append({**tables["contract"][1], **bank})
    lending(tables, names, "A", "B", rng.choice(["8", "20", "40"]))
    lending(tables, names, "B", "A", rng.choice(["", "15", "30"]))
    if rng.random() < 0.5:
        lending(tables, names[:2], "A", "B", "12", "honorary_contract")


def _random_demand(tables: Tables, rng: random.Random, first: date, days: int) -> None:
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for shift_type_id in rng.sample(["E", "L", "D", "N", "N"], 3):
            site, role = rng.choice(["SA", "SB"]), rng.choice(["RN", "HCA"])
            row_id = f"{site}-{day:%m%d}-{shift_type_id}-{role}"
            if row_id not in {row["id"] for row in tables["demand"]}:
                minimum = rng.choice([0, 1, 1, 2])
                need(
                    tables,
                    day,
                    shift_type_id,
                    role,
                    site,
                    minimum=str(minimum),
                    preferred=rng.choice(["", str(minimum + 1)]),
                    priority=str(rng.randint(1, 5)),
                    **rng.choice([{}, {}, {"maximum": str(minimum + 2), "over_pence": "700"}]),
                )


def _random_limits(tables: Tables, rng: random.Random, *, unreachable: bool) -> None:
    """What was agreed about working patterns. `unreachable`: also minima that an idle person
    breaks, so that there may be no roster.
    """
    limit(tables, "total_minutes", "P1", maximum=rng.choice([900, 1350]))
    limit(tables, "total_minutes", maximum=2400, days=rng.choice([10, ""]))
    limit(tables, "total_shifts", "P1", "N", maximum=1)
    limit(tables, "total_shifts", maximum=rng.choice([4, 5]), days=rng.choice(["", 5]))
    limit(tables, "total_weekends", "P2", maximum=1, days=rng.choice([7, 14]))
    limit(tables, "total_weekends", maximum=1, days=13)
    limit(tables, "run_of_work", "P1", maximum=rng.choice([1, 2]))
    limit(tables, "run_of_work", maximum=3)
    limit(tables, "run_of_work", rng.choice(["P3", "P4"]), minimum=rng.choice([2, 3]))
    limit(tables, "run_of_days_off", rng.choice(["P3", "P4"]), minimum=rng.choice([2, 3]))
    limit(tables, "run_of_shift", rng.choice(["P2", "P3"]), "N", minimum=2)
    limit(tables, "run_of_shift", "P2", "E", maximum=1)
    for one, other in rng.sample(
        [("N", "E"), ("N", "D"), ("N", "L"), ("L", "E"), ("L", "D"), ("E", "E"), ("D", "N")], 4
    ):
        barred(tables, one, other)
    if unreachable:
        limit(tables, "total_minutes", "P2", minimum=900)
        limit(tables, "total_shifts", minimum=1)
        limit(tables, "total_weekends", "P3", minimum=1)
        limit(tables, "run_of_days_off", maximum=rng.choice([3, 4]))


def _random_patterns(tables: Tables, rng: random.Random, first: date) -> None:
    """One of weeks that began before, and two that follow on from one another in the period."""
    change = first + timedelta(days=rng.randrange(1, 6))
    for staff_id, since, last, cycle in (
        ("P1", first - timedelta(days=10), "", 14),
        ("P4", first - timedelta(days=7), change - timedelta(days=1), 7),
        ("P4", change, "", 7),
    ):
        for day in sorted(rng.sample(range(1, cycle + 1), cycle // 2)):
            patterned(
                tables,
                staff_id,
                rng.choice("ELDN"),
                day,
                from_date=since,
                to_date=last,
                cycle_days=cycle,
                site_id=rng.choice(["", "", "SA"]),
            )


def _random_history(tables: Tables, rng: random.Random, first: date, names: list[str]) -> None:
    tables["worked_shift"] = []
    for name in names:
        contract = next(c for c in tables["contract"] if c["staff_id"] == name)
        for back in range(1, rng.choice([1, 7, 8, 12])):
            day = first - timedelta(days=back)
            kind = rng.choice(["", "", "day", "night", "night"])
            if kind:
                start, end = (
                    (f"{day}T07:00", f"{day}T19:00")
                    if kind == "day"
                    else (f"{day}T20:00", f"{day + timedelta(days=1)}T07:00")
                )
                tables["worked_shift"].append(
                    {
                        "staff_id": name,
                        "organisation_id": contract["organisation_id"],
                        "start": start,
                        "end": end,
                        "paid_minutes": "630",
                        "contract_id": contract["id"],
                        "host_organisation_id": "",
                    }
                )
    day = first + timedelta(days=1)
    other = "B" if tables["contract"][3]["organisation_id"] == "A" else "A"
    tables["worked_shift"].append(
        {
            "staff_id": "P4",
            "organisation_id": tables["contract"][3]["organisation_id"],
            "start": f"{day}T09:00",
            "end": f"{day}T15:00",
            "paid_minutes": "360",
            "contract_id": "C-P4",
            "host_organisation_id": other,
        }
    )


def true_to_life(
    seed: int, first: date = MONDAY, days: int = 7
) -> tuple[Tables, tuple[KnownShift, ...]]:
    """Random tables with what weeks really hold: contracts that follow on, agreed times off, split,
    sleeping and 24-hour duties, and published shifts and calls of the same weeks.
    """
    rng = random.Random(seed + 7000)
    tables = random_tables(seed, first, days)
    tables["shift_type"] += [
        {
            "id": "H1",
            "name": "Morning half",
            "start_time": "07:00",
            "end_time": "11:00",
            "unpaid_break_minutes": "0",
            "split_with": "H2",
        },
        {
            "id": "H2",
            "name": "Tea half",
            "start_time": "16:00",
            "end_time": "20:00",
            "unpaid_break_minutes": "15",
        },
        {
            "id": "S",
            "name": "Sleep-in",
            "start_time": "16:00",
            "end_time": "09:00",
            "unpaid_break_minutes": "30",
            "unpaid_from": "23:30",
            "unpaid_to": "06:30",
        },
        {
            "id": "X",
            "name": "On call",
            "start_time": "09:00",
            "end_time": "09:00",
            "unpaid_break_minutes": "60",
            "days": "1",
        },
    ]
    for day in rng.sample(range(days), 3):
        for shift in ("H1", "H2", rng.choice("SX")):
            need(
                tables,
                first + timedelta(days=day),
                shift,
                rng.choice(["RN", "HCA"]),
                "SA",
                minimum=str(rng.choice([0, 1])),
                preferred="1",
            )
    change = first + timedelta(days=rng.randrange(1, days))
    for before in rng.sample([row for row in tables["contract"] if not row["joint_post_id"]], 2):
        after = {
            **before,
            "id": f"{before['id']}-2",
            "from_date": str(change),
            "hourly_pence": "2150",
        }
        after["hours_per_week"] = "0" if before["kind"] == "bank" else rng.choice(["15", "30"])
        before["to_date"] = str(change - timedelta(days=1))
        tables["contract"].append(after)
    tables["unavailability"] = [
        {
            "staff_id": "P1",
            "from_date": str(first),
            "to_date": "",
            "weekday": str(rng.randint(1, 7)),
            "start_time": "",
            "end_time": "",
        },
        {
            "staff_id": "P2",
            "from_date": str(first),
            "to_date": str(first + timedelta(days=9)),
            "weekday": "",
            "start_time": "22:00",
            "end_time": "02:00",
        },
    ]
    return tables, tuple(_published(tables, rng, first, days))


def _published(tables: Tables, rng: random.Random, first: date, days: int) -> Iterator[KnownShift]:
    """By people of other collaboratives, and calls, in the problem's own weeks; and the people's
    own, before it and in it.
    """
    for staff_id, day, kind, start, minutes in (
        ("P2", -1, "N", "19:30", 720),
        ("P3", rng.randrange(days), "H1", "07:00", 240),
    ):
        begin = minute_of(first + timedelta(days=day), time.fromisoformat(start))
        own = next(row for row in tables["contract"] if row["staff_id"] == staff_id)
        yield KnownShift(
            begin,
            begin + minutes,
            minutes - 60,
            staff_id,
            own["organisation_id"],
            own["id"],
            own["organisation_id"],
            "UCR",
            shift_type_id=kind,
        )
    for day in rng.sample(range(days), 3):
        begin = minute_of(first + timedelta(days=day), time(8))
        home, host = rng.choice([("A", "B"), ("B", "A")])
        route = rng.choice(["portability_agreement", ""])
        yield KnownShift(begin, begin + 480, 450, f"Q{day}", home, "", host, "UCR", route, "", "E")
        yield KnownShift(begin, begin + 480, 450, "", "A", "", "A", "UCR", "", "AG")


def random_roster(
    problem: Problem, rng: random.Random, density: float, *, overlapping: bool = False
) -> Roster:
    """Some of the deployable pairs and supplies; without overlaps, unless they are asked for."""
    pairs = list(zip(problem.pairs_employment.tolist(), problem.pairs_duty.tolist(), strict=True))
    rng.shuffle(pairs)
    busy: dict[str, list[tuple[int, int]]] = {
        p.id: [(k.start, k.end) for k in p.known] for p in problem.people
    }
    filled: dict[int, int] = {}
    found = []
    for row, column in pairs:
        staff_id, duty = problem.person_of_employment[row].id, problem.duties[column]
        free = (
            all(end <= duty.start or duty.end <= start for start, end in busy[staff_id])
            and filled.get(column, 0) < duty.most
        )
        if rng.random() < density and (free or overlapping):
            busy[staff_id].append((duty.start, duty.end))
            filled[column] = filled.get(column, 0) + 1
            found.append(Assignment(duty.id, staff_id, problem.employments[row].on(duty.date).id))
    for duty in problem.duties:
        for supply in problem.supplies_for(duty):
            if rng.random() < density / 3 and (
                filled.get(duty.index, 0) < duty.most or overlapping
            ):
                filled[duty.index] = filled.get(duty.index, 0) + 1
                found.append(Assignment(duty.id, supply_id=supply.id))
    return Roster.of(found)


def shift(tables: Tables, start: str, end: str, unpaid_break: int = 0) -> str:
    """Add a shift type with these hours; its id says what it is."""
    name = f"{start.replace(':', '')}-{end.replace(':', '')}"
    row = {
        "id": name,
        "name": name,
        "start_time": start,
        "end_time": end,
        "unpaid_break_minutes": str(unpaid_break),
    }
    if row not in tables["shift_type"]:
        tables["shift_type"].append(row)
    return name


def worked(
    tables: Tables,
    staff_id: str,
    start: str,
    end: str,
    paid: int,
    organisation_id: str = "A",
    contract_id: str = "",
    host: str = "",
) -> None:
    """Add a shift that is known beforehand; times as in the file, local without an offset."""
    tables.setdefault("worked_shift", []).append(
        {
            "staff_id": staff_id,
            "organisation_id": organisation_id,
            "start": start,
            "end": end,
            "paid_minutes": str(paid),
            "contract_id": contract_id,
            "host_organisation_id": host,
        }
    )


def joint(tables: Tables, staff_id: str, organisation_id: str, hours: str, **changes: Any) -> str:
    """A second contract (id `C-<staff>-<organisation>`) that makes the person's post a
    joint one.
    """
    first = next(contract for contract in tables["contract"] if contract["staff_id"] == staff_id)
    first["joint_post_id"] = f"J-{staff_id}"
    second = {
        **first,
        "id": f"C-{staff_id}-{organisation_id}",
        "organisation_id": organisation_id,
        "hours_per_week": hours,
        "base_site_id": f"S{organisation_id}",
        **changes,
    }
    tables["contract"].append(second)
    return str(second["id"])


def supply(
    tables: Tables,
    supply_id: str,
    kind: str = "agency",
    organisation_id: str = "A",
    role_id: str = "RN",
    **changes: Any,
) -> str:
    tables.setdefault("temporary_supply", []).append(
        {
            "id": supply_id,
            "kind": kind,
            "organisation_id": organisation_id,
            "place_id": "",
            "role_id": role_id,
            "hourly_pence": "3000",
            "max_shifts_per_week": "",
            **changes,
        }
    )
    return supply_id


def limit(
    tables: Tables, measure: str, staff_id: str = "", shift_type_id: str = "", **changes: Any
) -> None:
    """Something agreed with one person or, without a staff id, with everybody; `changes`: minimum,
    maximum, days.
    """
    row = {
        "staff_id": staff_id,
        "measure": measure,
        "shift_type_id": shift_type_id,
        "minimum": "",
        "maximum": "",
        "days": "",
    }
    tables.setdefault("work_limit", []).append(
        row | {column: str(value) for column, value in changes.items()}
    )


def patterned(tables: Tables, staff_id: str, shift_type_id: str, day: int, **changes: Any) -> None:
    """A worked day of somebody's base pattern, of a week from MONDAY unless `changes` say otherwise
    (from_date, to_date, cycle_days, service_id, site_id).
    """
    row = {
        "staff_id": staff_id,
        "from_date": str(MONDAY),
        "to_date": "",
        "cycle_days": "7",
        "day": str(day),
        "shift_type_id": shift_type_id,
        "service_id": "",
        "site_id": "",
    }
    tables.setdefault("base_pattern", []).append(
        row | {column: str(value) for column, value in changes.items()}
    )


def barred(tables: Tables, shift_type_id: str, next_shift_type_id: str) -> None:
    """The second shift may not follow the first on the next date."""
    tables.setdefault("shift_succession", []).append(
        {"shift_type_id": shift_type_id, "next_shift_type_id": next_shift_type_id}
    )


def on_leave(
    tables: Tables, staff_id: str, first: date | str, last: date | str | None = None
) -> None:
    tables.setdefault("leave", []).append(
        {
            "staff_id": staff_id,
            "from_date": str(first),
            "to_date": str(last or first),
            "kind": "annual",
        }
    )


def does(problem: Problem, *work: tuple[str, ...]) -> Roster:
    """A roster from (staff id, demand id), through the contract `C-<staff>`, or (staff id, demand
    id, contract id), or (supply id, demand id).
    """
    found = []
    for who, demand_id, *contract_id in work:
        if who in problem.index.supplies:
            found.append(Assignment(demand_id, supply_id=who))
        else:
            found.append(Assignment(demand_id, who, contract_id[0] if contract_id else f"C-{who}"))
    return Roster.of(found)


def alone(rule_id: str, **parameters: Any) -> Policy:
    """A policy of this rule and of those that cannot be off."""
    return Policy.from_tables(
        {
            other: {"off": True}
            for other, rule in catalogue().items()
            if rule.may_be_off and other != rule_id
        },
        {rule_id: parameters},
    )


def model_of(problem: Problem, policy: Policy, roster: Roster) -> tuple[Any, int]:
    """(status, objective) of the model with this roster fixed; INFEASIBLE where it uses a pair that
    does not exist.
    """
    encoder = CpSatEncoder(problem, policy)
    decision = encoder.decision(roster)
    if decision is None:
        return cp_model.INFEASIBLE, 0
    for variable, value in decision:
        encoder.model.add(variable == value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 20
    status = solver.solve(encoder.model)
    return status, round(solver.objective_value) if status == cp_model.OPTIMAL else 0


def amount(problem: Problem, rule_id: str, roster: Roster, **parameters: Any) -> int:
    """How much a rule finds in a roster [whole quantities of its unit], after making sure that both
    statements say the same, hard and soft.

    Hard: the model with the roster fixed is infeasible exactly where the check finds something.
    Soft: it costs the amount times the price.
    """
    rule, found = catalogue()[rule_id], set()
    if rule.may_be_hard:
        policy = alone(rule_id, weight="hard", **parameters)
        breaches = verify(problem, policy, roster).breaches
        assert {breach.rule for breach in breaches} <= {rule_id}, breaches
        status, _ = model_of(problem, policy, roster)
        assert status == (cp_model.INFEASIBLE if breaches else cp_model.OPTIMAL), (
            f"{rule_id} hard: model {status}, check {breaches}"
        )
        found.add(sum(breach.quantity for breach in breaches))
    if rule.may_be_soft:
        policy = alone(rule_id, weight=1, **parameters)
        report = verify(problem, policy, roster)
        assert not report.breaches, report.breaches
        status, objective = model_of(problem, policy, roster)
        priced = report.priced.get(rule_id, ())
        assert status == cp_model.OPTIMAL
        assert objective == report.objective, (
            f"{rule_id} soft: model {objective}, check {report.objective} {priced}"
        )
        found.add(sum(violation.quantity for violation in priced))
    assert len(found) == 1, f"{rule_id}: hard and soft count differently: {found}"
    return found.pop()


def heard_by_weekly_columns(problem: Problem, rule_id: str) -> None:
    """Make sure that the search by weekly columns carries the whole default policy, and that a
    rule tells it something.
    """

    def said(policy: Policy) -> tuple[Any, ...]:
        collector = StatementCollector(problem, policy)
        own = [
            len(each) for week in collector.own for each in (week.at_most, week.clauses, week.costs)
        ]
        return own, len(collector.rows), collector.pair_cost, collector.constant

    assert said(Policy.from_tables({})) != said(Policy.from_tables({rule_id: {"off": True}}))
