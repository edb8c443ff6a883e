"""What colleagues wrote of one customer: labels and notes, as the page shows them."""

from typing import Any

from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.flows.contact import labels, staff_notes
from saleor_relacional.hosts.base import Caller


def read(profile_id: int, caller: Caller) -> dict[str, Any]:
    """What the box shows."""
    names = StaffNames(caller.reference)
    return {
        "labels": [one.name for one in labels.of([profile_id]).get(profile_id, [])],
        "known_labels": [name for name, _people in labels.known()],
        "notes": [(one, names.of(one.written_by)) for one in staff_notes.of(profile_id)],
    }
