"""Whatever somebody brings: files and command lines at random, none of which may end in a
traceback, an abort or too much memory.
"""
