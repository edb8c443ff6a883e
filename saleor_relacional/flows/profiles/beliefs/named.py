"""What is believed of a customer: the names, the units, and the form in which people read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.insight.sufficiency import Sufficiency


class Name(StrEnum):
    """What is believed, in the order in which it is shown."""

    RHYTHM_DAYS = "rhythm_days"
    """Days between purchases: back before as likely as after."""
    OVERDUE = "overdue"
    """Probability that somebody with this rhythm would have been back by now."""
    NEXT_ORDER_DAY = "next_order_day"
    """Days until the next order, if one comes within a year: before as likely as after."""
    NEVER_WITHIN_A_YEAR = "never_within_a_year"
    """Probability of no order within a year."""
    ALIVE = "alive"
    """Probability that they have not left for good."""
    ORDER_30 = "order_30"
    """Probability of an order within so many days."""
    ORDER_90 = "order_90"
    ORDER_365 = "order_365"
    ORDERS_30 = "orders_30"
    """Expected orders within so many days."""
    ORDERS_90 = "orders_90"
    ORDERS_365 = "orders_365"
    ORDER_VALUE = "order_value"
    """Expected value of an order."""
    YEAR_VALUE = "year_value"
    """Expected value of a year's orders."""
    SHARE_OF_CUSTOMER = "share_of_customer"
    """How much of what customers of their channel need they seem to cover here."""
    RFM_RECENCY = "rfm_recency"
    """Quintiles of the shop, 5 best."""
    RFM_FREQUENCY = "rfm_frequency"
    RFM_MONETARY = "rfm_monetary"
    RANKING = "ranking"
    """The number by which customers are put in order: probability of an order within 90 days, or expected orders,
    whichever ranked better on the shop's own past."""


class Unit(StrEnum):
    """What a value counts."""

    DAYS = "days"
    PROBABILITY = "probability"
    ORDERS = "orders"
    MONEY = "money"
    SHARE = "share"
    QUINTILE = "quintile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Between which moments the next order falls: what low and high say in days."""

    middle: datetime
    earliest: datetime
    """8 of 10 cases lie between these two."""
    latest: datetime
    likely_from: datetime
    """Half of the cases lie between these two."""
    likely_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """One belief about one customer."""

    name: Name
    unit: Unit
    value: float
    low: float | None
    """The value lies between low and high with 8 chances in 10; None where that is not known."""
    high: float | None
    sufficiency: Sufficiency
    as_of: datetime
    currency: str = ""
    """Where the value is money; else empty."""
    method: str = ""
    """Who says so, where the shop's own past decided between two."""
    window: Window | None = None
    """Where the belief is the next order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """People whose beliefs were computed with one fit, and what is needed to read them."""

    people: Sequence[Relationship]
    shop: fit.ShopModel
    rhythms: dict[int, RhythmForecast]
    """By our id; who has not bought has none."""
    now: datetime
    zone: ZoneInfo
    """The shop's."""

    @property
    def believed(self) -> list[Relationship]:
        """People of whom predictions are stored."""
        return [one for one in self.people if one.believed_at is not None and one.first_day and one.last_day]
