"""Whose it is, and where staff read more about them."""

from dataclasses import dataclass

from graphene.relay import Node

from saleor_relacional.flows.profiles import profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One customer as a page names them."""

    name: str
    """First name and address, as far as they are known."""
    saleor: str
    """Their page in Saleor's dashboard; empty without an account."""
    stage: str


def of(profile_id: int) -> Person | None:
    """The person of this profile; None where they were forgotten."""
    found = profiles.of_ids([profile_id]).get(profile_id)
    if found is None:
        return None
    account = Node.to_global_id("User", found.account) if found.account else ""
    return Person(
        name=" · ".join(part for part in (found.first_name, found.email) if part),
        saleor=f"/customers/{account}" if account else "",
        stage=found.stage,
    )
