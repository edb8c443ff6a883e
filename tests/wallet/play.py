"""Plays cases on the standalone shop: what happens goes through the shop's own verbs, and so does the truth. Each case
is undone, so that the next one finds the same shop."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from saleor_relacional import conf
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import policy
from saleor_relacional.flows.incentives import checkout_offers, entitlement, incentive
from saleor_relacional.flows.ingest.record import record
from saleor_relacional.flows.people import forget
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import clock, models
from saleor_relacional.hosts.standalone.shop import accounts, baskets, completion, orders
from saleor_relacional.hosts.standalone.shop.price import price_of
from saleor_relacional.hosts.standalone.shop.refusal import Refusal
from saleor_relacional.models import Identity, Incentive, Profile, Rung
from tests.wallet import offering, peer
from tests.wallet.cases import DELIVERY, GOODS, NEW, SHELVES, Case, Event, OfferTerms

CHANNEL, CURRENCY = "wallet", "EUR"
ANA, MALLORY = "ana@wallet.example", "mallory@wallet.example"
APPLIED, STRANGER = 2, 4
"""In one case of so many the one tap is tried, and a stranger tries the code."""
UNASKED = Decimal(-1)
STAFFS = "STAFF-5"
"""A code that staff made for everybody: five per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was shown and what was granted, in one case."""

    number: int
    shown: Mapping[str, Decimal]
    """Code → what the wallet says it takes off; what it does not show takes off 0."""
    granted: Mapping[str, Decimal]
    """Code → what an order of this checkout was less, of every code that was ever promised."""
    applied: Decimal | None
    """What the order was less after `apply` of the best; None where it was refused, UNASKED where it was not tried."""
    strangers: Decimal
    """What a stranger got off with them."""
    peers: Mapping[str, Decimal]
    seconds: float
    """That the wallet took."""
    floor: float
    """That the shop's own price of this checkout took, with one code."""

    @property
    def agrees(self) -> bool:
        """Both ways, to the cent; applying does what was shown; and nothing for a stranger."""
        best = max(self.shown.values(), default=None)
        return self._says(self.shown) and self.applied in (best, UNASKED) and self.strangers == 0

    @property
    def peer_agrees(self) -> bool:
        """The same of the peer."""
        return self._says(self.peers)

    def _says(self, shown: Mapping[str, Decimal]) -> bool:
        return all(shown.get(code, Decimal(0)) == off for code, off in self.granted.items())


