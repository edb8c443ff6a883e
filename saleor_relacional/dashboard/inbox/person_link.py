"""Whose it is, and where staff read more about them."""

from dataclasses import dataclass
from uuid import UUID

from saleor_relacional.flows.profiles import profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One customer as a page names them."""

    name: str
    """First name and address, as far as they are known."""
    public_id: UUID
    """Of their page."""
    stage: str


def of(profile_id: int) -> Person | None:
    """The person of this profile; None where they were forgotten."""
    found = profiles.of_ids([profile_id]).get(profile_id)
    if found is None:
        return None
    return Person(
        name=" · ".join(part for part in (found.first_name, found.email) if part),
        public_id=found.public_id,
        stage=found.stage,
    )
