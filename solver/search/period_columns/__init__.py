"""Search by whole periods: each person's whole period is one column, made when prices ask for it.

No rule is stated again: the model of the whole problem is read off as one block for each person and
the rows that link them. Prices of those rows give a bound near the best roster there is, and lead
to a roster near the bound (Dantzig and Wolfe 1960).
"""
