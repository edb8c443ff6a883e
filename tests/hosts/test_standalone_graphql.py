"""The standalone shop over HTTP: one can register, log in, fill a basket, use a code and buy."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import callers, models
from saleor_relacional.hosts.standalone.graphql.ids import global_id
from saleor_relacional.hosts.standalone.shop import accounts
from tests.hosts.over_http import ask
from tests.hosts.standalone import SKU, StandaloneShop

pytestmark = pytest.mark.django_db

TEA = global_id("ProductVariant", SKU)
CREATE = """mutation($input: CheckoutCreateInput!) { checkoutCreate(input: $input) {
  errors { field code } checkout { id email voucherCode totalPrice { amount currency } } } }"""
ADD = """mutation($id: ID!, $code: String!) { checkoutAddPromoCode(id: $id, promoCode: $code) {
  errors { field code } checkout { voucherCode totalPrice { amount } } } }"""
COMPLETE = """mutation($id: ID!) { checkoutComplete(id: $id) {
  errors { field code } order { id number total { amount currency } voucherCode lines { productSku quantity }
  } } }"""


def basket(email: str = "", *, token: str = "", quantity: int = 1) -> str:
    """An open checkout over HTTP."""
    lines = [{"variantId": TEA, "quantity": quantity}]
    given = {"channel": "eur", "lines": lines, **({"email": email} if email else {})}
    made = ask(CREATE, {"input": given}, token=token)["data"]["checkoutCreate"]
    assert made["errors"] == []
    return str(made["checkout"]["id"])


def staff_token(*permissions: str) -> str:
    """Of a clerk with these permissions."""
    clerk = accounts.register("clerk@staff.example", None, confirmed=True)
    accounts.employ(clerk, *permissions)
    return callers.token_for(clerk)


def test_from_registration_to_an_order(
    shop: StandaloneShop, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Ana registers, follows the link by pressing the button on its page, logs in and buys two teas."""
    register = """mutation { accountRegister(input: {email: "Ana@Example.com", password: "green tea",
    firstName: "Ana"})
      { errors { code } requiresConfirmation } }"""
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(register)["data"]["accountRegister"] == {"errors": [], "requiresConfirmation": True}
    ana = models.Customer.objects.get()
    assert (ana.email, ana.confirmed) == ("ana@example.com", False)
    assert [mail.to for mail in mailoutbox] == [["ana@example.com"]]
    link = re.search(r"/confirm/\?token=\S+", mailoutbox[0].body)
    assert link is not None
    page = Client().get(link[0])
    ana.refresh_from_db()
    assert (page.status_code, ana.confirmed) == (200, False)
    assert Client().post("/confirm/", {"token": link[0].partition("=")[2]}).status_code == 200
    ana.refresh_from_db()
    assert ana.confirmed is True
    log_in = """mutation($email: String!) { tokenCreate(email: $email, password: "black tea") {
      token errors { field code message } } }"""
    wrong = ask(log_in, {"email": "ana@example.com"})["data"]["tokenCreate"]
    unknown = ask(log_in, {"email": "nobody@example.com"})["data"]["tokenCreate"]
    assert wrong == unknown
    assert wrong["token"] is None
    assert [error["code"] for error in wrong["errors"]] == ["INVALID_CREDENTIALS"]


def test_a_code_on_a_checkout(shop: StandaloneShop) -> None:
    """A tenth off, shown on the checkout and kept on the order; a guessed code is refused in Saleor's way."""
    now = shop.host.now()
    recipe = VoucherRecipe(
        key="k",
        name="Come back",
        discount=Discount.PERCENTAGE,
        value=Decimal(10),
        channels={"eur": "EUR"},
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )
    shop.host.issue(recipe, ["ANA10"])
    checkout = basket("ana@example.com")
    guessed = ask(ADD, {"id": checkout, "code": "GUESSED"})["data"]["checkoutAddPromoCode"]
    assert guessed == {"errors": [{"field": "promoCode", "code": "INVALID"}], "checkout": None}
    put = ask(ADD, {"id": checkout, "code": "ANA10"})["data"]["checkoutAddPromoCode"]
    assert put["checkout"] == {"voucherCode": "ANA10", "totalPrice": {"amount": 9.0}}
    order = ask(COMPLETE, {"id": checkout})["data"]["checkoutComplete"]["order"]
    assert (order["voucherCode"], order["total"]["amount"]) == ("ANA10", 9.0)
    twice = ask(COMPLETE, {"id": checkout})["data"]["checkoutComplete"]
    assert (twice["order"], [error["code"] for error in twice["errors"]]) == (None, ["NOT_FOUND"])
    assert models.Order.objects.count() == 1


