"""By when staff answer what customers tell: as the owner decided, by the shop's own days."""

from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.rules.contact import answering


def due(at: datetime) -> datetime:
    """By when what was told at this moment is to be answered. Days on which the contact policy lets nothing leave, its
    holidays, are closed."""
    decided = policy.current(at)
    return answering.due(
        at, decided.answer_hours, conf.time_zone(), opening_days=decided.opening_days,
        closed=contact_policy.current().holidays,
    )  # fmt: skip
