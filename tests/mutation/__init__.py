"""Plants small faults in the rules, one at a time, and says which of them no test notices.

Why not a tool: mutmut 3 cannot be told which faults to plant nor which tests belong to a rule, and
Cosmic Ray writes every mutant into the working tree and starts a new Python for it, where the
imports alone take ten times as long as a rule's tests.
"""
