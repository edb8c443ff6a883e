"""After a sale the shop nudges a worker. It never waits for an answer and never fails because of it."""

from collections.abc import Iterable

from django.db import transaction

from saleor_relacional import nudge
from saleor_relacional.hosts.facts import FactKind


def nudge_after_commit(kind: FactKind, references: Iterable[object]) -> None:
    """Call `nudge.record` once for each reference when the transaction has committed; not at all when it rolls back."""
    distinct = sorted({str(reference) for reference in references})

    # A function, no partial: what a robust one raises is logged by its __qualname__, and reaches nobody.
    def after_commit() -> None:
        for reference in distinct:
            nudge.record(kind, reference)

    if distinct:
        transaction.on_commit(after_commit, robust=True)
