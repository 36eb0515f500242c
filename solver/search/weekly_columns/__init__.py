"""Search by weekly patterns: each person's whole week is one column, and what links people is a
linear programme over them.

Rules are not stated a third time: `statements` hears the same `encode` as the CP-SAT model does,
keeps what concerns one person for the enumeration of that person's patterns, and what links people
as rows of the master problem.
"""
