"""Beliefs as pure functions of numbers: numpy and scipy only.

Nothing here imports Django or the rest of the package, reads a clock, draws a random number or touches a
file. Time is in days unless a docstring says otherwise; the formulas and their papers are in docs/maths.md.
"""
