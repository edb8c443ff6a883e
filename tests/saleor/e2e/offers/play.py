"""Plays cases on a real Saleor over HTTP. Somebody new in each: nothing can be undone here, so each case ends with one
order, or with Saleor's refusal of it."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.offers import said, staff
from tests.saleor.e2e.storefront import CHANNEL, Order, Refused, Storefront, key, within
from tests.wallet import offering, peer
from tests.wallet.cases import GOODS, NEW, SHELVES, Case, Event, OfferTerms

CURRENCY = "USD"
RICH = {"pot": 3, "tea": 2, "cake": 1, "spoon": 1}
"""A basket in which every offer holds."""
ADDRESSES = {
    "US": operations.ADDRESS,
    "ES": {**operations.ADDRESS, "country": "ES", "countryArea": "Madrid", "city": "Madrid", "postalCode": "28013"},
    "FR": {**operations.ADDRESS, "country": "FR", "countryArea": "", "city": "Paris", "postalCode": "75001"},
}  # fmt: skip
NOT_AS_BEFORE = {*staff.STAFF, "budget"}
"""Events after which an offer is no longer what was promised, so that the next case gets another one."""
HEARS = 20.0
"""Seconds in which a busy worker must have heard of an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealOutcome:
    """What was shown and what was granted, in one case."""

    number: int
    shown: Decimal
    """What the wallet says that the code takes off; 0 where it does not show it, or says why not."""
    granted: Decimal
    """What the order is less than its list price; 0 where Saleor grants nothing."""
    earlier: Mapping[str, tuple[Decimal, Decimal]]
    """Code → (shown, granted), of every code that was promised before this one."""
    why_not: str
    peers: Decimal
    seconds: float
    """That the wallet took, over HTTP."""
    floor: float
    """That Saleor took to tell the checkout's total, over HTTP."""

    @property
    def agrees(self) -> bool:
        """Both ways, to the cent, of the code that was promised last and of all before it."""
        return self.shown == self.granted and all(shown == off for shown, off in self.earlier.values())

    @property
    def peer_agrees(self) -> bool:
        """The same of the peer."""
        return self.peers == self.granted


class SaleorCases:
    """Goods with known prices, and a rung per offer."""

    def __init__(self, saleor: Storefront) -> None:
        from saleor.warehouse.models import Warehouse

        self.saleor = saleor
        self.goods: dict[str, str] = {}
        self.references: dict[tuple[str, str], str] = {}
        self.rungs: dict[OfferTerms, Any] = {}
        self.mark = uuid.uuid4().hex[:6]
        behind.win_back(active=False)  # names a sender
        sends = {"channels__slug": CHANNEL, "shipping_zones__countries__contains": "US"}
        self._shelve(Warehouse.objects.filter(**sends).first())
        self.staffs = f"STAFF-{self.mark}"
        self._code_of_staff()

    def _shelve(self, warehouse: Any) -> None:
        from tests.saleor import shelves

        made = {}
        for shelf, skus in SHELVES.items():
            self.references["category", shelf] = shelves.category(f"{shelf} {self.mark}")
            for sku in skus:
                made[sku] = shelves.product(
                    f"{sku} {self.mark}", {CHANNEL: str(GOODS[sku])},
                    category=self.references["category", shelf], warehouse=warehouse,
                )  # fmt: skip
                self.goods[sku] = made[sku].variant
                self.references["product", sku] = made[sku].product
                self.references["variant", sku] = made[sku].variant
        new = [made[sku].product for sku in NEW]
        self.references["collection", "new"] = shelves.collection(f"new {self.mark}", *new, channel=CHANNEL)

    def _code_of_staff(self) -> None:
        from django.utils import timezone
        from saleor.channel.models import Channel
        from saleor.discount.models import Voucher

        made = Voucher.objects.create(discount_value_type="percentage", start_date=timezone.now())
        here = Channel.objects.get(slug=CHANNEL)
        made.channel_listings.create(channel=here, currency=CURRENCY, discount_value=5)
        made.codes.create(code=self.staffs)

    def play(self, case: Case) -> RealOutcome:
        """The case from its start to what was shown and granted."""
        from django.utils import timezone

        from saleor_relacional import conf

        if case.terms not in self.rungs:
            with conf.host().writing():
                self.rungs[case.terms] = offering.rung(
                    case.terms, timezone.now(), channel=CHANNEL, currency=CURRENCY,
                    reference=lambda *what: self.references[what],
                )  # fmt: skip
        story = _Story(self, case)
        try:
            for event in case.events:
                story.happens(event)
            return story.ends()
        finally:
            for sku, listed in GOODS.items():
                staff.price(key(self.goods[sku]), listed)
            if any(event.name in NOT_AS_BEFORE for event in case.events):
                del self.rungs[case.terms]