def test_the_order_is_sent_where_the_buyer_said(shop: StandaloneShop) -> None:
    """Country and postal code go along from the checkout into the fact; what is no country is refused."""
    where = """mutation($id: ID!, $to: AddressInput!) { checkoutShippingAddressUpdate(id: $id, shippingAddress: $to) {
      errors { field code } } }"""
    checkout = basket("ana@example.com")
    for country, errors in (("Spain", [{"field": "shippingAddress", "code": "INVALID"}]), ("es", [])):
        to = {"country": country, "postalCode": " 28001 "}
        assert ask(where, {"id": checkout, "to": to})["data"]["checkoutShippingAddressUpdate"] == {
            "errors": errors
        }
    ask(COMPLETE, {"id": checkout})
    (fact,) = shop.host.fetch(FactKind.ORDER, [str(models.Order.objects.get().pk)])
    assert (fact.country, fact.postal_code) == ("ES", "28001")


def test_a_checkout_without_an_address_is_not_completed(shop: StandaloneShop) -> None:
    """And nothing is sold."""
    done = ask(COMPLETE, {"id": basket()})["data"]["checkoutComplete"]
    assert done == {"errors": [{"field": "email", "code": "EMAIL_NOT_SET"}], "order": None}
    assert models.Order.objects.count() == 0
    assert models.Checkout.objects.count() == 1


@pytest.mark.parametrize("field", ["orderCancel(id: $id)", "orderRefund(id: $id, amount: 4.5)"])
def test_only_who_manages_orders_takes_them_back(shop: StandaloneShop, field: str) -> None:
    """Nobody, the buyer and a clerk without the permission are refused and nothing changes; with it, it is
    done."""
    ana = shop.customer("ana@example.com")
    order = models.Order.objects.get(pk=shop.order(customer=ana))
    verb = f"mutation($id: ID!) {{ {field} {{ errors {{ code }} order {{ number }} }} }}"
    given = {"id": global_id("Order", order.pk)}
    clerk = staff_token("MANAGE_USERS")
    for token in ("", callers.token_for(models.Customer.objects.get(pk=ana)), clerk):
        answer = ask(verb, given, token=token)
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    order.refresh_from_db()
    assert (order.status, order.refunds.count()) == (models.Status.PAID, 0)
    accounts.employ(models.Customer.objects.get(email="clerk@staff.example"), "MANAGE_ORDERS")
    answer = ask(verb, given, token=clerk)
    assert "errors" not in answer
    order.refresh_from_db()
    refunded = [refund.amount for refund in order.refunds.all()]
    assert (order.status, refunded) in [(models.Status.CANCELED, []), (models.Status.PAID, [Decimal("4.50")])]


def test_an_account_is_seen_by_itself_and_by_who_manages_users(shop: StandaloneShop) -> None:
    """Bea cannot read Ana; Ana can; a clerk with the permission can."""
    ana, bea = shop.customer("ana@example.com"), shop.customer("bea@example.com")
    query, given = "query($id: ID!) { user(id: $id) { email } }", {"id": global_id("User", ana)}
    tokens = {name: callers.token_for(models.Customer.objects.get(pk=name)) for name in (ana, bea)}
    for token in ("", tokens[bea]):
        answer = ask(query, given, token=token)
        assert answer["data"]["user"] is None
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    for token in (tokens[ana], staff_token("MANAGE_USERS")):
        assert ask(query, given, token=token)["data"]["user"] == {"email": "ana@example.com"}


