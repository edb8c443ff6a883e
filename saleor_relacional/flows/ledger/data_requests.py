"""Who asked for all that we hold of somebody, or for its end, when, and through which door: kept without anything of
the person."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.errors import BadInput
from saleor_relacional.models import DataRequest, Profile

CUSTOMER = "customer"
SERVER = "server"
"""Whoever runs commands on the shop's server."""
MOST = 100


def record(
    profile: Profile | None, *, kind: str, by: str, through: str, now: datetime
) -> DataRequest:  # fmt: skip
    """Keep that it was asked for and done. `by`: CUSTOMER, as Caller.reference says, or SERVER; `through`: one of
    DataRequestDoor. Of an erasure no profile."""
    return DataRequest.objects.create(profile=profile, kind=kind, by=by, through=through, at=now)


def latest(*, first: int, using: str | None = None) -> Sequence[DataRequest]:
    """At most `first`, the latest first. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    return list(DataRequest.objects.at(using).order_by("-at", "-pk")[:first])
