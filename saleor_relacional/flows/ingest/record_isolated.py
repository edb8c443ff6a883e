"""Recording many references one of which cannot be recorded. The others must not wait for it: a sweep that cannot pass
a page would read nothing more."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import add

from saleor_relacional.flows import failures
from saleor_relacional.flows.ingest import record
from saleor_relacional.flows.ingest.record import NOTHING, Recorded
from saleor_relacional.hosts.facts import FactKind


def record_isolated(kind: FactKind, references: Sequence[str], *, now: datetime) -> Recorded:
    """Record these references, as `record_references` does. One that cannot be recorded is counted as an error of ours;
    the others are recorded. Raises what the database raises for reasons of its own."""

    def together(some: Sequence[str]) -> Recorded:
        return record.record_references(kind, some, now=now)

    return reduce(add, failures.isolated(f"record:{kind}", references, together, now=now), NOTHING)