def test_ana_deletes_her_account(shop: StandaloneShop) -> None:
    """Her order stays, nobody's; nobody at all is refused."""
    ana = shop.customer("ana@example.com")
    shop.order(customer=ana)
    token = callers.token_for(models.Customer.objects.get(pk=ana))
    leave = "mutation { accountDelete { errors { code } } }"
    assert ask(leave)["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert models.Customer.objects.count() == 1
    assert ask(leave, token=token)["data"]["accountDelete"] == {"errors": []}
    assert models.Customer.objects.count() == 0
    assert models.Order.objects.get().customer is None
    assert ask("{ me { email } }", token=token)["data"]["me"] is None


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", ""])
def test_a_token_that_is_not_ours_is_nobodys(shop: StandaloneShop, token: str) -> None:
    """No error, nobody."""
    assert ask("{ me { email } }", token=token) == {"data": {"me": None}}


@pytest.mark.parametrize("body", ["", "[]", "{", '{"query": 3}', '{"query": "{me{id}}", "variables": []}x'])
def test_what_is_no_question_is_answered_as_such(shop: StandaloneShop, body: str) -> None:
    """Bad requests are the asker's fault and say so."""
    answer = Client().post("/graphql/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json() == {"errors": [{"message": "Send JSON with a query."}]}


def test_a_question_that_does_not_parse(shop: StandaloneShop) -> None:
    """A syntax error comes back with its place."""
    answer = Client().post("/graphql/", '{"query": "{ me {"}', content_type="application/json")
    assert answer.status_code == 400
    assert "Syntax Error" in answer.json()["errors"][0]["message"]


def test_the_query_page_shows_and_loads_nothing_from_elsewhere(shop: StandaloneShop) -> None:
    """GET changes nothing; script and style are our own files and are really served."""
    page = Client().get("/graphql/")
    assert page.status_code == 200
    assert "default-src 'none'" in page["Content-Security-Policy"]
    text = page.content.decode()
    assert "//" not in re.sub(r"<!--.*?-->", "", text)
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
        assert Client().get(path).status_code == 200
    assert len(re.findall(r"/static/", text)) == 2


def test_products_of_a_channel(shop: StandaloneShop) -> None:
    """What storefronts list here, with its price; nothing where nothing is. What they do not list is sold all the
    same: somebody who has its address puts it into a checkout."""
    early = shop.product("Pot", "9")
    shop.hide(early.product)
    found = ask('{ products(channel: "eur") { name variants { id sku price { amount currency } } } }')
    variant = {"id": TEA, "sku": SKU, "price": {"amount": 10.0, "currency": "EUR"}}
    assert found["data"]["products"] == [{"name": "Tea", "variants": [variant]}]
    assert ask('{ products(channel: "usd") { name } }')["data"]["products"] == []
    assert shop.checkout_total(shop.fill({early.variant: 1})) == 9


def test_our_part_is_mounted(shop: StandaloneShop) -> None:
    """Introspection, as any client asks it, sees our queries, our mutations and `relationship` on User."""
    asked = (("q", "Query"), ("m", "Mutation"), ("u", "User"))
    types = " ".join(f'{key}: __type(name: "{name}") {{ fields {{ name }} }}' for key, name in asked)
    found = ask(f"{{ {types} }}")
    names = {key: {field["name"] for field in value["fields"]} for key, value in found["data"].items()}
    assert {"me", "products", "relationshipProfiles", "relationshipCampaigns"} <= names["q"]
    assert {"checkoutComplete", "relationshipConsentUpdate"} <= names["m"]
    assert "relationship" in names["u"]


def test_ana_reads_her_own_relationship(shop: StandaloneShop) -> None:
    """Before anything is known of her there is nothing to show, and no error."""
    ana = shop.customer("ana@example.com")
    token = callers.token_for(models.Customer.objects.get(pk=ana))
    answer = ask("{ me { email relationship { stage } } }", token=token)
    assert answer == {"data": {"me": {"email": "ana@example.com", "relationship": None}}}


def test_a_link_of_a_mail_logs_nobody_in(shop: StandaloneShop) -> None:
    """What the confirmation mail carries proves an address and is no token, although one secret signed both."""
    ana = models.Customer.objects.get(pk=shop.customer("ana@example.com"))
    assert ask("{ me { email } }", token=accounts.confirmation_token(ana)) == {"data": {"me": None}}
