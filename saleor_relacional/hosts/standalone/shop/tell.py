"""After a sale the shop whispers that something changed; it never waits for an answer and never fails
because of it."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from saleor_relacional.hosts.base import Kind


def tell(kind: Kind, references: Iterable[object]) -> None:
    """When the transaction around us has committed: one nudge with these references."""
    names = sorted({str(reference) for reference in references})
    if names:
        # robust: what a nudge raises is logged by Django and reaches neither the buyer nor the next nudge.
        transaction.on_commit(partial(_whisper, kind, names), robust=True)


def _whisper(kind: Kind, references: list[str]) -> None:
    from saleor_relacional.nudge import (
        whisper,
    )  # brings the tasks with it, which the shop's models come before

    for reference in references:
        whisper(kind, reference)
