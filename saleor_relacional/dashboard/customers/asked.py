"""What somebody asks of the list: read from what a browser sends, and written back into its address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import numbers
from saleor_relacional.dashboard.fields import uuid_of
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.profiles.profile_list import Filter, ListPosition, Order
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.models import Stage

MOST = 2**62
"""Greatest number that a column of ours holds."""
WRITE = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersAsked:
    """The filters of a list, as they stand in its address, and the search, which does not."""

    stage: str = ""
    segment: str = ""
    """Public id of a segment."""
    write: str = ""
    """yes or no: whether they may be written to."""
    currency: str = ""
    worth: str = ""
    """The coming year is expected to bring so much, at least."""
    search: str = ""
    order: Order = Order.YEAR_VALUE
    descending: bool = True
    alike: bool = True
    """All people's money is in one currency, so that amounts have an order."""

    def chosen(self, **other: Any) -> dict[str, str]:
        """Name → value of what an address says, with other values for some of it; what goes without saying is left
        out."""
        sort, up = other.get("order", self.order), not other.get("descending", self.descending)
        currency = other.get("currency", self.currency)
        told = {
            "stage": self.stage, "segment": self.segment, "write": self.write, "currency": currency,
            "worth": self.worth,
            "sort": "" if sort is _usual(currency, alike=self.alike) and not up else str(sort), "up": "1" if up else "",
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}

    def address(self, **other: Any) -> str:
        """The query of the list's address, with other values for some of it."""
        return urlencode(self.chosen(**other))

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return bool(self.stage or self.segment or self.write or self.worth or self.search or self.currency)


def read(given: Mapping[str, str]) -> CustomersAsked:
    """What cannot be read is taken as not said: an address may have been kept for years."""
    order, alike = given.get("sort", ""), len(currencies()) < 2
    currency = _currency(given.get("currency", ""))
    unlike = not currency and (order == Order.KEPT or (order == Order.YEAR_VALUE and not alike))
    if order not in set(Order) or unlike:
        order = _usual(currency, alike=alike)
    return CustomersAsked(
        stage=given.get("stage", "") if given.get("stage") in Stage.values else "",
        segment=str(uuid_of(given.get("segment", "")) or ""),
        write=given.get("write", "") if given.get("write") in WRITE else "",
        currency=currency,
        worth=_worth(given.get("worth", "")),
        search=given.get("search", "").strip(),
        order=Order(order),
        descending=not given.get("up"),
        alike=alike,
    )  # fmt: skip


def _usual(currency: str, *, alike: bool) -> Order:
    """The order that goes without saying: the most promising first, where their money can be compared."""
    return Order.YEAR_VALUE if currency or alike else Order.LAST_PURCHASE


def wanted(asked: CustomersAsked, now: datetime) -> Filter:
    """The same, as the list is asked. Raises BadInput for an amount that can be read in two ways, and for one of no
    currency where the shop has several."""
    segment = segments.of_public_id(UUID(asked.segment)) if asked.segment else None
    return Filter(
        stages=(asked.stage,) if asked.stage else (),
        search=asked.search,
        currency=_currency_of(asked),
        has_consent=WRITE.get(asked.write),
        year_value_from=float(numbers.amount(asked.worth, field="worth")) if asked.worth else None,
        among=membership.people(segment, now=now) if asked.segment else None,
    )


def _currency_of(asked: CustomersAsked) -> str:
    """The currency asked for; of an amount, the shop's only one where none was said."""
    if asked.currency or not asked.worth:
        return asked.currency
    shop = currencies()
    if len(shop) > 1:
        raise BadInput(
            _("Choose a currency, too: amounts of several currencies cannot be compared."), field="worth"
        )
    return shop[0] if shop else ""


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _real(value: str) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError
    return number


def _amount(value: str) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or abs(number) > MOST:
        raise ValueError
    return number


_READ: Mapping[Order, Callable[[str], Any]] = {
    Order.YEAR_VALUE: _real,
    Order.LAST_PURCHASE: _moment,
    Order.KEPT: _amount,
    Order.SINCE: _moment,
}


def place(given: Mapping[str, str], order: Order) -> ListPosition:
    """Where the page before ended. Raises BadInput for what is no place of a list in this order."""
    try:
        after, value = int(given["after"]), given.get("value", "")
        if not 0 <= after <= MOST:
            raise ValueError
        return ListPosition(value=_READ[order](value) if value else None, profile=after)
    except (KeyError, ValueError, ArithmeticError) as error:
        raise BadInput("This is no place in the list.", field="after") from error


def place_text(position: ListPosition) -> dict[str, str]:
    """The same, to be sent back."""
    value = position.value
    text = "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    return {"after": str(position.profile), "value": text}


def currencies() -> list[str]:
    """Those in which people's money is told."""
    return profile_list.currencies()


def known_currencies() -> list[str]:
    """These, and those in which the shop sells."""
    return sorted({*currencies(), *(channel.currency for channel in conf.host().channels())})


def _worth(value: str) -> str:
    """The amount as it was typed; empty where it is none."""
    try:
        return value if numbers.whole(value, field="worth") >= 0 else ""
    except BadInput:
        return ""


def _currency(value: str) -> str:
    return value if len(value) == 3 and value.isascii() and value.isalpha() and value.isupper() else ""
