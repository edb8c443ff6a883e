"""Recording many references of which one may be ill: the others must not wait for it, for a sweep that cannot pass a
page would read nothing more for ever."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError

from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import failures
from saleor_relacional.flows.ingest.record import NOTHING, Recorded, record_references
from saleor_relacional.hosts.facts import FactKind

POISON = (DataError, IntegrityError, RelacionalError)
"""What a fact itself can cause. A database that does not answer is no fault of a fact: that is raised, and the whole
page is read again."""


def record_isolated(kind: FactKind, references: Sequence[str], *, now: datetime) -> Recorded:
    """As record_references. Where one of them cannot be recorded the others are all the same, and that one is counted
    as an error of ours."""
    try:
        return record_references(kind, references, now=now)
    except POISON as error:
        if len(references) == 1:
            failures.count(f"record:{kind}", error, now=now)
            return NOTHING
    half = len(references) // 2
    return record_isolated(kind, references[:half], now=now) + record_isolated(
        kind, references[half:], now=now
    )
