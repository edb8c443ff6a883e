"""The page on which somebody tells the shop something: a tap chooses, a button stores, the link is the permission."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from saleor_relacional.flows.consent import links
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.models import Contact, Feedback, FeedbackCase, Profile, Purchase
from tests.support.asked import Asked
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def order(shop: Any, now: datetime) -> Purchase:
    """Ana's, of last week."""
    return buys(person("Ana", channel="eur"), now - 9 * DAY)


@pytest.fixture
def browser() -> Client:
    """With CSRF checks on: nothing of ours may need a cookie."""
    return Client(enforce_csrf_checks=True)


def address(profile: Profile, now: datetime, order: Purchase | None = None) -> str:
    return links.feedback_url(profile.public_id, now, order and order.pk).removeprefix(
        "http://127.0.0.1:8000"
    )


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_tap_chooses_and_stores_nothing(
    order: Purchase, browser: Client, now: datetime, method: str
) -> None:
    """A mail scanner follows all five links: not one row is written."""
    with Asked() as queries:
        for stars in range(1, 6):
            answer = getattr(browser, method)(f"{address(order.profile, now, order)}?stars={stars}")
            assert answer.status_code == 200
    assert [each["sql"] for each in queries.captured_queries if each["sql"].startswith(WRITES)] == []
    assert not Feedback.objects.exists()


def test_the_star_of_the_mail_is_chosen(order: Purchase, browser: Client, now: datetime) -> None:
    """And no other; the page names nobody."""
    page = text(browser.get(f"{address(order.profile, now, order)}?stars=2"))
    assert page.count(" checked>") == 2  # two stars, and of the other form: something went wrong
    assert 'value="2" required checked>' in page and "How was your order of Feb. 21, 2026?" in page
    shown = page.split("</style>")[1]
    assert "Ana" not in shown and "@" not in shown
    assert (
        "checked"
        not in text(browser.get(f"{address(order.profile, now, order)}?stars=9")).split("<details")[0]
    )


def test_the_button_stores_and_a_mind_can_be_changed(order: Purchase, browser: Client, now: datetime) -> None:
    """Two stars: somebody is sorry, and says by when they answer. The same page again shows it, and takes four."""
    page = address(order.profile, now, order)
    said = text(browser.post(page, {"kind": "rating", "stars": "2", "text": "Late."}))
    assert "We are sorry that it was not right." in said and "answers you by March 3, 2026" in said
    assert (Feedback.objects.get().stars, FeedbackCase.objects.get().state) == (2, "open")
    assert "You gave it 2 of 5" in text(browser.get(page))
    assert "sorry" not in text(browser.post(page, {"kind": "rating", "stars": "4"}))
    assert [row.stars for row in Feedback.objects.order_by("pk")] == [2, 4]
    assert [row.stars for row in Contact.objects.all()] == [4]


def test_the_button_pressed_twice_is_once(order: Purchase, browser: Client, now: datetime) -> None:
    for _ in range(2):
        answer = browser.post(address(order.profile, now, order), {"kind": "complaint", "text": "It broke."})
        assert answer.status_code == 200
    assert Feedback.objects.count() == FeedbackCase.objects.count() == Contact.objects.count() == 1


def test_a_wish_without_an_order(order: Purchase, browser: Client, now: datetime) -> None:
    """By a link that is about no order nothing can be rated."""
    page = address(order.profile, now)
    assert "stars" not in text(browser.get(page))
    assert browser.post(page, {"kind": "rating", "stars": "1"}).status_code == 400
    assert browser.post(page, {"kind": "answer", "text": "x"}).status_code == 400
    assert browser.post(page, {"kind": "wish", "text": "Blue ones."}).status_code == 200
    assert Feedback.objects.get().kind == "wish"


@pytest.mark.parametrize(
    "said", [{}, {"kind": "rating"}, {"kind": "rating", "stars": "six"}, {"kind": "complaint", "text": " "}]
)
def test_what_cannot_be_kept_is_asked_again(
    order: Purchase, browser: Client, now: datetime, said: dict[str, str]
) -> None:
    answer = browser.post(address(order.profile, now, order), said)
    assert answer.status_code == 400 and 'role="alert"' in text(answer)
    assert not Feedback.objects.exists()


def test_words_are_shown_as_words(order: Purchase, browser: Client, now: datetime) -> None:
    """What was typed comes back when it could not be kept: never as markup."""
    typed = "<script>alert(1)</script>" + "x" * 5000
    answer = browser.post(address(order.profile, now, order), {"kind": "complaint", "text": typed})
    assert answer.status_code == 400 and "<script" not in text(answer)


def test_an_old_link_and_anothers_order(order: Purchase, browser: Client, now: datetime) -> None:
    """Sixty days; and a link whose order has become somebody else's opens nothing."""
    old = address(order.profile, now - 61 * DAY, order)
    assert browser.get(old).status_code == browser.post(old, {"kind": "wish", "text": "x"}).status_code == 410
    bea = person("Bea")
    assert browser.get(address(bea, now, order)).status_code == 410
    assert browser.get("/feedback/forged.token/").status_code == 404
    assert not Feedback.objects.exists()


def test_a_guest_who_opened_an_account_tells_for_it(order: Purchase, browser: Client, now: datetime) -> None:
    account, page = person("Account"), address(order.profile, now, order)
    merge.merge(order.profile_id, account.pk, cause="test", now=now)
    assert browser.post(page, {"kind": "rating", "stars": "5"}).status_code == 200
    assert Feedback.objects.get().profile_id == account.pk
    forget.forget(account, now=now)
    assert browser.get(page).status_code == 410


def test_not_too_often(order: Purchase, browser: Client, now: datetime) -> None:
    """Twenty things in an hour; what came before is kept."""
    page = address(order.profile, now, order)
    codes = [browser.post(page, {"kind": "wish", "text": f"Wish {i}"}).status_code for i in range(22)]
    assert codes == [200] * 20 + [429] * 2 and Feedback.objects.count() == 20


def test_in_spanish(order: Purchase, browser: Client, now: datetime) -> None:
    Profile.objects.update(language="es")
    page = browser.get(address(order.profile, now, order))
    assert page["Content-Language"] == "es" and "Enviar esta respuesta" in text(page)
    assert timedelta(days=60) == links.TELLS_WITHIN
