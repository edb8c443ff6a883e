"""Which rung for whom: what each rung brings, measured by inverse-probability weights, and how the next one is chosen.

Pure: numpy, no clock, no chance of its own. The mathematics and its limits: docs/maths.md, Which rung for whom.
"""
