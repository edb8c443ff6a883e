"""Recording many references one of which cannot be recorded. The others must not wait for it: a sweep that cannot pass
a page would read nothing more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError

from saleor_relacional.errors import Misconfigured, RelacionalError
from saleor_relacional.flows import failures
from saleor_relacional.flows.ingest import record
from saleor_relacional.flows.ingest.record import NOTHING, Recorded
from saleor_relacional.hosts.facts import FactKind

POISON = (DataError, IntegrityError, RelacionalError)
"""What a fact itself can cause. Any other error of the database is no fault of a fact: it is raised, without trying
every reference, and the whole page is read again."""


def record_isolated(kind: FactKind, references: Sequence[str], *, now: datetime) -> Recorded:
    """Record these references, as `record_references` does. One that cannot be recorded is counted as an error of ours;
    the others are recorded. Raises what the database raises for reasons of its own."""
    try:
        return record.record_references(kind, references, now=now)
    except Misconfigured:
        raise  # no fault of a fact: it is read again once the setting is right
    except POISON as error:
        if len(references) == 1:
            failures.count(f"record:{kind}", error, now=now)
            return NOTHING
    half = len(references) // 2
    return record_isolated(kind, references[:half], now=now) + record_isolated(
        kind, references[half:], now=now
    )
