"""Imported history beside the host's own: an order that both have is one order, the host's."""

from collections.abc import Iterable, Mapping

from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.models import Purchase, PurchaseCorrection

PREFIX = "import:"
"""What the source of every imported fact begins with."""


def number(of_order: str) -> Name:
    """What is locked, among the names of people, by whoever writes an order of this number: the host's own or an
    imported one. So either finds the other."""
    return Name("number", "", of_order)


def corrections(numbers: Iterable[str]) -> dict[str, PurchaseCorrection]:
    """Number → what staff corrected, and holds, of imported orders with these numbers. The caller holds the numbers."""
    wanted = {one for one in numbers if one}
    if not wanted:
        return {}
    rows = PurchaseCorrection.objects.filter(
        undone_at=None, purchase__number__in=wanted, purchase__source__startswith=PREFIX
    )
    return {one.purchase.number: one for one in rows.select_related("purchase").order_by("pk")}


def hand_on(corrections: Mapping[str, PurchaseCorrection], told: Iterable[Purchase]) -> None:
    """Hang these on the host's orders of the same numbers, where they hold of them now."""
    for row in told:
        one = corrections.get(row.number)
        if one and one.right == row.corrected and one.profile_id == row.profile_id:
            held = PurchaseCorrection.objects.filter(purchase=row, undone_at=None)
            if not held.exists():
                PurchaseCorrection.objects.filter(pk=one.pk).update(purchase=row)


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