@dataclass
class _Story:
    """One case under way."""

    shop: SaleorCases
    case: Case
    email: str = field(default_factory=lambda: f"ana.{uuid.uuid4().hex[:10]}@example.com")
    elsewhere: str = ""
    order: Order | None = None

    def __post_init__(self) -> None:
        from django.utils import timezone

        from saleor_relacional import conf

        self.saleor = self.shop.saleor
        self.account = self.saleor.account(self.email)
        behind.record("customer", [self.account])
        self.person = behind.profile(self.email)
        with conf.host().writing():
            self.rung = self.shop.rungs[self.case.terms]
            self.code = offering.offered(self.person, self.rung, timezone.now()).code
        self.earlier: list[str] = []
        self.token = self.saleor.login(self.email)
        self.hers = self.token if self.case.signed_in else ""
        self.checkout = self._opened(self.case.lines)

    # -- what happens
    def happens(self, event: Event) -> None:
        """Whatever Saleor refuses has not happened."""
        if event.name in staff.STAFF:
            staff.STAFF[event.name](self.code, event.told)
            return
        try:
            getattr(self, f"_{event.name}")(event.told)
        except Refused:
            return

    def _put(self, _told: None) -> None:
        self.saleor.put_code(self.checkout, self.code)

    def _take_off(self, _told: None) -> None:
        self.saleor.ask(said.REMOVE_CODE, id=self.checkout, code=self.code)

    def _lines(self, told: tuple[str, int]) -> None:
        sku, quantity = told
        there = self.shop.goods[sku] in self._in_it()
        if there or quantity:
            self.saleor.put_in(self.checkout, {self.shop.goods[sku]: quantity}, new=not there)

    def _empty(self, _told: None) -> None:
        self.saleor.put_in(self.checkout, dict.fromkeys(self._in_it(), 0))

    def _deliver(self, _told: None) -> None:
        ways = self.saleor.ask(operations.DELIVERIES, id=self.checkout)["deliveries"]
        active = [way["id"] for way in ways if way["shippingMethod"]["active"]]
        if active:
            self.saleor.ask(operations.DELIVERY, id=self.checkout, method=active[0])

    def _country(self, told: str) -> None:
        self.saleor.ask(said.SHIPPING_ADDRESS, id=self.checkout, address=ADDRESSES[told])
        self._deliver(None)

    def _another_code(self, _told: None) -> None:
        self.saleor.put_code(self.checkout, self.shop.staffs)

    def _order_elsewhere(self, _told: bool) -> None:
        another = self._opened(RICH)
        self.saleor.put_code(another, self.code)
        self.saleor.pay(another)
        self.order = self.saleor.complete(another, token=self.hers)
        assert within(HEARS, lambda: behind.incentive_state(self.code) == "redeemed"), self.case

    def _cancel(self, _told: bool) -> None:
        if self.order is not None:
            self.saleor.cancel(self.order)
            ended = ("issued", "expired")
            assert within(HEARS, lambda: behind.incentive_state(self.code) in ended), self.case
            self.order = None

    def _hold(self, _told: None) -> None:
        from django.utils import timezone

        from saleor_relacional.flows.incentives import entitlement

        self.elsewhere = self._opened(RICH)
        self.saleor.put_code(self.elsewhere, self.code)
        entitlement.check(
            self.code, checkout=key(self.elsewhere), account=self.account if self.hers else None, email=self.email,
            now=timezone.now(),
        )  # fmt: skip

    def _let_go(self, _told: None) -> None:
        if self.elsewhere:
            self.saleor.ask(said.REMOVE_CODE, id=self.elsewhere, code=self.code)

    def _stranger(self, _told: None) -> None:
        hers = self.saleor.checkout(f"mallory.{self.email}", lines=self._of(RICH))
        self.saleor.put_code(hers, self.code)
        assert within(HEARS, lambda: self.saleor.look(hers)["voucherCode"] is None), self.case

    def _worker(self, _told: None) -> None:
        from django.utils import timezone

        from saleor_relacional import conf
        from saleor_relacional.flows.incentives import entitlement, incentive

        with conf.host().writing():
            incentive.expire(timezone.now())
            entitlement.release(timezone.now())

    def _withdraw(self, _told: None) -> None:
        from django.utils import timezone

        from saleor_relacional import conf
        from saleor_relacional.flows.incentives import incentive
        from saleor_relacional.models import Incentive

        with conf.host().writing():
            found = Incentive.objects.get(code=self.code)
            incentive.withdraw([found.enrolment_id], timezone.now())

    def _forget(self, _told: None) -> None:
        from django.utils import timezone

        from saleor_relacional import conf
        from saleor_relacional.flows.people import forget

        with conf.host().writing():
            if person := behind.profile(self.email):
                forget.forget(person, now=timezone.now())

    def _budget(self, told: Decimal | None) -> None:
        from django.utils import timezone

        from saleor_relacional import conf

        with conf.host().writing():
            self.rung = offering.budget(self.rung, told, CURRENCY, timezone.now())

    def _again(self, _told: None) -> None:
        """Whoever was forgotten is promised nothing more."""
        from django.utils import timezone

        from saleor_relacional import conf

        person = behind.profile(self.email)
        if person is None:
            return
        with conf.host().writing():
            made = offering.offered_again(person, self.rung, timezone.now())
        if made is not None:
            self.earlier.append(self.code)
            self.code = made.code

    def _price(self, told: tuple[str, Decimal]) -> None:
        staff.price(key(self.shop.goods[told[0]]), told[1])

    # -- what came of it
    def ends(self) -> RealOutcome:
        """Asks the wallet, then Saleor itself, by an order."""
        from django.utils import timezone

        began = time.perf_counter()
        known = self.saleor.ask(said.OFFERS, token=self.token, id=self.checkout)["relationship"]
        seconds = time.perf_counter() - began
        began = time.perf_counter()
        self.saleor.look(self.checkout)
        floor = time.perf_counter() - began
        offers = {each["code"]: each for each in (known or {}).get("offers", ())}
        found = offers.get(self.code) or {"takesOff": None, "whyNot": "NOT_SHOWN"}
        listed = peer.listed(
            self.person.pk, self._goods(), channel=CHANNEL, delivery=True, now=timezone.now()
        )
        earlier = {code: (_shown(offers.get(code)), self._granted_elsewhere(code)) for code in self.earlier}
        return RealOutcome(
            number=self.case.number,
            shown=_shown(found),
            granted=self._granted(),
            earlier=earlier,
            why_not=found["whyNot"] or "",
            peers=listed.get(self.code, Decimal(0)),
            seconds=seconds,
            floor=floor,
        )

    def _granted(self) -> Decimal:
        """What an order is less with the code; 0 where Saleor refuses the code or the order. In every other case it is
        put on by one tap."""
        try:
            if self._look()["voucherCode"] != self.code:
                if self.case.number % 2:
                    self.saleor.put_code(self.checkout, self.code)
                else:
                    self.saleor.ask(said.APPLY, token=self.token, id=self.checkout, code=self.code)
            self.saleor.pay(self.checkout)
            made = self.saleor.complete(self.checkout, token=self.hers)
        except Refused:
            return Decimal(0)
        return _less(key(made.id))

    def _granted_elsewhere(self, code: str) -> Decimal:
        """What an order of another checkout with the same basket is less with this code; 0 where Saleor refuses the
        code or the order. The case's own checkout stays as it is."""
        lines = self._in_it()
        if not lines:
            return Decimal(0)
        try:
            another = self.saleor.checkout(self.email, token=self.hers, lines=lines)
            self.saleor.put_code(another, code)
            self.saleor.pay(another)
            made = self.saleor.complete(another, token=self.hers)
        except Refused:
            return Decimal(0)
        return _less(key(made.id))

    def _goods(self) -> Decimal:
        now = self._in_it()
        return sum(
            (_price_of(key(variant)) * quantity for variant, quantity in now.items()),
            Decimal(0),
        )

    def _look(self) -> Any:
        return self.saleor.ask(said.IN_IT, id=self.checkout)

    def _in_it(self) -> Mapping[str, int]:
        return {line["variant"]["id"]: line["quantity"] for line in self._look()["lines"]}

    def _opened(self, lines: Mapping[str, int]) -> str:
        return self.saleor.checkout(self.email, token=self.hers, lines=self._of(lines))

    def _of(self, lines: Mapping[str, int]) -> Mapping[str, int]:
        return {self.shop.goods[sku]: quantity for sku, quantity in lines.items()}


def _shown(offer: Mapping[str, Any] | None) -> Decimal:
    """What the wallet says that it takes off; 0 where it says why not, or does not show it."""
    off = offer["takesOff"] if offer else None
    return Decimal(str(off["amount"])) if off and offer and not offer["whyNot"] else Decimal(0)


def _less(order: str) -> Decimal:
    """What an order of Saleor's cost less by its discounts, as Saleor keeps of each: its total before discounts goes by
    the list prices of that moment, and not by those that the checkout had kept."""
    from django.db.models import Sum
    from saleor.discount.models import OrderDiscount, OrderLineDiscount

    off = [
        rows.aggregate(off=Sum("amount_value"))["off"]
        for rows in (
            OrderDiscount.objects.filter(order=order),
            OrderLineDiscount.objects.filter(line__order=order),
        )
    ]
    return Decimal(sum(amount or 0 for amount in off))


def _price_of(variant: str) -> Decimal:
    from saleor.product.models import ProductVariantChannelListing

    rows = ProductVariantChannelListing.objects.filter(variant=variant, channel__slug=CHANNEL)
    return Decimal(rows.values_list("price_amount", flat=True).get())
