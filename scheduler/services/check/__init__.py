"""The independent check on files alone."""
