"""After a sale the shop whispers that something changed; it never waits for an answer and never fails because of it."""

from collections.abc import Iterable

from django.db import transaction

from saleor_relacional import nudge
from saleor_relacional.hosts.base import FactKind


def tell(kind: FactKind, references: Iterable[object]) -> None:
    """When the transaction around us has committed: whisper each of these references once."""
    names = sorted({str(reference) for reference in references})

    # A function, no partial: what a robust one raises is logged by its __qualname__, and reaches nobody.
    def after_commit() -> None:
        for name in names:
            nudge.whisper(kind, name)

    if names:
        transaction.on_commit(after_commit, robust=True)
