"""Saleor under the driver of the contract suite: its own mutations, and rows for what a shop imports."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import graphene
from django.http import HttpRequest
from django.utils import timezone
from saleor.account.models import Address, User
from saleor.account.tests.fixtures.user import (
    dangerously_create_test_user,
    dangerously_get_or_create_superuser,
)
from saleor.app.models import App
from saleor.channel import MarkAsPaidStrategy
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.core.jwt import create_access_token
from saleor.core.tokens import account_confirm_token_generator
from saleor.discount.models import Voucher, VoucherChannelListing
from saleor.graphql.context import get_context_value
from saleor.graphql.tests.fixtures import API_PATH, ApiClient
from saleor.order import FulfillmentStatus, OrderOrigin, OrderStatus
from saleor.order.models import FulfillmentLine, Order
from saleor.permission.enums import get_permissions_from_names
from saleor.product.models import (
    Category,
    Product,
    ProductChannelListing,
    ProductType,
    ProductVariant,
    ProductVariantChannelListing,
)
from saleor.shipping.models import ShippingZone
from saleor.tax import TaxCalculationStrategy
from saleor.tax.models import TaxClassCountryRate, TaxConfiguration
from saleor.warehouse.models import Stock, Warehouse

from saleor_relacional import conf
from saleor_relacional.hosts.facts import FactKind, OrderState
from tests.hosts.driver import UNIT, Completed
from tests.saleor.contract import operations
from tests.saleor.contract.full import FullShop

ROWS = {
    FactKind.CUSTOMER: (User, "updated_at"),
    FactKind.ORDER: (Order, "updated_at"),
    FactKind.CHECKOUT: (Checkout, "last_change"),
}
SKU = "tea"
STATUSES = {
    OrderState.COUNTS: OrderStatus.UNFULFILLED,
    OrderState.REISSUE: OrderStatus.UNFULFILLED,
    OrderState.PENDING: OrderStatus.DRAFT,
    OrderState.WITHDRAWN: OrderStatus.CANCELED,
}
ORIGINS = {OrderState.REISSUE: OrderOrigin.REISSUE, OrderState.PENDING: OrderOrigin.DRAFT}
PASSWORD = "correct horse"


class SaleorShop(FullShop):
    """See tests/hosts/driver.py."""

    clock_moves = False

    def __init__(self) -> None:
        self.host = conf.host()
        self._boss: ApiClient | None = None

    # -- time
    def set_clock(self, instant: datetime) -> None:
        raise NotImplementedError

    def touch(self, kind: FactKind, reference: str, changed_at: datetime) -> None:
        model, column = ROWS[kind]
        assert model.objects.filter(pk=reference).update(**{column: changed_at}) == 1

    # -- place
    def channel(self, slug: str, currency: str) -> str:
        channel, made = Channel.objects.get_or_create(
            slug=slug,
            defaults={
                "name": slug,
                "currency_code": currency,
                "default_country": "ES",
                "is_active": True,
                "order_mark_as_paid_strategy": MarkAsPaidStrategy.TRANSACTION_FLOW,
                "automatically_confirm_all_new_orders": True,
            },
        )
        if made:
            TaxConfiguration.objects.create(
                channel=channel, tax_calculation_strategy=TaxCalculationStrategy.FLAT_RATES
            )
            self._sell(channel)
        return slug

    def _sell(self, channel: Channel) -> None:
        """Tea that needs no shipping, so that a price is a price."""
        variant = ProductVariant.objects.filter(sku=SKU).first() or self._tea()
        ProductChannelListing.objects.create(
            product=variant.product,
            channel=channel,
            is_published=True,
            visible_in_listings=True,
            available_for_purchase_at=timezone.now(),
            published_at=timezone.now(),
            currency=channel.currency_code,
            discounted_price_amount=UNIT,
        )
        ProductVariantChannelListing.objects.create(
            variant=variant,
            channel=channel,
            price_amount=UNIT,
            discounted_price_amount=UNIT,
            currency=channel.currency_code,
        )
        warehouse = Warehouse.objects.get(slug="cellar")
        warehouse.channels.add(channel)
        zone, _ = ShippingZone.objects.get_or_create(name="Everywhere", defaults={"countries": ["ES"]})
        zone.channels.add(channel)
        zone.warehouses.add(warehouse)

    def _tea(self) -> ProductVariant:
        kind = ProductType.objects.create(
            name="Drink", slug="drink", is_shipping_required=False, has_variants=False
        )
        category = Category.objects.create(name="Drinks", slug="drinks")
        product = Product.objects.create(name="Tea", slug="tea", product_type=kind, category=category)
        variant = ProductVariant.objects.create(product=product, sku=SKU, track_inventory=False)
        address = Address.objects.create(**operations.ADDRESS_ROW)
        cellar = Warehouse.objects.create(
            name="Cellar", slug="cellar", address=address, email="c@example.com"
        )
        Stock.objects.create(warehouse=cellar, product_variant=variant, quantity=10_000)
        return variant

    def shelve(self, category: str) -> None:
        shelf = None
        if category:
            slug = category.lower().replace(" ", "-")
            shelf = Category.objects.filter(slug=slug).first() or Category.objects.create(
                name=category, slug=slug
            )
        assert Product.objects.filter(variants__sku=SKU).update(category=shelf) == 1

    def discontinue(self) -> None:
        Product.objects.filter(variants__sku=SKU).delete()

    def tax(self, percent: int) -> None:
        TaxConfiguration.objects.filter(channel__slug="eur").update(
            charge_taxes=True, prices_entered_with_tax=True
        )
        TaxClassCountryRate.objects.update_or_create(
            tax_class=None, country="ES", defaults={"rate": Decimal(percent)}
        )

    def cost(self, amount: Decimal | None) -> None:
        listings = ProductVariantChannelListing.objects.filter(variant__sku=SKU, channel__slug="eur")
        assert listings.update(cost_price_amount=amount) == 1

    # -- people
    def customer(
        self, email: str, *, confirmed: bool = True, first_name: str = "", language: str = "en"
    ) -> str:
        user = dangerously_create_test_user(
            email, PASSWORD, is_confirmed=confirmed, first_name=first_name, language_code=language
        )
        return str(user.pk)

    def confirm(self, customer: str) -> None:
        user = User.objects.get(pk=customer)
        token = account_confirm_token_generator.make_token(user)
        self._ask(ApiClient(), operations.CONFIRM, email=user.email, token=token, password=PASSWORD)

    def delete_customer(self, customer: str) -> None:
        self._ask(self._boss_client(), operations.CUSTOMER_DELETE, id=_id("User", customer))

    def employ(self, customer: str) -> None:
        assert User.objects.filter(pk=customer).update(is_staff=True) == 1

    def staff(self, *permissions: str) -> str:
        user = dangerously_create_test_user(f"{uuid.uuid4()}@staff.example", PASSWORD, is_staff=True)
        user.user_permissions.set(get_permissions_from_names(list(permissions)))
        return str(user.pk)

    def context(self, *, account: str | None = None, app: tuple[str, ...] | None = None) -> Any:
        request = HttpRequest()
        request.path = API_PATH
        if account is not None:
            token = create_access_token(User.objects.get(pk=account))
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        elif app is not None:
            made = App.objects.create(name="test app", is_active=True)
            made.permissions.set(get_permissions_from_names(list(app)))
            _, token = made.tokens.create(name="token")
            request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return get_context_value(request)

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
        here = Channel.objects.get(slug=channel)
        user = User.objects.get(pk=customer) if customer else None
        amounts = dict.fromkeys(
            ("total_gross_amount", "total_net_amount", "undiscounted_total_gross_amount"), total
        )
        order = Order.objects.create(
            channel=here,
            currency=here.currency_code,
            user=user,
            user_email=email or (user.email if user else ""),
            status=STATUSES[state],
            origin=ORIGINS.get(state, OrderOrigin.CHECKOUT),
            created_at=placed_at or timezone.now(),
            lines_count=1,
            shipping_address=_address(country, postal_code),
            **amounts,
        )
        variant = ProductVariant.objects.get(sku=SKU)
        order.lines.create(
            variant=variant,
            product_name="Tea",
            variant_name="",
            product_variant_id=variant.get_global_id(),
            product_sku=SKU,
            quantity=1,
            currency=here.currency_code,
            is_shipping_required=False,
            is_gift_card=False,
            unit_price_gross_amount=total,
            unit_price_net_amount=total,
            total_price_gross_amount=total,
            total_price_net_amount=total,
        )
        return str(order.pk)

    def unsettled(self, *, email: str) -> str:
        order = self.order(email=email)
        Order.objects.filter(pk=order).update(status=OrderStatus.UNCONFIRMED)
        return order

    def accept(self, order: str) -> None:
        where = Address.objects.create(**operations.ADDRESS_ROW)
        Order.objects.filter(pk=order).update(billing_address=where)
        self._ask(self._boss_client(), operations.DRAFT_COMPLETE, id=_id("Order", order))

    def cancel(self, order: str) -> None:
        self._ask(self._boss_client(), operations.ORDER_CANCEL, id=_id("Order", order))

    def refund(self, order: str, amount: Decimal) -> None:
        row = Order.objects.get(pk=order)
        paid = row.payment_transactions.first()
        if paid is None:
            self._pay(_id("Order", order), row.total_gross_amount, row.currency)
            paid = row.payment_transactions.get()
        self._ask(
            self._boss_client(),
            operations.TRANSACTION_REPORT,
            token=str(paid.token),
            amount=str(amount),
            psp=str(uuid.uuid4()),
        )

    def send(self, order: str) -> None:
        cellar = _id("Warehouse", str(Warehouse.objects.get(slug="cellar").pk))
        lines = [
            {
                "orderLineId": _id("OrderLine", str(line.pk)),
                "stocks": [{"quantity": line.quantity, "warehouse": cellar}],
            }
            for line in Order.objects.get(pk=order).lines.all()
        ]
        self._ask(self._boss_client(), operations.FULFIL, order=_id("Order", order), input={"lines": lines})

    def take_back(self, order: str, quantity: int) -> None:
        (line,) = FulfillmentLine.objects.filter(
            fulfillment__order=order, fulfillment__status=FulfillmentStatus.FULFILLED
        )
        back = [{"fulfillmentLineId": _id("FulfillmentLine", str(line.pk)), "quantity": quantity}]
        self._ask(
            self._boss_client(),
            operations.RETURN,
            order=_id("Order", order),
            input={"fulfillmentLines": back},
        )

    def delete_order(self, order: str) -> None:
        Order.objects.filter(pk=order).delete()

    # -- checkouts
    def checkout(
        self, *, customer: str | None = None, email: str = "", channel: str = "eur", quantity: int = 1
    ) -> str:
        client = ApiClient(user=User.objects.get(pk=customer) if customer else None)
        variant = ProductVariant.objects.get(sku=SKU).get_global_id()
        given = {"channel": channel, "lines": [{"variantId": variant, "quantity": quantity}]}
        if email:
            given["email"] = email
        made = self._ask(
            client, operations.CHECKOUT_CREATE, input={**given, "billingAddress": operations.ADDRESS}
        )
        return str(made["checkout"]["token"])

    def storefront_id(self, checkout: str) -> str:
        return _id("Checkout", checkout)

    def empty(self, checkout: str) -> None:
        variant = ProductVariant.objects.get(sku=SKU).get_global_id()
        lines = [{"variantId": variant, "quantity": 0}]
        self._ask(ApiClient(), operations.LINES_UPDATE, id=_id("Checkout", checkout), lines=lines)

    def put_code(self, checkout: str, code: str) -> bool:
        return not self._ask_softly(operations.ADD_CODE, id=_id("Checkout", checkout), code=code)["errors"]

    def edit_voucher(self, code: str, *, value: Decimal, minimum: Decimal | None) -> None:
        listings = VoucherChannelListing.objects.filter(voucher__codes__code=code)
        assert listings.update(discount_value=value, min_spent_amount=minimum)

    def delete_voucher(self, code: str) -> None:
        assert Voucher.objects.filter(codes__code=code).delete()[0]

    def remove_code(self, checkout: str) -> None:
        code = Checkout.objects.get(pk=checkout).voucher_code
        self._ask(ApiClient(), operations.REMOVE_CODE, id=_id("Checkout", checkout), code=code)

    def checkout_total(self, checkout: str) -> Decimal:
        told = self._post(ApiClient(), operations.CHECKOUT, id=_id("Checkout", checkout))
        return Decimal(str(told["checkout"]["totalPrice"]["gross"]["amount"]))

    def complete(self, checkout: str) -> Completed:
        if not Checkout.objects.get(pk=checkout).email:
            self._ask(
                ApiClient(), operations.SET_EMAIL, id=_id("Checkout", checkout), email="who@example.com"
            )
        total = self.checkout_total(checkout)
        if total:
            self._pay(_id("Checkout", checkout), total, Checkout.objects.get(pk=checkout).currency)
        done = self._ask_softly(operations.COMPLETE, id=_id("Checkout", checkout))
        if done["errors"]:
            return Completed(order=None, refused=done["errors"][0]["code"])
        return Completed(order=graphene.Node.from_global_id(done["order"]["id"])[1])

    def abandon(self, checkout: str) -> None:
        Checkout.objects.filter(pk=checkout).delete()

    # -- asking Saleor
    def _pay(self, subject: str, amount: Decimal, currency: str) -> None:
        transaction = {
            "name": "Card",
            "pspReference": str(uuid.uuid4()),
            "availableActions": ["REFUND"],
            "amountCharged": {"amount": str(amount), "currency": currency},
        }
        self._ask(self._boss_client(), operations.TRANSACTION_CREATE, id=subject, transaction=transaction)

    def _boss_client(self) -> ApiClient:
        if self._boss is None:
            boss, _ = dangerously_get_or_create_superuser("boss@staff.example", PASSWORD)
            self._boss = ApiClient(user=boss)
        return self._boss

    def _ask(self, client: ApiClient, query: str, **variables: Any) -> Any:
        told = next(iter(self._post(client, query, **variables).values()))
        assert not told.get("errors"), told["errors"]
        return told

    def _ask_softly(self, query: str, **variables: Any) -> Any:
        return next(iter(self._post(ApiClient(), query, **variables).values()))

    def _post(self, client: ApiClient, query: str, **variables: Any) -> Any:
        answer = client.post_graphql(query, variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


def _address(country: str, postal_code: str) -> Address | None:
    return Address.objects.create(country=country, postal_code=postal_code) if country else None


def _id(kind: str, key: str) -> str:
    return str(graphene.Node.to_global_id(kind, key))
