"""Imported history beside the host's own: an order that both have is one order, the host's."""

from collections.abc import Iterable

from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.models import Purchase

PREFIX = "import:"
"""What the source of every imported fact begins with."""


def number(of_order: str) -> Name:
    """What is locked, among the names of people, by whoever writes an order of this number: the host's own or an
    imported one. So either finds the other."""
    return Name("number", "", of_order)


def replace(numbers: Iterable[str]) -> set[int]:
    """Delete what imports told of orders with these numbers, refunds included, because the host tells them itself.
    Returns the ids of the profiles that they belonged to. The caller holds the numbers."""
    wanted = {one for one in numbers if one}
    if not wanted:
        return set()
    rows = Purchase.objects.filter(number__in=wanted, source__startswith=PREFIX)
    owners = set(rows.values_list("profile_id", flat=True))
    if owners:
        rows.delete()
    return owners
