"""The least that one person's week can cost at given prices, for people whose weeks are too many to list."""

from dataclasses import replace
from math import ceil

import numpy as np
from ortools.sat.python import cp_model

from scheduler.domain.problem import Problem
from solver.constraint import Scope
from solver.cpsat import CpSatEncoder
from solver.policy import Policy
from solver.search.patterns.week_values import Floats


def least_week(problem: Problem, policy: Policy, person: int, extra: Floats, *, seconds: float) -> float:
    """A lower bound on what any week of a person costs [sixtieths of a penny], by CP-SAT over the personal rules.

    `extra[k]` comes on top of pair k; constants of soft rules are left out, as in the weeks that are listed.
    """
    somebody = problem.people[person]
    mine = [k for k, row in enumerate(problem.pairs_employment.tolist()) if problem.person_of_employment[row].index == person]
    number = {employment.index: i for i, employment in enumerate(somebody.employments)}
    employments = tuple(replace(employment, index=i) for i, employment in enumerate(somebody.employments))
    alone = replace(
        problem,
        people=(replace(somebody, index=0, employments=employments),),
        employments=employments,
        pairs_employment=np.array([number[int(problem.pairs_employment[k])] for k in mine], dtype=np.int32),
        pairs_duty=problem.pairs_duty[mine],
        pins=tuple(pin for pin in problem.pins if pin.staff_id == somebody.id),
        supplies=(),
    )
    personal = {rule.id: rule for rule in policy.rules.values() if rule.scope is Scope.PERSONAL}
    encoder = CpSatEncoder(alone, Policy(personal, pay=policy.pay))
    terms = [term for price in encoder.prices.values() for term in price.terms]
    # rounded down, so that what is found stays below what is true
    terms += [(ceil(extra[k]) - 1, pair.literal) for k, pair in zip(mine, encoder.pairs_of(alone.people[0]), strict=True)]
    variables, coefficients = [variable for _, variable in terms], [coefficient for coefficient, _ in terms]
    encoder.model.minimize(cp_model.LinearExpr.weighted_sum(variables, coefficients))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # a tenth of what a portfolio needs
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(encoder.model)
    if status == cp_model.UNKNOWN and not np.isfinite(solver.best_objective_bound):
        return float(sum(min(0, coefficient) for coefficient in coefficients))
    return solver.best_objective_bound
