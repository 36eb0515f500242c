"""Large neighbourhood search (LNS, Shaw 1998) over the direct model: some people's days are decided
again, everything else is kept.
"""
