"""Imported history beside the host's own: an order that both have is one order, the host's."""

from collections.abc import Iterable

from saleor_relacional.models import Purchase

PREFIX = "import:"
"""Sources of imported facts begin with it."""


def replace(numbers: Iterable[str]) -> set[int]:
    """The host tells these orders itself: what an import had told under their numbers goes, refunds included.
    The profiles that it belonged to."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return set()
    rows = Purchase.objects.filter(number__in=wanted, source__startswith=PREFIX)
    owners = set(rows.values_list("profile_id", flat=True))
    if owners:
        rows.delete()
    return owners
