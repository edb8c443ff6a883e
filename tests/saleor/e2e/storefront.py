"""What people do at the shop, over HTTP."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import requests

from tests.saleor.e2e import operations

CHANNEL = "default-channel"
PASSWORD = "correct horse battery"
GATEWAY = "mirumee.payments.dummy"
ADMIN = ("admin@example.com", "admin")


class Refused(AssertionError):
    """Saleor answered with errors; the first one's code is what stories assert."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors
        self.code = errors[0].get("code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a buyer gets to know."""

    id: str
    number: str
    total: Decimal


class Storefront:
    """One Saleor's API. Methods raise Refused when it refuses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._staff: tuple[str, float] = ("", 0.0)
        self._variant = ""

    # -- talking
    def ask(self, query: str, /, *, token: str = "", **variables: Any) -> Any:
        """The data of one operation's only field; Refused when it holds errors."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self._session.post(
            f"{self.url}/graphql/",
            json={"query": query, "variables": variables},
            headers=headers,
            timeout=120,
        ).json()
        if answer.get("errors"):
            raise Refused(
                [{"code": answer["errors"][0]["extensions"]["exception"]["code"], **answer["errors"][0]}]
            )
        told = next(iter(answer["data"].values()))
        if isinstance(told, dict) and told.get("errors"):
            raise Refused(told["errors"])
        return told

    def login(self, email: str, password: str = PASSWORD) -> str:
        return str(self.ask(operations.TOKEN, email=email, password=password)["token"])

    def staff(self) -> str:
        """The admin's token; they live for five minutes only."""
        token, made = self._staff
        if not token or time.monotonic() - made > 200:
            token = self.login(*ADMIN)
            self._staff = (token, time.monotonic())
        return token

    # -- people
    def account(self, email: str, *, confirmed: bool = True) -> str:
        """An account made behind the API (registering asks for a mail); its reference."""
        from saleor.account.models import CustomerType, User

        kind = CustomerType.objects.order_by("pk").first()
        user = User(email=email, first_name="Ana", is_active=True, is_confirmed=confirmed, customer_type=kind)
        user.set_password(PASSWORD)
        user.save()
        return str(user.pk)

    # -- buying
    def variant(self) -> str:
        """Something in stock that has a price and is sent by post."""
        if not self._variant:
            for edge in self.ask(operations.PRODUCTS, channel=CHANNEL)["edges"]:
                node = edge["node"]
                if node["isAvailableForPurchase"] and node["productType"]["isShippingRequired"]:
                    for one in node["variants"]:
                        if (one["quantityAvailable"] or 0) >= 40 and one["pricing"]["price"]["gross"][
                            "amount"
                        ] > 5:
                            self._variant = one["id"]
        assert self._variant, "the populated shop sells nothing"
        return self._variant

    def channel(self, *, sells: bool = True, currency: str = "USD") -> str:
        """Staff open a channel that nobody else uses; its slug. It sells and sends what the first one does."""
        staff, slug = self.staff(), f"channel-{uuid.uuid4().hex[:10]}"
        there = self.ask(operations.SHIPPING, token=staff)["edges"] if sells else []
        zones = [edge["node"] for edge in there]
        given = {
            "name": slug, "slug": slug, "currencyCode": currency, "defaultCountry": "US", "isActive": True,
            "addShippingZones": [zone["id"] for zone in zones],
            "addWarehouses": sorted({one["id"] for zone in zones for one in zone["warehouses"]}),
        }  # fmt: skip
        made = self.ask(operations.CHANNEL_CREATE, token=staff, input=given)["channel"]["id"]
        if sells:
            variant = self.variant()
            product = self.ask(operations.VARIANT, token=staff, id=variant)["product"]["id"]
            self.ask(operations.LIST_PRODUCT, token=staff, channel=made, product=product)
            self.ask(operations.LIST_VARIANT, token=staff, channel=made, variant=variant)
            for method in {one["id"] for zone in zones for one in zone["shippingMethods"]}:
                self.ask(operations.LIST_DELIVERY, token=staff, channel=made, method=method)
        return slug

    def checkout(
        self,
        email: str,
        *,
        token: str = "",
        quantity: int = 1,
        channel: str = CHANNEL,
        lines: Mapping[str, int] | None = None,
    ) -> str:
        """An open checkout with an address and a delivery; its global id. `lines`: variant → how many of it."""
        wanted = lines or {self.variant(): quantity}
        given = {
            "channel": channel,
            "email": email,
            "lines": [{"variantId": variant, "quantity": number} for variant, number in wanted.items()],
            "shippingAddress": operations.ADDRESS,
            "billingAddress": operations.ADDRESS,
        }
        made = self.ask(operations.CHECKOUT_CREATE, token=token, input=given)["checkout"]["id"]
        ways = self.ask(operations.DELIVERIES, token=token, id=made)["deliveries"]
        active = next(way["id"] for way in ways if way["shippingMethod"]["active"])
        self.ask(operations.DELIVERY, token=token, id=made, method=active)
        return str(made)

    def put_in(self, checkout: str, lines: Mapping[str, int], *, new: bool = False) -> None:
        """Have so many of these in the basket; 0 takes one out. `new`: what is not in it yet."""
        given = [{"variantId": variant, "quantity": number} for variant, number in lines.items()]
        self.ask(operations.LINES_ADD if new else operations.LINES_UPDATE, id=checkout, lines=given)

    def look(self, checkout: str) -> Any:
        return self.ask(operations.CHECKOUT, id=checkout)

    def total(self, checkout: str) -> Decimal:
        return Decimal(str(self.look(checkout)["totalPrice"]["gross"]["amount"]))

    def put_code(self, checkout: str, code: str) -> None:
        self.ask(operations.ADD_CODE, id=checkout, code=code)

    def pay(self, checkout: str, *, legacy: bool = False) -> None:
        """By a transaction that a payment app reports, or by the legacy dummy gateway."""
        price = self.look(checkout)["totalPrice"]["gross"]
        if legacy:
            given = {"gateway": GATEWAY, "token": "fully-charged", "amount": price["amount"]}
            self.ask(operations.PAYMENT, id=checkout, input=given)
            return
        transaction = {
            "name": "Card",
            "pspReference": uuid.uuid4().hex,
            "availableActions": ["REFUND"],
            "amountCharged": {"amount": price["amount"], "currency": price["currency"]},
        }
        self.ask(operations.TRANSACTION, token=self.staff(), id=checkout, transaction=transaction)

    def complete(self, checkout: str, *, token: str = "") -> Order:
        made = self.ask(operations.COMPLETE, token=token, id=checkout)["order"]
        return Order(
            id=made["id"], number=made["number"], total=Decimal(str(made["total"]["gross"]["amount"]))
        )

    def buy(
        self,
        email: str,
        *,
        token: str = "",
        legacy: bool = False,
        quantity: int = 1,
        code: str = "",
        channel: str = CHANNEL,
    ) -> Order:
        """The whole way."""
        checkout = self.checkout(email, token=token, quantity=quantity, channel=channel)
        if code:
            self.put_code(checkout, code)
        self.pay(checkout, legacy=legacy)
        return self.complete(checkout, token=token)

    def refund(self, order: Order, amount: Decimal) -> None:
        """The payment app reports that money went back."""
        from saleor.payment.models import TransactionItem

        paid = TransactionItem.objects.get(order_id=key(order.id))
        told = {"transaction": str(paid.token), "amount": str(amount), "psp": uuid.uuid4().hex}
        self.ask(operations.REFUND, token=self.staff(), **told)

    def fulfil(self, order: Order) -> str:
        """Staff send all of it; the fulfilment's id."""
        lines = self.ask(operations.ORDER_LINES, token=self.staff(), id=order.id)["lines"]
        sent = [
            {
                "orderLineId": line["id"],
                "stocks": [
                    {
                        "warehouse": line["variant"]["stocks"][0]["warehouse"]["id"],
                        "quantity": line["quantity"],
                    }
                ],
            }
            for line in lines
        ]
        made = self.ask(operations.FULFIL, token=self.staff(), id=order.id, lines=sent)
        return str(made["fulfillments"][0]["id"])

    def cancel(self, order: Order) -> None:
        self.ask(operations.CANCEL, token=self.staff(), id=order.id)

    def relationship(self, token: str) -> Any:
        return self.ask(operations.MY_RELATIONSHIP, token=token)["relationship"]


def key(global_id: str) -> str:
    """Reference behind a global id."""
    from graphql_relay import from_global_id

    return str(from_global_id(global_id)[1])


Found = TypeVar("Found")


def within(seconds: float, look: Callable[[], Found]) -> Found:
    """Look until there is something; what the last look gave, otherwise. Less often the longer it takes: each look is a
    request, and what is waited for needs the processor, too."""
    began = time.monotonic()
    while True:
        found, waited = look(), time.monotonic() - began
        if found or waited > seconds:
            return found
        time.sleep(min(0.5, 0.1 + waited / 10))
