"""Large-neighbourhood search over the direct model: some people's days are decided anew, everything
else is kept.
"""
