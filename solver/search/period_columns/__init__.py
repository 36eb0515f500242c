"""Search by whole periods: each person's whole period is one column, made by column generation when
duals ask for it.

No rule is stated again: the model of the whole problem is read off as one block for each person and
the rows that link them (Dantzig and Wolfe 1960). Symbols, in sixtieths of a penny unless it says
otherwise:

    p in P             a person; x_p the variables of the block of p, c_p what they cost
    X_p                the periods of p: all x_p that keep the rows of p's block
    y                  shared variables, with cost d and from y_low to y_high
    low <= sum_p A_p x_p + S y <= high    the linking rows
    u                  their duals: of a row with u_r > 0 `low` binds, with u_r < 0 `high`
    q_p(u) = c_p - u A_p                  reduced costs of p's variables  (`Blocks.reduced_costs`)
    L(u) = c_0 + u [low or high] + min_y (d - u S) y + sum_p min_{x in X_p} q_p(u) x

`column_generation` alternates `restricted_master` (a linear programme over the columns so far,
whose duals are u) and `pricing` (the columns of least reduced cost at u, which give L(u)); `diving`
and `restricted_master_ip` make rosters of the columns, `reoptimise` makes some people's again, and
`reduced_cost_fixing` ends the proof.
"""
