"""Shifts that change hands between people: offered, swapped, taken; approved; made true."""
