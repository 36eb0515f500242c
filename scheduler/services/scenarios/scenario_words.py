"""What the ids in a scenario are called, for its sentences."""

from scheduler.domain.dataset import Dataset, names_by_id
from scheduler.services.scenarios.changes.part import Named
from scheduler.services.view.roster_tables import short_name
from solver.constraints import catalogue

NOT_SOLVED = "not_solved"
UNSOLVED = {
    "clash": "no roster can keep all hard rules, for some facts clash",
    "no_roster": "no roster was found in its time",
    NOT_SOLVED: "it was not solved",
}
FILES = ("place", "site", "service", "role", "competency", "procedure", "shift_type")


def unsolved_words(status: str) -> str:
    """Why a case has no roster, by its status."""
    return UNSOLVED.get(status, status.replace("_", " "))


def names_in(dataset: Dataset) -> Named:
    """Id -> name of organisations, places, roles and the like, of bank and agency, and of rules;
    the id itself where there is none. People are never named: sentences count them.
    """
    names = names_by_id(row for file in FILES for row in dataset.rows(file))
    names |= {row.id: short_name(row.name) for row in dataset.organisation}
    role = names_by_id(dataset.role)
    supplies = {
        row.id: (
            f"{row.kind} ({role.get(row.role_id, row.role_id)}) of"
            f" {names.get(row.organisation_id, row.organisation_id)}"
        )
        for row in dataset.temporary_supply
    }
    rules = {
        rule_id: rule.title[:1].lower() + rule.title[1:] for rule_id, rule in catalogue().items()
    }
    known = {**rules, **supplies, **names}
    return lambda name: known.get(name, name)
