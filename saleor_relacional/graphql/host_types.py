"""The types that the host lends us. A schema has one type per name, so our fields ask for the host's when it is
built."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional import conf


class OrderDirection(graphene.Enum):
    """Ours, where the host lends none."""

    ASC = ""
    DESC = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What the host's Money type is resolved from."""

    amount: Decimal
    currency: str


def amount(value: Decimal | float | None, currency: str) -> Amount | None:
    """The amount as Money; None where there is none, or no currency is known yet."""
    if value is None or not currency:
        return None
    return Amount(amount=Decimal(str(value)), currency=currency)


def money_type() -> Any:
    """The host's Money."""
    return conf.host().graphql_types().money


def user_type() -> Any:
    """The host's User."""
    return conf.host().graphql_types().user


def date_time_type() -> Any:
    """The host's DateTime, or graphene's."""
    return conf.host().graphql_types().date_time or graphene.DateTime


def date_type() -> Any:
    """The host's Date, or graphene's."""
    return conf.host().graphql_types().date or graphene.Date


def direction_type() -> Any:
    """The host's OrderDirection, or ours."""
    return conf.host().graphql_types().direction or OrderDirection


def moment(description: str, *, required: bool = False, **options: Any) -> graphene.Field:
    """A field of the host's DateTime."""
    return graphene.Field(date_time_type, required=required, description=description, **options)


def day(description: str | None = None, *, required: bool = False) -> graphene.Field:
    """A field of the host's Date."""
    return graphene.Field(date_type, required=required, description=description)


def money(description: str, *, required: bool = False, **options: Any) -> graphene.Field:
    """A field of the host's Money."""
    return graphene.Field(money_type, required=required, description=description, **options)


def listed(kind: Any, description: str, **options: Any) -> graphene.Field:
    """A list that is never null and holds no null, as in Saleor."""
    return graphene.Field(
        graphene.List(graphene.NonNull(kind)), required=True, description=description, **options
    )
