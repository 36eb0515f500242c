"""Public rostering instances, mapped onto the same facts, catalogue, policy and search as
everything else.
"""
