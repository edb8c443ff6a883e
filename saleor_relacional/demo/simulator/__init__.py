"""How customers buy and answer mails, drawn so that the same world can be lived twice: with us and without us.

The model and its limits: docs/simulator.md. Pure: numpy and scipy, no clock, no I/O, no global randomness.
"""

from saleor_relacional.demo.simulator.history import HEADER, lines
from saleor_relacional.demo.simulator.life import Day, Life, Mail
from saleor_relacional.demo.simulator.people import (
    Habits,
    Past,
    People,
    continued,
    newcomers,
    together,
)
from saleor_relacional.demo.simulator.world import Lived, world

__all__ = [
    "HEADER",
    "Day",
    "Habits",
    "Life",
    "Lived",
    "Mail",
    "Past",
    "People",
    "continued",
    "lines",
    "newcomers",
    "together",
    "world",
]
