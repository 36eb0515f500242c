"""What a solve of CP-SAT has proven of an objective that is to be least.

A solver that was stopped before it had begun, on a busy machine or with hardly any time, says that
its best bound is 0: of an objective that can be negative that is not so. A bound without a
solution counts only where it is another number, and one with a solution only where it is not above
it; the least that the variables' own limits allow is true in any case.
"""

from ortools.sat.python import cp_model


def proven_bound(model: cp_model.CpModel, solver: cp_model.CpSolver) -> float:
    """The highest number that the objective is proven not to be below, after a solve, in the unit
    of the model's objective.
    """
    answer = solver.response_proto
    told, status = float(answer.best_objective_bound), answer.status
    if status == cp_model.FEASIBLE:
        counts = told <= float(answer.objective_value)
    else:
        counts = status == cp_model.OPTIMAL or told != 0
    return told if counts else _least_of_variables(model)


def _least_of_variables(model: cp_model.CpModel) -> float:
    objective, least = model.proto.objective, float(model.proto.objective.offset)
    for index, coefficient in zip(objective.vars, objective.coeffs, strict=True):
        domain = list(model.proto.variables[index].domain)  # of itself it knows no last one
        least += min(coefficient * domain[0], coefficient * domain[-1])
    return least
