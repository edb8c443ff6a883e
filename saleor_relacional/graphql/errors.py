"""Errors in the answer of a mutation: field, message, code, as in Saleor."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import graphene

from saleor_relacional.errors import RelacionalError, Several
from saleor_relacional.flows.segments.segments import BadRule


class Code(StrEnum):
    """Codes of errors, for programs."""

    INVALID = "invalid"
    REQUIRED = "required"
    NOT_FOUND = "not_found"
    NOT_CONFIRMED = "not_confirmed"
    NOT_ACTIVE = "not_active"
    NO_SEGMENT = "no_segment"
    NO_SENDER = "no_sender"
    NO_POSTAL_ADDRESS = "no_postal_address"
    CAPACITY_UNDECIDED = "capacity_undecided"
    NO_CAPACITY = "no_capacity"
    """The campaign may send no mail per day."""
    NO_MAIL_SERVER = "no_mail_server"
    OVER = "over"
    """The campaign's last day has passed."""
    NO_PUBLIC_URL = "no_public_url"
    NO_STOREFRONT = "no_storefront"
    INSECURE_PUBLIC_URL = "insecure_public_url"
    IN_USE = "in_use"
    CONFLICT = "conflict"
    """Somebody else has saved another version meanwhile."""
    NOT_STAFF = "not_staff"
    """The caller is no member of staff with an address."""
    WORDS = "words"
    """A message says what it should not, or cannot be written."""
    ELSEWHERE = "elsewhere"
    """It was activated at another address: a copy of the shop, or a move that is to be confirmed."""
    NOT_APPLICABLE = "not_applicable"
    """The offer takes nothing off the checkout now."""
    RUNG_UNAVAILABLE = "rung_unavailable"
    """What a rung gives cannot be bought at the moment."""
    NOT_OPEN = "not_open"
    """The task has ended."""
    TOO_LATE = "too_late"
    """The order was rated too long ago to be rated anew."""
    TOO_MANY = "too_many"
    """The door was knocked at too often."""
    FINISHED = "finished"
    """The campaign has come to its end."""
    PLUGIN_OFF = "plugin_off"
    """The shop has switched its relationships off: leaving, the export and erasure go on."""
    TOO_OFTEN = "too_often"
    """It was asked too often: wait a little."""


RelationshipErrorCode = graphene.Enum("RelationshipErrorCode", [(code.name, code.value) for code in Code])


class RelationshipError(graphene.ObjectType):
    """Error of a relationship mutation."""

    field = graphene.String(
        description="Name of a field that caused the error. A value of `null` indicates that the error isn't"
        " associated with a particular field."
    )
    message = graphene.String(description="The error message.")
    code = graphene.Field(RelationshipErrorCode, description="The error code.", required=True)

    class Meta:
        description = "Represents an error in the input of a relationship mutation."


def all_of(error: RelacionalError) -> list[RelationshipError]:
    """One answer for each thing that an error of ours names."""
    problems: Sequence[RelacionalError] = [error]
    if isinstance(error, Several):
        problems = error.problems
    return [from_exception(one) for one in problems]


def from_exception(error: RelacionalError) -> RelationshipError:
    """An error of ours as an answer. A code that this API does not name becomes INVALID."""
    code = error.code.lower()
    return RelationshipError(
        field=_camel(error.field),
        message=error.message,
        code=code if code in set(Code) else Code.INVALID.value,
    )


def rule_problems(error: BadRule) -> list[Any]:
    """One error per place of the rule that cannot be read."""
    return [
        RelationshipError(field="rule", message=message, code=Code.INVALID.value)
        for message in error.messages
    ]


def _camel(name: str | None) -> str | None:
    if name is None:
        return None
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
