"""Search by weekly columns: each person's whole week is one column, what links people are the rows
of a master problem over them, and the bound is its Lagrangian dual.

Rules are not stated a third time: `statements` hears the same `encode` as the CP-SAT model does,
keeps what concerns one person for the enumeration of that person's weeks, and what links people as
rows of the master problem.

The symbols of all formulas in this package, with the names that the code gives them. Money is in
pounds unless it says otherwise.

    i in I        a line: a person, in a period of several weeks the person in one of them
    w in W_i      a week of line i: a column (`Weeks`), which chooses atoms a, and for each a pair k
    k in K        a pair: an employment that can fill a duty; x_k = 1 where it is worked
    j in J        a shared variable of the master problem, y_j from 0 to m_j: calls of temporary
                  supply, missing people, excesses (`shared`, `shared_most`)
    r in R        a row that links people: A_r x + S_r y <= b_r, or = (`equal`)
    A [R x K], S [R x J], b [R]    `MasterProblem.pairs`, `.shared`, `.limit`
    c_k, d_j, g_iw, c_0            `pair_cost`, `shared_cost`, a week's cost without its pairs
                                   (`WeekPricing.costs`), and `constant`
    u [R]         the duals (Lagrangian multipliers) of the rows: u_r <= 0 but for equations
    q_k(u) = c_k - u A_k           reduced cost of a pair   (`pair_reduced_costs`) [K]
    q_a(u) = min_{k in a} q_k(u)   reduced cost of an atom  (`atom_reduced_costs`) [atoms of all]
    q_iw(u) = g_iw + sum_{a in w} q_a(u)   of a week        (`week_reduced_costs`) [W_i]
    q_j(u) = d_j - u S_j           of a shared variable     [J]
    l_i(u) = min_w q_iw(u)         the least of a line      (`least`) [I]

The master problem is to choose one week for each line and y, at least cost

    z = c_0 + sum_i (g_iw + sum_{k worked} c_k) + d y   with every row kept,

and its Lagrangian dual is to choose u with the highest bound

    L(u) = c_0 + u b + sum_i l_i(u) + sum_j m_j min(0, q_j(u))  <=  z.

What the weeks of one person cost together (`across_lines`), never below nothing, is left out of it.

Where to look: L(u) is evaluated and weeks are priced in `pricing`, and at many u fast in
`active_columns`; it is raised in `dual_ascent`, with `supply_duals` and `dual_correction`; a first
incumbent comes from `rounding`; `lns` keeps the incumbent and chooses neighbourhoods, which
`lns_subproblem` states and solves; `bound_tightening` raises the bound beyond L(u).
"""
