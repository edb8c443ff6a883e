"""The standalone shop under the driver: its own verbs, nothing behind their back except `touch` and
purges."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from saleor_relacional import conf
from saleor_relacional.hosts.facts import FactKind, OrderState
from saleor_relacional.hosts.standalone import callers, clock, models
from saleor_relacional.hosts.standalone.graphql.ids import key_of
from saleor_relacional.hosts.standalone.graphql.schema import schema
from saleor_relacional.hosts.standalone.shop import accounts, baskets, completion, orders
from saleor_relacional.hosts.standalone.shop.price import price_of
from saleor_relacional.hosts.standalone.shop.refusal import Refusal
from tests.hosts.driver import DELIVERY, UNIT, Completed, Shelved

SKU = "tea"
ROWS = {FactKind.CUSTOMER: models.Customer, FactKind.ORDER: models.Order, FactKind.CHECKOUT: models.Checkout}


class StandaloneShop:
    """See tests/hosts/driver.py."""

    clock_moves = True

    def __init__(self) -> None:
        self.host = conf.host()

    # -- time
    def set_clock(self, instant: datetime) -> None:
        clock.freeze(instant)

    def touch(self, kind: FactKind, reference: str, changed_at: datetime) -> None:
        assert ROWS[kind].objects.filter(pk=reference).update(changed_at=changed_at) == 1

    # -- place
    def channel(self, slug: str, currency: str) -> str:
        channel, _ = models.Channel.objects.get_or_create(
            slug=slug, defaults={"name": slug, "currency": currency}
        )
        product, _ = models.Product.objects.get_or_create(name="Tea")
        variant, _ = models.Variant.objects.get_or_create(sku=SKU, defaults={"product": product})
        models.Price.objects.get_or_create(variant=variant, channel=channel, defaults={"amount": UNIT})
        return slug

    def shelve(self, category: str) -> None:
        shelf = None
        if category:
            slug = category.lower().replace(" ", "-")
            shelf, _ = models.Category.objects.get_or_create(slug=slug, defaults={"name": category})
        assert models.Product.objects.filter(variants=SKU).update(category=shelf) == 1

    def discontinue(self) -> None:
        models.Product.objects.filter(variants=SKU).delete()

    def tax(self, percent: int) -> None:
        assert models.Channel.objects.filter(slug="eur").update(tax_rate=percent) == 1

    def cost(self, amount: Decimal | None) -> None:
        assert models.Price.objects.filter(variant=SKU, channel="eur").update(cost=amount) == 1

    def category(self, name: str, *, below: str = "") -> str:
        slug = name.lower().replace(" ", "-")
        return models.Category.objects.create(slug=slug, name=name, parent_id=below or None).slug

    def collection(self, name: str, *products: str) -> str:
        made = models.Collection.objects.create(slug=name.lower().replace(" ", "-"), name=name)
        made.products.set(int(product) for product in products)
        return made.slug

    def product(
        self, name: str, price: str, *, category: str = "", channel: str = "eur", stock: int | None = None
    ) -> Shelved:
        made = models.Product.objects.create(name=name, category_id=category or None)
        variant = made.variants.create(sku=name.lower().replace(" ", "-"), stock=stock)
        models.Price.objects.create(variant=variant, channel_id=channel, amount=Decimal(price))
        models.Channel.objects.filter(pk=channel).update(delivery=DELIVERY)
        return Shelved(product=str(made.pk), variant=variant.sku)

    def unpublish(self, product: str) -> None:
        models.Price.objects.filter(variant__product=product).delete()

    def list_it(self, product: str) -> None:
        assert models.Product.objects.filter(pk=product).update(listed=True)

    def hide(self, product: str) -> None:
        assert models.Product.objects.filter(pk=product).update(listed=False)

    # -- people
    def customer(
        self, email: str, *, confirmed: bool = True, first_name: str = "", language: str = "en"
    ) -> str:
        made = accounts.register(email, None, first_name=first_name, language=language, confirmed=confirmed)
        return str(made.pk)

    def confirm(self, customer: str) -> None:
        accounts.confirm(accounts.confirmation_token(models.Customer.objects.get(pk=customer)))

    def delete_customer(self, customer: str) -> None:
        accounts.delete(models.Customer.objects.get(pk=customer))

    def employ(self, customer: str) -> None:
        accounts.employ(models.Customer.objects.get(pk=customer))

    def staff(self, *permissions: str) -> str:
        account = accounts.register(f"{uuid.uuid4()}@staff.example", None, confirmed=True)
        accounts.employ(account, *permissions)
        return str(account.pk)

    def customers_where(self, attribute: str, value: str) -> set[str]:
        asked = "query($attribute: String!, $value: String!) { customers(attribute: $attribute, value: $value) { id } }"
        told = schema.execute(
            asked, variable_values={"attribute": attribute, "value": value},
            context_value=self.context(account=self.staff("MANAGE_USERS")),
        )  # fmt: skip
        assert not told.errors, told.errors
        return {key_of("User", one["id"]) for one in told.data["customers"]}

    def attribute_slugs(self) -> set[str]:
        return set(models.CustomerAttribute.objects.values_list("slug", flat=True))

    def own_value(self, customer: str, attribute: str, value: str) -> None:
        row, _ = models.CustomerAttribute.objects.get_or_create(slug=attribute, defaults={"name": attribute})
        own, _ = row.values.get_or_create(slug=value, defaults={"name": value})
        own.customers.create(customer_id=customer)

    def delete_attribute(self, attribute: str) -> None:
        models.CustomerAttribute.objects.get(slug=attribute).delete()

    def delete_value(self, attribute: str, value: str) -> None:
        models.CustomerAttributeValue.objects.get(attribute__slug=attribute, slug=value).delete()

    def context(self, *, account: str | None = None, app: tuple[str, ...] | None = None) -> Any:
        request = HttpRequest()
        token = ""
        if account is not None:
            token = callers.token_for(models.Customer.objects.get(pk=account))
        elif app is not None:
            token = callers.token_for_app(accounts.install_app("test app", *app))
        if token:
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return request

    # -- orders
    def order(
        self,
        *,
        customer: str | None = None,
        email: str = "",
        total: Decimal = UNIT,
        channel: str = "eur",
        state: OrderState = OrderState.COUNTS,
        placed_at: datetime | None = None,
        country: str = "",
        postal_code: str = "",
    ) -> str:
        here = models.Channel.objects.get(pk=channel)
        line = orders.Bought(sku=SKU, name="Tea", quantity=1, total=total)
        buyer = models.Customer.objects.get(pk=customer) if customer else None
        status = models.Status.DRAFT if state is OrderState.PENDING else models.Status.PAID
        before = (
            orders.place(here, [line], email="before@example.com") if state is OrderState.REISSUE else None
        )
        order = orders.place(
            here, [line], customer=buyer, email=email, status=status, placed_at=placed_at, replaces=before,
            country=country, postal_code=postal_code,
        )  # fmt: skip
        if state is OrderState.WITHDRAWN:
            orders.cancel(order)
        return str(order.pk)

    def unsettled(self, *, email: str) -> str:
        here = models.Channel.objects.get(pk="eur")
        line = orders.Bought(sku=SKU, name="Tea", quantity=1, total=UNIT)
        return str(orders.place(here, [line], email=email, status=models.Status.UNPAID).pk)

    def accept(self, order: str) -> None:
        orders.pay(orders.find(order))

    def cancel(self, order: str) -> None:
        orders.cancel(orders.find(order))

    def refund(self, order: str, amount: Decimal) -> None:
        orders.refund(orders.find(order), amount)

    def send(self, order: str) -> None:
        orders.fulfil(orders.find(order))

    def take_back(self, order: str, quantity: int) -> None:
        orders.take_back(orders.find(order), SKU, quantity)

    def delete_order(self, order: str) -> None:
        orders.purge(orders.find(order))

    # -- checkouts
    def checkout(
        self, *, customer: str | None = None, email: str = "", channel: str = "eur", quantity: int = 1
    ) -> str:
        buyer = models.Customer.objects.get(pk=customer) if customer else None
        return str(baskets.open_checkout(channel, {SKU: quantity}, customer=buyer, email=email).pk)

    def fill(self, lines: Mapping[str, int], *, email: str = "ana@example.com", channel: str = "eur") -> str:
        return str(baskets.open_checkout(channel, lines, email=email).pk)

    def put_in(self, checkout: str, lines: Mapping[str, int]) -> None:
        baskets.put_in(baskets.find(checkout), lines)

    def deliver(self, checkout: str, country: str = "ES") -> None:
        baskets.set_address(baskets.find(checkout), country=country, postal_code="28013")
        baskets.choose_delivery(baskets.find(checkout))

    def code_of(self, checkout: str) -> str:
        return baskets.find(checkout).code

    def storefront_id(self, checkout: str) -> str:
        return checkout

    def empty(self, checkout: str) -> None:
        baskets.empty(baskets.find(checkout))

    def put_code(self, checkout: str, code: str) -> bool:
        try:
            baskets.put_code(baskets.find(checkout), code)
        except Refusal:
            return False
        return True

    def voucher_of(self, code: str) -> str:
        return str(models.VoucherCode.objects.get(code=code).voucher_id)

    def edit_voucher(self, code: str, *, value: Decimal, minimum: Decimal | None) -> None:
        listings = models.VoucherListing.objects.filter(voucher__codes=code)
        assert listings.update(value=value, minimum=minimum)

    def delete_voucher(self, code: str) -> None:
        assert models.Voucher.objects.filter(codes=code).delete()[0]

    def remove_code(self, checkout: str) -> None:
        baskets.remove_code(baskets.find(checkout))

    def checkout_total(self, checkout: str) -> Decimal:
        return price_of(baskets.find(checkout), at=self.host.now()).total

    def complete(self, checkout: str) -> Completed:
        try:
            return Completed(order=str(completion.complete(baskets.find(checkout)).pk))
        except Refusal as refusal:
            return Completed(order=None, refused=refusal.code)

    def abandon(self, checkout: str) -> None:
        baskets.abandon(baskets.find(checkout))
