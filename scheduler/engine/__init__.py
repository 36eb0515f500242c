"""Runs many tasks over shared data: in this process, on processes of this machine, or on a
cluster.
"""
