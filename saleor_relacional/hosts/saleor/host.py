"""Saleor on the Host boundary."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sites.models import Site
from django.utils import timezone
from saleor.attribute import AttributeType
from saleor.channel.models import Channel as SaleorChannel
from saleor.core.db.connection import allow_writer
from saleor.graphql.core.context import get_database_connection_name

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
from saleor_relacional.hosts.saleor import (
    activity,
    callers,
    checkouts,
    completion,
    configuration,
    dashboard,
    facts,
    feed,
    requirements,
    uninstalling,
    vouchers,
)
from saleor_relacional.hosts.saleor.offers import cards, goods, goods_named, put_on, takes_off
from saleor_relacional.hosts.takes_off import TakesOff


class SaleorHost:
    """Implements saleor_relacional.hosts.base.Host, where each method is described."""

    source = facts.SOURCE

    # -- clock and place
    def now(self) -> datetime:
        return timezone.now()

    def time_zone(self) -> str:
        return configuration.read().time_zone

    def public_url(self) -> str:
        return (
            f"{settings.PUBLIC_URL.rstrip('/')}/plugins/{configuration.PLUGIN_ID}"
            if settings.PUBLIC_URL
            else ""
        )

    def channels(self) -> Sequence[Channel]:
        with allow_writer():
            rows = SaleorChannel.objects.order_by("slug").values_list("slug", "name", "currency_code")
            return [Channel(slug=slug, name=name, currency=currency) for slug, name, currency in rows]

    def shop_name(self) -> str:
        with allow_writer():
            return Site.objects.get_current().name

    def storefront_url(self, channel: str) -> str:
        return self.storefront_pattern().replace("{channel}", channel)

    def storefront_pattern(self) -> str:
        return configuration.read().storefront_url

    def checkout_url(self, channel: str, reference: str) -> str:
        return checkouts.url(self.storefront_url(channel), channel, reference)

    def offer_link(self) -> str:
        return configuration.read().offer_link

    def set_place(
        self,
        *,
        storefront_url: str | None = None,
        time_zone: str | None = None,
        offer_link: str | None = None,
    ) -> None:
        configuration.save(storefront_url=storefront_url, time_zone=time_zone, offer_link=offer_link)

    # -- permission to write to the database, and where to read
    def writing(self) -> AbstractContextManager[None]:
        return allow_writer()

    def reading(self, context: Any) -> str:
        return get_database_connection_name(context)

    # -- facts
    def changed(self, kind: FactKind, *, after: Position | None, until: datetime, limit: int) -> Page:
        return feed.changed(kind, after=after, until=until, limit=limit)

    def fetch(self, kind: FactKind, references: Sequence[str]) -> Sequence[Fact]:
        return feed.fetch(kind, references)

    def existing(self, kind: FactKind, references: Sequence[str]) -> frozenset[str]:
        return feed.existing(kind, references)

    def bought_since(
        self, buyers: Sequence[Buyer], *, shopping_since: datetime
    ) -> Mapping[int, Sequence[Seen]]:
        return activity.bought_since(buyers, shopping_since)

    def checkout_lines(self, reference: str, *, limit: int) -> Sequence[CheckoutLine]:
        with allow_writer():
            return checkouts.lines(reference, limit)

    def goods(
        self, kind: GoodsKind, references: Sequence[str], *, channels: Sequence[str], language: str = ""
    ) -> Mapping[str, Goods]:
        with allow_writer():
            return goods.find(kind, references, channels, language)

    def goods_named(
        self, kind: GoodsKind, words: Sequence[str], *, most: int, language: str = ""
    ) -> Sequence[Goods]:
        with allow_writer():
            return goods_named.find(kind, words, most, language)

    def cards(self, variants: Sequence[str], *, channel: str, language: str = "") -> Mapping[str, Card]:
        with allow_writer():
            return cards.find(variants, channel, language)

    def count(self, kind: FactKind) -> int:
        return feed.count(kind)

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
        return checkouts.take_off(checkout, code)

    def takes_off(self, checkout: str, codes: Sequence[str], *, now: datetime) -> Mapping[str, TakesOff]:
        with allow_writer():
            return takes_off.takes_off(checkout, codes)

    def put_on(self, checkout: str, code: str) -> bool:
        return put_on.put_on(checkout, code)

    def holder(self, checkout: str, code: str) -> Holder:
        return checkouts.holder(checkout, code)

    def end_vouchers(self) -> int:
        return vouchers.end_all()

    def held_money(self) -> Sequence[HeldMoney]:
        with allow_writer():
            return completion.refused_with_money()

    # -- people
    def caller(self, context: Any) -> Caller:
        return callers.caller(context)

    def staff_address(self, account: str) -> str:
        with allow_writer():
            return callers.staff_address(account)

    def attributes(self) -> AttributeStore | None:
        if not hasattr(AttributeType, "CUSTOMER_TYPE"):
            return None  # before 3.23.26
        # Here, because an older Saleor has none of the models that it imports.
        from saleor_relacional.hosts.saleor.customers.attributes import SaleorAttributes

        return SaleorAttributes()

    def graphql_types(self) -> GraphQLTypes:
        # Here, because Saleor's GraphQL types may be loaded only once all apps are ready.
        from saleor_relacional.hosts.saleor import schema

        return schema.graphql_types()

    def dashboard_origins(self) -> Sequence[str]:
        return configuration.read().dashboard_origins

    def desk_address(self) -> str:
        return dashboard.desk_address()

    # -- health
    def unmet_requirements(self) -> Sequence[Requirement]:
        with allow_writer():
            return requirements.found()

    def move_in(self) -> None:
        dashboard.settle_in()

    def move_out(self) -> None:
        dashboard.move_out()
        uninstalling.remove_schedule()
        uninstalling.remove_permission()

    def active(self) -> bool:
        return configuration.read().active