class StandaloneCases:
    """A shop in which cases are played, each as of the same moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        clock.freeze(now)
        self.rungs: dict[OfferTerms, Rung] = {}
        _furnish()
        policy.name_sender(
            channel=CHANNEL, name="Tea & Co", address="hello@wallet.example", postal_address="Calle Mayor 1, Madrid",
            now=now,
        )  # fmt: skip
        self.ana = accounts.register(ANA, None, first_name="Ana", confirmed=True)
        self.mallory = accounts.register(MALLORY, None, confirmed=True)
        record(conf.host().fetch(FactKind.CUSTOMER, [str(self.ana.pk), str(self.mallory.pk)]), now=now)
        key = Identity.objects.get(kind="account", key=str(self.ana.pk))
        self.person = Profile.objects.get(pk=key.profile_id)

    def promise(self, terms: OfferTerms) -> None:
        """Make the campaign that offers this, once for all cases."""
        if terms not in self.rungs:
            self.rungs[terms] = offering.rung(
                terms, self.now, channel=CHANNEL, currency=CURRENCY, reference=_reference
            )

    def play(self, case: Case) -> Outcome:
        """The case from its start to what was shown and granted."""
        self.promise(case.terms)
        with undone():
            clock.freeze(self.now)
            story = _Story(self, case)
            for event in case.events:
                story.happens(event)
            return story.ends()


@dataclass
class _Story:
    """One case under way."""

    shop: StandaloneCases
    case: Case
    codes: list[str] = field(default_factory=list)
    elsewhere: str = ""
    """Her other checkout, which holds the code."""
    order: Any = None
    """What she bought with the code elsewhere."""

    def __post_init__(self) -> None:
        self.profile: int = self.shop.person.pk
        self.rung = self.shop.rungs[self.case.terms]
        self.codes.append(offering.offered(self.shop.person, self.rung, self.shop.now).code)
        self.checkout = self._opened(self.case.lines)
        chosen = DELIVERY if self.case.delivery else None
        models.Checkout.objects.filter(pk=self.checkout).update(delivery=chosen, country=self.case.country)

    # -- what happens
    def happens(self, event: Event) -> None:
        """Whatever the shop refuses has not happened."""
        try:
            getattr(self, f"_{event.name}")(event.told)
        except (Refusal, models.Checkout.DoesNotExist):
            return

    def _put(self, _told: None) -> None:
        baskets.put_code(self._row(), self.codes[-1])

    def _take_off(self, _told: None) -> None:
        baskets.remove_code(self._row())

    def _lines(self, told: tuple[str, int]) -> None:
        baskets.put_in(self._row(), dict([told]))

    def _empty(self, _told: None) -> None:
        baskets.empty(self._row())

    def _deliver(self, _told: None) -> None:
        baskets.choose_delivery(self._row())

    def _country(self, told: str) -> None:
        baskets.set_address(self._row(), country=told, postal_code="1")

    def _another_code(self, _told: None) -> None:
        baskets.put_code(self._row(), STAFFS)

    def _order_elsewhere(self, heard: bool) -> None:
        another = self._opened({"pot": 3, "tea": 2, "cake": 1, "spoon": 1})
        baskets.choose_delivery(baskets.find(another))
        baskets.put_code(baskets.find(another), self.codes[-1])
        self.order = completion.complete(baskets.find(another))
        self._hears(heard)

    def _cancel(self, heard: bool) -> None:
        if self.order is not None:
            orders.cancel(orders.find(str(self.order.pk)))
            self._hears(heard)

    def _hears(self, heard: bool) -> None:
        if heard:
            record(conf.host().fetch(FactKind.ORDER, [str(self.order.pk)]), now=clock.now())

    def _hold(self, _told: None) -> None:
        self.elsewhere = self._opened({"pot": 3, "tea": 2, "cake": 1, "spoon": 1})
        baskets.choose_delivery(baskets.find(self.elsewhere))
        baskets.put_code(baskets.find(self.elsewhere), self.codes[-1])
        account = str(self.shop.ana.pk) if self.case.signed_in else None
        entitlement.check(
            self.codes[-1], checkout=self.elsewhere, account=account, email=ANA, now=clock.now()
        )

    def _let_go(self, _told: None) -> None:
        if self.elsewhere:
            baskets.remove_code(baskets.find(self.elsewhere))

    def _stranger(self, _told: None) -> None:
        hers = baskets.open_checkout(CHANNEL, {"pot": 2}, customer=self.shop.mallory)
        baskets.put_code(hers, self.codes[-1])
        facts = conf.host().fetch(FactKind.CHECKOUT, [str(hers.pk)])
        assert entitlement.watch(facts, clock.now()) == 1  # type: ignore[arg-type]

    def _days(self, told: Decimal) -> None:
        clock.advance(timedelta(days=float(told)))

    def _worker(self, _told: None) -> None:
        incentive.expire(clock.now())
        entitlement.release(clock.now())
        entitlement.watch(conf.host().fetch(FactKind.CHECKOUT, [self.checkout]), clock.now())  # type: ignore[arg-type]

    def _withdraw(self, _told: None) -> None:
        found = Incentive.objects.get(code=self.codes[-1])
        incentive.withdraw([found.enrolment_id], clock.now())

    def _forget(self, _told: None) -> None:
        person = Profile.objects.filter(pk=self.profile).first()
        if person is not None:
            forget.forget(person, now=clock.now())

    def _budget(self, told: Decimal | None) -> None:
        self.rung = offering.budget(self.rung, told, CURRENCY, clock.now())

    def _again(self, _told: None) -> None:
        """Whoever was forgotten is promised nothing more."""
        person = Profile.objects.filter(pk=self.profile).first()
        made = offering.offered_again(person, self.rung, clock.now()) if person else None
        if made is not None:
            self.codes.append(made.code)

    def _worth(self, told: Decimal) -> None:
        self._listings().update(value=told)

    def _minimum(self, told: Decimal | None) -> None:
        self._listings().update(minimum=told)

    def _ends(self, told: Decimal) -> None:
        self._vouchers().update(ends_at=clock.now() + timedelta(days=float(told)))

    def _starts(self, told: Decimal) -> None:
        self._vouchers().update(starts_at=clock.now() + timedelta(days=float(told)))

    def _unlist(self, _told: None) -> None:
        self._listings().delete()

    def _deactivate(self, _told: None) -> None:
        models.VoucherCode.objects.filter(code=self.codes[-1]).update(state="withdrawn")

    def _delete_code(self, _told: None) -> None:
        models.VoucherCode.objects.filter(code=self.codes[-1]).delete()

    def _delete_voucher(self, _told: None) -> None:
        self._vouchers().delete()

    def _price(self, told: tuple[str, Decimal]) -> None:
        models.Price.objects.filter(variant=told[0], channel=CHANNEL).update(amount=told[1])

    # -- what came of it
    def ends(self) -> Outcome:
        """Asks the wallet, then the shop itself."""
        now = clock.now()
        began = time.perf_counter()
        offers = checkout_offers.offers_on(self.profile, self.checkout, now=now)
        seconds = time.perf_counter() - began
        row = self._row()
        began = time.perf_counter()
        price_of(row, at=now)
        floor = time.perf_counter() - began
        goods, delivery = self._goods(), row.delivery
        whole = goods + (delivery or 0)
        number = self.case.number
        return Outcome(
            number=number,
            shown={each.code: each.here.amount for each in offers if each.here and not each.here.why_not},
            granted={code: self._granted(code, whole) for code in self.codes},
            applied=self._applied(whole) if number % APPLIED == 0 else UNASKED,
            strangers=self._stranger_gets(self.codes[0]) if number % STRANGER == 0 else Decimal(0),
            peers=peer.listed(self.profile, goods, channel=CHANNEL, delivery=bool(delivery), now=now),
            seconds=seconds,
            floor=floor,
        )

    def _goods(self) -> Decimal:
        """What is in the checkout, at the prices of now; reckoned here and not by the shop."""
        rows = models.CheckoutLine.objects.filter(checkout=self.checkout, variant__prices__channel=CHANNEL)
        priced = rows.values_list("variant__prices__amount", "quantity")
        return sum((amount * quantity for amount, quantity in priced), Decimal(0))

    def _granted(self, code: str, whole: Decimal) -> Decimal:
        """What an order of this checkout is less with the code; 0 where the shop refuses it. Undone."""
        with undone():
            try:
                row = self._row()
                if row.code != code:
                    baskets.put_code(row, code)
                return whole - Decimal(completion.complete(baskets.find(self.checkout)).total)
            except Refusal:
                return Decimal(0)

    def _applied(self, whole: Decimal) -> Decimal | None:
        """What an order is less after the one tap; None where the tap or the order was refused. Undone."""
        with undone():
            try:
                checkout_offers.apply(self.profile, self.checkout, None, now=clock.now())
                return whole - Decimal(completion.complete(baskets.find(self.checkout)).total)
            except (RelacionalError, Refusal):
                return None

    def _stranger_gets(self, code: str) -> Decimal:
        """What Mallory's order is less with Ana's code. Undone."""
        with undone():
            hers = baskets.open_checkout(
                CHANNEL, {"pot": 2, "spoon": 1, "tea": 1}, customer=self.shop.mallory
            )
            whole = price_of(hers, at=clock.now()).total
            try:
                baskets.put_code(hers, code)
                return whole - Decimal(completion.complete(hers).total)
            except Refusal:
                return Decimal(0)

    def _opened(self, lines: Mapping[str, int]) -> str:
        signed_in = self.case.signed_in
        opened = baskets.open_checkout(
            CHANNEL, lines, customer=self.shop.ana if signed_in else None, email="" if signed_in else ANA
        )
        return str(opened.pk)

    def _row(self) -> Any:
        return baskets.find(self.checkout)

    def _vouchers(self) -> Any:
        return models.Voucher.objects.filter(codes=self.codes[-1])

    def _listings(self) -> Any:
        return models.VoucherListing.objects.filter(voucher__codes=self.codes[-1])


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _furnish() -> None:
    here = models.Channel.objects.create(slug=CHANNEL, name=CHANNEL, currency=CURRENCY, delivery=DELIVERY)
    shelves = {slug: models.Category.objects.create(slug=slug, name=slug.title()) for slug in SHELVES}
    new = models.Collection.objects.create(slug="new", name="New")
    for shelf, skus in SHELVES.items():
        for sku in skus:
            product = models.Product.objects.create(name=sku.title(), category=shelves[shelf])
            variant = models.Variant.objects.create(sku=sku, product=product)
            models.Price.objects.create(variant=variant, channel=here, amount=GOODS[sku])
            if sku in NEW:
                new.products.add(product)
    now = clock.now()
    staffs = models.Voucher.objects.create(
        key=STAFFS, name=STAFFS, discount="percentage", starts_at=now - timedelta(days=1), ends_at=None
    )
    models.VoucherListing.objects.create(voucher=staffs, channel=here, value=5)
    models.VoucherCode.objects.create(code=STAFFS, voucher=staffs)


def _reference(kind: str, name: str) -> str:
    if kind == "product":
        return str(models.Product.objects.get(variants=name).pk)
    return name
