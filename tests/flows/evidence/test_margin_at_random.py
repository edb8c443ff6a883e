"""The SQL of margin says what a plain sum says, whatever was bought, given back, returned and said of costs."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.flows import policy
from saleor_relacional.flows.evidence import costs, margin_report
from saleor_relacional.hosts.facts import LineFact, OrderFact, OrderState
from tests.running.tries import tries
from tests.support.costs import line, margin_of, sale, sent, starts, tell_all
from tests.support.instants import DAY, MINUTE, NOON

pytestmark = pytest.mark.django_db
END = NOON + 30 * DAY
RATES = {"EUR": Decimal(1), "USD": Decimal("0.9")}
_numbers = count(1)

cents = st.sampled_from(["0", "0.01", "7.49", "20", "99.99"])
channels, categories = st.sampled_from(["eur", "usa"]), st.sampled_from(["drinks", "cups"])
shares = st.sampled_from([Decimal("0"), Decimal("0.25"), Decimal("0.4"), Decimal("1")])
moments = st.sampled_from([-9 * DAY, -MINUTE, 0 * DAY, DAY, 30 * DAY - MINUTE, 30 * DAY])
"""From the start of the window."""


@st.composite
def lines(draw: Any) -> LineFact:
    quantity, net = draw(st.integers(1, 3)), Decimal(draw(cents))
    category = draw(categories)
    return line(
        str(net), full=str(net + Decimal(draw(cents))), tax=draw(st.sampled_from(["0", "0.07", "0.21"])),
        key=f"{category}-{draw(st.integers(1, 2))}", cost=draw(st.none() | cents.filter(lambda one: one != "0")),
        quantity=quantity, returned=draw(st.integers(0, quantity)), category=category, category_name=category,
    )  # fmt: skip


@st.composite
def orders(draw: Any) -> OrderFact:
    shipping = draw(st.none() | cents)
    return sale(
        *draw(st.lists(lines(), min_size=1, max_size=3)), shipping=shipping,
        shipping_full=shipping and str(Decimal(shipping) + Decimal(draw(cents))), at=NOON + draw(moments),
        back=tuple(draw(st.lists(cents.filter(lambda one: one != "0"), max_size=2))), channel=draw(channels),
        currency=draw(st.sampled_from(["EUR", "EUR", "USD", "GBP"])),
        state=draw(st.sampled_from([OrderState.COUNTS] * 4 + [OrderState.WITHDRAWN])),
    )  # fmt: skip


class Said:
    """What the owner says, as plain values."""

    def __init__(self, draw: Any) -> None:
        keys = st.tuples(st.sampled_from(["", "eur", "usa"]), st.sampled_from(["", "drinks", "cups"]))
        self.margins: dict[tuple[str, str], Decimal] = draw(st.dictionaries(keys, shares, max_size=5))
        self.shipping: dict[str, Decimal] = draw(st.dictionaries(st.just("eur"), cents.map(Decimal)))
        self.mail = Decimal(draw(cents))

    def save(self) -> None:
        costs.decide(
            now=NOON,
            default_margins=[
                costs.MarginGiven(channel=channel, category=category, share=share)
                for (channel, category), share in self.margins.items()
            ],
            shipping_costs=[costs.ShippingGiven(channel=one, amount=cost) for one, cost in self.shipping.items()],
            mail=costs.SendingGiven(amount=self.mail, currency="USD"),
        )  # fmt: skip

    def share(self, channel: str, category: str) -> Decimal | None:
        places = ((channel, category), ("", category), (channel, ""), ("", ""))
        return next((self.margins[place] for place in places if place in self.margins), None)


def spent(order: OrderFact, one: LineFact, said: Said) -> Decimal | None:
    """What the units cost that stayed with the buyer; None: nobody knows."""
    stayed = one.quantity - one.returned
    if one.cost is not None:
        return one.cost * stayed
    if not stayed:
        return Decimal(0)
    share = said.share(order.channel, one.category)
    assert one.list_net is not None
    return None if share is None else one.list_net * (1 - share) * stayed / one.quantity


def left(order: OrderFact, said: Said, now: Any) -> Decimal | None:
    """What an order leaves, in its currency."""
    each = [spent(order, one, said) for one in order.lines]
    if None in each:
        return None
    assert order.net is not None
    told = sum((one.net or Decimal(0) for one in order.lines), Decimal(0)) - sum(each, Decimal(0))  # type: ignore[arg-type]
    if order.shipping_net is not None:
        told += order.shipping_net - said.shipping.get(order.channel, order.shipping_list_net or Decimal(0))
    back = sum((one.amount for one in order.refunds if one.happened_at <= now), Decimal(0))
    return told - back * (order.net / order.total if order.total else 1)


def test_the_sql_and_a_plain_sum_agree(shop: Any) -> None:
    """For somebody's window, up to any moment, and for all that they bought. Pounds have no rate and are left out."""
    shop.channel("usa", "USD")
    policy.decide(now=NOON, reporting_currency="EUR", rates=[("USD", "0.9")])
    tell_all(*(sale(line("1", key=key, category=key, category_name=key)) for key in ("drinks", "cups")))

    @settings(
        max_examples=tries(60),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(st.lists(orders(), max_size=4), st.lists(moments, max_size=2), moments, st.data())
    def agree(bought: list[OrderFact], mails: list[timedelta], until: timedelta, data: Any) -> None:
        said = Said(data.draw)
        said.save()
        email = f"somebody{next(_numbers)}@shop.example"
        told = [replace(order, email=email) for order in bought]
        ana = tell_all(sale(at=NOON - 90 * DAY, net=None, email=email), *told, now=END, email=email)
        enrolment = starts(ana)
        for n, at in enumerate(mails):
            sent(starts(ana) if n else enrolment, NOON + at)
        now = NOON + until
        inside = [one for one in told if NOON <= one.placed_at < END and one.placed_at <= now and counts(one)]
        expected = [left(one, said, now) for one in inside if one.currency in RATES]
        sending = sum(
            (said.mail * RATES["USD"] for at in mails if 0 * DAY <= at < 30 * DAY and at <= until), Decimal(0)
        )
        found = margin_of(enrolment, now)
        if None in expected:
            assert found["margin"] is None
        else:
            rated = (one for one in inside if one.currency in RATES)
            whole = sum(
                (sum_ * RATES[one.currency] for sum_, one in zip(expected, rated, strict=True)), Decimal(0)
            )  # type: ignore[operator]
            assert abs(found["margin"] - (whole - sending)) <= Decimal("0.001")  # type: ignore[operator]
        net = sum((one.net * RATES[each.currency] for each in inside if each.currency in RATES for one in each.lines),
                  Decimal(0))  # type: ignore[operator]  # fmt: skip
        assert abs((found["net"] or 0) - net) <= Decimal("0.001")
        of_ana(ana.pk, told, said, mails)

    agree()


def of_ana(profile: int, told: list[OrderFact], said: Said, mails: list[timedelta]) -> None:
    """All that they bought, in each currency by itself."""
    found = {one.currency: one for one in margin_report.of_people([profile], now=END + DAY)[profile]}
    assert found["EUR"].left_out == 1
    for currency in ("EUR", "USD", "GBP"):
        lefts = [left(one, said, END + DAY) for one in told if one.currency == currency and counts(one)]
        cost = said.mail * len(mails) if currency == "USD" else Decimal(0)
        one = found.get(currency)
        assert (one.purchases if one else 0) == len(lefts)
        if one and None in lefts:
            assert one.margin is None
        elif one:
            assert one.margin is not None
            assert abs(one.margin - (sum(lefts, Decimal(0)) - cost)) <= Decimal("0.001")  # type: ignore[arg-type]
            assert one.net == one.known + one.estimated + one.by_default + one.unknown


def counts(order: OrderFact) -> bool:
    return order.state is OrderState.COUNTS
