"""The standalone shop on the Host boundary."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.conf import settings

from saleor_relacional.hosts import storefront
from saleor_relacional.hosts.activity import Buyer, Seen
from saleor_relacional.hosts.attributes import AttributeStore
from saleor_relacional.hosts.base import (
    Caller,
    Channel,
    GraphQLTypes,
    HeldMoney,
    Holder,
    Requirement,
    VoucherRecipe,
)
from saleor_relacional.hosts.cards import Card
from saleor_relacional.hosts.facts import CheckoutLine, Fact, FactKind, Page, Position
from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.hosts.listed import Listed
from saleor_relacional.hosts.standalone import (
    activity,
    attributes,
    callers,
    clock,
    facts,
    goods,
    models,
    takes_off,
    vouchers,
)
from saleor_relacional.hosts.takes_off import TakesOff
from saleor_relacional.once import once


class StandaloneHost:
    """Implements saleor_relacional.hosts.base.Host, where each method is described."""

    source = facts.SOURCE

    # -- clock and place
    def now(self) -> datetime:
        return clock.now()

    def time_zone(self) -> str:
        return _shop().time_zone

    def public_url(self) -> str:
        return str(settings.PUBLIC_URL).rstrip("/")

    def channels(self) -> Sequence[Channel]:
        return [
            Channel(slug=row.slug, name=row.name, currency=row.currency)
            for row in models.Channel.objects.order_by("slug")
        ]

    def shop_name(self) -> str:
        return _shop().name

    def storefront_url(self, channel: str) -> str:
        own = models.Channel.objects.filter(slug=channel).values_list("storefront_url", flat=True).first()
        return (own or _shop().storefront_url).replace("{channel}", channel)

    def storefront_pattern(self) -> str:
        return _shop().storefront_url

    def checkout_url(self, channel: str, reference: str) -> str:
        return storefront.checkout_url(self.storefront_url(channel), channel, reference)

    def offer_link(self) -> str:
        return _shop().offer_link

    def set_place(
        self,
        *,
        storefront_url: str | None = None,
        time_zone: str | None = None,
        offer_link: str | None = None,
    ) -> None:
        given = {"storefront_url": storefront_url, "time_zone": time_zone, "offer_link": offer_link}
        said = {name: value for name, value in given.items() if value is not None}
        if said:
            models.Shop.objects.update_or_create(id=1, defaults=said)

    # -- permission to write to the database, and where to read
    def writing(self) -> AbstractContextManager[None]:
        return nullcontext()

    def reading(self, context: Any) -> str:
        return "default"

    # -- facts
    def changed(self, kind: FactKind, *, after: Position | None, until: datetime, limit: int) -> Page:
        return facts.page(kind, after, until, limit)

    def fetch(self, kind: FactKind, references: Sequence[str]) -> Sequence[Fact]:
        return facts.facts_of(list(facts.rows(kind).filter(pk__in=facts.uuids(references))))

    def existing(self, kind: FactKind, references: Sequence[str]) -> frozenset[str]:
        found = facts.rows(kind).filter(pk__in=facts.uuids(references))
        return frozenset(str(key) for key in found.values_list("pk", flat=True))

    def bought_since(
        self, buyers: Sequence[Buyer], *, shopping_since: datetime
    ) -> Mapping[int, Sequence[Seen]]:
        return activity.bought_since(buyers, shopping_since)

    def checkout_lines(self, reference: str, *, limit: int) -> Sequence[CheckoutLine]:
        return facts.checkout_lines(reference, limit)

    def goods(
        self, kind: GoodsKind, references: Sequence[str], *, channels: Sequence[str], language: str = ""
    ) -> Mapping[str, Goods]:
        return goods.find(kind, references, channels, language)

    def goods_named(
        self, kind: GoodsKind, words: Sequence[str], *, most: int, language: str = ""
    ) -> Sequence[Goods]:
        return goods.named(kind, words, most)

    def cards(self, variants: Sequence[str], *, channel: str, language: str = "") -> Mapping[str, Card]:
        return goods.cards(variants, channel, language)

    def count(self, kind: FactKind) -> int:
        return facts.rows(kind).count()

    # -- vouchers
    def issue(self, recipe: VoucherRecipe, codes: Sequence[str]) -> None:
        vouchers.issue(recipe, codes)

    def has_voucher(self, key: str) -> bool:
        return vouchers.exists(key)

    def issued_as(self, voucher: str) -> str:
        return vouchers.key_of(voucher)

    def working(self, codes: Sequence[str], *, now: datetime) -> Mapping[str, Mapping[str, Listed]]:
        return vouchers.working(codes, now)

    def withdraw(self, codes: Sequence[str]) -> None:
        vouchers.withdraw(codes)

    def give_back(self, code: str) -> bool:
        return vouchers.give_back(code)

    def take_off(self, checkout: str, code: str) -> bool:
        return vouchers.take_off(checkout, code)

    def takes_off(self, checkout: str, codes: Sequence[str], *, now: datetime) -> Mapping[str, TakesOff]:
        return takes_off.takes_off(checkout, codes, now)

    def put_on(self, checkout: str, code: str) -> bool:
        return takes_off.put_on(checkout, code)

    def holder(self, checkout: str, code: str) -> Holder:
        return vouchers.holder(checkout, code)

    def end_vouchers(self) -> int:
        return vouchers.end_all()

    def held_money(self) -> Sequence[HeldMoney]:
        return ()  # payment comes last here

    # -- people
    def caller(self, context: Any) -> Caller:
        return callers.caller(context)

    def staff_address(self, account: str) -> str:
        return callers.staff_address(account)

    def attributes(self) -> AttributeStore | None:
        return attributes.ShopAttributes()

    def graphql_types(self) -> GraphQLTypes:
        # Here, because the types are part of the schema, which is built from fields that ask for them.
        from saleor_relacional.hosts.standalone.graphql import types

        return GraphQLTypes(money=types.Money, user=types.User, load_users=types.load_users)

    def dashboard_origins(self) -> Sequence[str]:
        return ["'self'"]  # the shop serves an imitation of the dashboard itself

    def desk_address(self) -> str:
        return ""  # it is the shop's only dashboard

    # -- health
    def unmet_requirements(self) -> Sequence[Requirement]:
        found = []
        if not self.channels():
            found.append(
                Requirement(code="no_channel", problem="The shop has no channel.", cure="Create one Channel.")
            )
        if not self.public_url():
            found.append(
                Requirement(code="no_public_url", problem="Links cannot be made.", cure="Set PUBLIC_URL.")
            )
        return found

    def move_in(self) -> None:
        """Nothing to make: the shop serves our pages itself."""

    def move_out(self) -> None:
        """Nothing was made."""

    def active(self) -> bool:
        return _shop().relational_active


@once
def _shop() -> models.Shop:
    return models.Shop.objects.filter(id=1).first() or models.Shop()
