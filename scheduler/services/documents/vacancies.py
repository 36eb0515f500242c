"""Why places are empty, as documents for programs."""

from typing import Any

from scheduler.domain.clock import local
from scheduler.domain.sentence import Sentence
from scheduler.services.explain.why_vacant import ExplainedVacancy, NearMisses, Vacancies
from solver.evaluate.candidates import Candidacy, CandidateChange, SupplyCandidacy


def place_document(found: ExplainedVacancy, told: list[Sentence]) -> dict[str, Any]:
    """An empty place, for a program; `told`: the same in sentences."""
    duty = found.duty
    return {
        "roster_id": found.roster_id,
        "demand_id": duty.id,
        "date": duty.date.isoformat(),
        "service_id": duty.demand.service_id,
        "site_id": duty.demand.site_id,
        "place_id": duty.place_id,
        "role_id": duty.demand.role_id,
        "host_organisation_id": duty.host_id,
        "priority": duty.demand.priority,
        "minimum": duty.minimum,
        "preferred": duty.preferred,
        "missing": found.missing,
        "required": found.required,
        "hours": found.missing * duty.paid / 60,
        "empty_place_pence": found.empty_pence,
        "cause": found.cause,
        "sentences": told,
        "cleared": [_standing(found, standing) for standing in found.cleared],
        "one_barrier_away": [_nearby(found, nearby) for nearby in found.nearby],
        "temporary_supply": {
            "exhausted": found.supply_exhausted,
            "supplies": [_supply(standing) for standing in found.supplies],
        },
        "notes": list(found.notes),
    }


def _standing(found: ExplainedVacancy, standing: Candidacy) -> dict[str, Any]:
    return {
        "staff_id": standing.staff_id,
        "name": found.index.staff[standing.staff_id].name,
        "contract_id": standing.contract_id,
        "why_not": standing.why_not,
        "works": [duty.id for duty in standing.works],
        "busy": [
            {
                "start": local(k.start).isoformat(),
                "end": local(k.end).isoformat(),
                "organisation_id": k.host_organisation_id or k.organisation_id,
            }
            for k in standing.known
        ],
        "rules": [{"rule": breach.rule, "sentence": breach.sentence} for breach in standing.rules],
        "move": None if standing.change is None else _change(standing.change),
    }


def _change(change: CandidateChange) -> dict[str, Any]:
    return {
        "price_pence": change.pence,
        "price_by_rule_pence": change.by_rule,
        "taken_from": [a.demand_id for a in change.removed],
        "leaves": [
            {
                "demand_id": left.duty.id,
                "missing": left.missing,
                "minimum": left.duty.minimum,
                "required_place_emptied": left.taken_from_required,
            }
            for left in change.leaves
        ],
    }


def _nearby(found: ExplainedVacancy, nearby: NearMisses) -> dict[str, Any]:
    group = nearby.group
    return {
        "barrier": group.kind,
        "missing": group.missing,
        "lifted_by_organisation_id": group.lifted_by or None,
        "people": [
            {
                "staff_id": near.staff_id,
                "name": found.index.staff[near.staff_id].name,
                "contract_id": near.contract_id,
                "free": near.staff_id in nearby.free,
                "sentence": near.barrier.sentence,
                "since": near.barrier.since,
                "until": near.barrier.until,
            }
            for near in group.people
        ],
    }


def _supply(standing: SupplyCandidacy) -> dict[str, Any]:
    change = standing.change
    return {
        "temporary_supply_id": standing.supply.id,
        "kind": standing.supply.kind,
        "state": standing.state,
        "used": standing.used,
        "max_shifts_per_week": standing.supply.max_shifts_per_week,
        "price_pence": change.pence,
        "price_by_rule_pence": change.by_rule,
        "rules": [{"rule": breach.rule, "sentence": breach.sentence} for breach in change.breaches],
    }


def list_document(found: Vacancies) -> dict[str, Any]:
    """All empty places of a roster, for a program."""
    return {
        "roster_id": found.roster_id,
        "vacancies": [
            {
                "demand_id": line.duty.id,
                "date": line.duty.date.isoformat(),
                "service_id": line.duty.demand.service_id,
                "site_id": line.duty.demand.site_id,
                "role_id": line.duty.demand.role_id,
                "priority": line.duty.demand.priority,
                "missing": line.missing,
                "hours": line.minutes / 60,
                "cleared": line.cleared,
                "cause": line.cause,
                "one_barrier_away": [
                    {
                        "barrier": nearby.group.kind,
                        "missing": nearby.group.missing,
                        "lifted_by_organisation_id": nearby.group.lifted_by or None,
                        "staff_ids": list(nearby.group.staff_ids),
                        "free": list(nearby.free),
                    }
                    for nearby in line.nearby
                ],
            }
            for line in found.lines
        ],
        "barriers": [
            {
                "barrier": lever.lever[0],
                "missing": lever.lever[1],
                "lifted_by_organisation_id": lever.lever[2] or None,
                "staff_ids": list(lever.staff_ids),
                "places": lever.places,
                "hours_could_fill": lever.minutes_free / 60,
                "hours_if_moved": lever.minutes_any / 60,
            }
            for lever in found.levers
        ],
        "notes": list(found.notes),
    }
