"""The page behind the unsubscribe link: it works for whoever holds the link, and for nobody else."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.signing import Signer
from django.http import HttpResponse
from django.test import Client

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Consent, Objection, Profile, Purpose, Touch
from tests.support.asked import Asked
from tests.support.campaign_stories import late
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, touch_of
from tests.support.people import buy_all, person

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def ana(shop: Any, now: Any) -> Profile:
    """Ana's mail has left."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    return ana


@pytest.fixture
def browser() -> Iterator[Client]:
    """With CSRF checks on: nothing of ours may need a cookie."""
    yield Client(enforce_csrf_checks=True)


def address(profile: Profile) -> str:
    return f"/leave/{links.leave_token(profile.public_id)}/"


def basis(profile: Profile, now: Any) -> Basis | None:
    return consent.bases([profile.pk], now=now, purpose="offers")[profile.pk]


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_the_link_in_the_mail_is_the_page(ana: Profile, browser: Client, now: Any) -> None:
    """From the header of the mail as sent to the page, without a login."""
    [sent] = mail.outbox
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("http://127.0.0.1:8000/leave/") and link in sent.body
    answer = browser.get(link.removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 200 and "Do you want no more emails from us?" in text(answer)
    assert "ana@" not in text(answer)  # a forwarded mail tells nobody's address


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(ana: Profile, browser: Client, now: Any, method: str) -> None:
    """A mail scanner follows the link: not one row is written."""
    with Asked() as queries:
        assert getattr(browser, method)(address(ana)).status_code == 200
    assert [each["sql"] for each in queries.captured_queries if each["sql"].startswith(WRITES)] == []
    assert basis(ana, now) == Basis.STATED


def test_one_click(ana: Profile, browser: Client, now: Any) -> None:
    """The mail client posts what RFC 8058 says, with no cookie and no page before: done at once, twice is once."""
    for _ in range(2):
        answer = browser.post(
            address(ana), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    assert basis(ana, now) == Basis.OPT_OUT
    assert list(Consent.objects.filter(basis="opt_out").values_list("source", flat=True)) == ["one_click"] * 2
    assert Objection.objects.count() == 2  # content and offers


def test_one_click_as_multipart(ana: Profile, browser: Client, now: Any) -> None:
    """RFC 8058 allows multipart/form-data too."""
    assert browser.post(address(ana), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert basis(ana, now) == Basis.OPT_OUT


@pytest.mark.parametrize("kind", ["text/plain", "", "application/octet-stream", "application/json"])
def test_one_click_of_a_client_that_does_not_call_it_a_form(
    ana: Profile, browser: Client, now: Any, kind: str
) -> None:
    """The pair stands in the body, whatever the body is said to be: her client has told her that she left."""
    told = browser.post(address(ana), b"List-Unsubscribe=One-Click\r\n", content_type=kind)
    assert told.status_code == 200 and basis(ana, now) == Basis.OPT_OUT


def test_leaving_stops_what_is_on_its_way(shop: Any, browser: Client, now: Any) -> None:
    """Ana has a mail queued when she follows the link of an older one."""
    [ana] = due(campaign(now), now, "Ana")
    browser.post(address(ana), {"List-Unsubscribe": "One-Click"})
    assert (touch_of(ana).state, touch_of(ana).reason) == ("suppressed", "opted_out")
    send.send_due(now=now)
    assert mail.outbox == []


def test_the_button_and_its_undo(ana: Profile, browser: Client, now: Any) -> None:
    """She presses the button, sees that it is done, says it was a mistake: an opt-in with the words she saw."""
    done = browser.post(address(ana), {"answer": "leave"})
    assert "Done: we will not write to you any more" in text(done)
    assert basis(ana, now) == Basis.OPT_OUT
    undo = text(done).split('name="undo" value="')[1].split('"')[0]
    for _ in range(2):
        assert "we will keep writing" in text(browser.post(address(ana), {"answer": "stay", "undo": undo}))
    assert basis(ana, now) == Basis.OPT_IN
    assert (
        Consent.objects.filter(basis="opt_in", purpose="offers").get().text
        == "Yes, keep writing to me about offers and news"
    )


@pytest.mark.parametrize("held", [[], ["content"], ["offers"], ["content", "offers"]])
def test_the_undo_gives_what_was_left(ana: Profile, browser: Client, now: Any, held: list[str]) -> None:
    """Who wanted content alone is not taken for somebody who wants offers; who had agreed to nothing is offered no
    undo, and is asked why all the same."""
    consent.record_objection(ana, source="storefront", now=now)
    if held:
        consent.give(
            ana,
            basis=Basis.OPT_IN,
            source="storefront",
            text="Yes",
            now=now,
            purposes=[Purpose(one) for one in held],
        )
    done = text(browser.post(address(ana), {"answer": "leave"}))
    undo = done.split('name="undo" value="')[1].split('"')[0]
    assert ("Yes, keep writing to me" in done) is bool(held) and 'name="why"' in done
    stays = browser.post(address(ana), {"answer": "stay", "undo": undo})
    assert stays.status_code == (200 if held else 400)
    for purpose in ("content", "offers"):
        wanted = Basis.OPT_IN if purpose in held else Basis.OPT_OUT
        assert consent.bases([ana.pk], now=now, purpose=purpose)[ana.pk] == wanted
    again = browser.post(address(ana), {"answer": "why", "why": "other", "undo": undo})
    assert again.status_code == 200 and "Thank you for telling us." in text(again)


@pytest.mark.parametrize("held", [["content"], ["content", "offers"]])
def test_pressing_twice_leaves_the_undo(ana: Profile, browser: Client, now: Any, held: list[str]) -> None:
    """A double tap, or the page that was read again: what the second answer takes back is what the first one ended."""
    consent.record_objection(ana, source="storefront", now=now)
    given = [Purpose(one) for one in held]
    consent.give(ana, basis=Basis.OPT_IN, source="storefront", text="Yes", now=now, purposes=given)
    for _ in range(2):
        done = text(browser.post(address(ana), {"answer": "leave"}))
    undo = done.split('name="undo" value="')[1].split('"')[0]
    assert "Yes, keep writing to me" in done
    assert browser.post(address(ana), {"answer": "stay", "undo": undo}).status_code == 200
    for purpose in ("content", "offers"):
        wanted = Basis.OPT_IN if purpose in held else Basis.OPT_OUT
        assert consent.bases([ana.pk], now=now, purpose=purpose)[ana.pk] == wanted


TOLD = "We may write about similar tea; say no at any time."


def given_back(
    browser: Client, profile: Profile, presses: int, between: Callable[[], object] = int
) -> set[str]:
    """What the last of so many presses takes back, once somebody keeps to it; nothing may happen `between` them."""
    done = ""
    for press in range(presses):
        if press:
            between()
        done = text(browser.post(address(profile), {"answer": "leave"}))
    undo = done.partition('name="undo" value="')[2].partition('"')[0]
    before = set(Consent.objects.values_list("pk", flat=True))
    browser.post(address(profile), {"answer": "stay", "undo": undo})
    given = set(Consent.objects.exclude(pk__in=before).values_list("purpose", flat=True))
    assert ("Yes, keep writing to me" in done) is bool(given)
    return given


@pytest.mark.parametrize("presses", [1, 2, 3])
@pytest.mark.parametrize(
    ("bought", "agreed", "held"),
    [
        (False, [], set()),
        (False, ["content"], {"content"}),
        (False, ["offers"], {"offers"}),
        (True, [], {"content", "offers"}),
        (True, ["content"], {"content", "offers"}),
    ],
)
def test_the_undo_where_buyers_are_written_to(
    shop: Any, browser: Client, now: datetime, presses: int, bought: bool, agreed: list[str], held: set[str]
) -> None:
    """Bea reads the newsletter and never bought: she was not told what buyers are told, and however often she presses
    she gets back what she had agreed to, and no offers."""
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text=TOLD)
    bea = person("Bea", days_ago=[30] if bought else [])
    if agreed:
        given = [Purpose(one) for one in agreed]
        consent.give(bea, basis=Basis.OPT_IN, source="newsletter", text="Yes", now=now, purposes=given)
    assert given_back(browser, bea, presses) == held
    for purpose in {"content", "offers"} - held:
        assert consent.bases([bea.pk], now=now, purpose=purpose)[bea.pk] == Basis.OPT_OUT


def test_what_comes_after_leaving_widens_no_undo(shop: Any, browser: Client, now: datetime) -> None:
    """Ana bought and was told nothing, Bea was told and had not bought, the shop states of Cleo what it had not stated:
    all of it changes between two presses, and nothing is theirs to take back."""
    ana, bea, cleo = person("Ana", days_ago=[30]), person("Bea"), person("Cleo")
    allow = partial(policy.decide, now=now + timedelta(seconds=1), soft_opt_in=True, soft_opt_in_text=TOLD)
    assert given_back(browser, ana, 2, allow) == set()
    policy.decide(now=now, soft_opt_in=True)
    assert given_back(browser, bea, 2, lambda: buy_all(bea, [now + timedelta(seconds=1)])) == set()
    states = partial(consent.import_consent, source="import", text="Tea", happened_at=now - DAY, now=now)
    assert given_back(browser, cleo, 2, lambda: states([cleo.pk])) == set()


def test_the_undo_is_of_the_last_leaving(shop: Any, browser: Client, now: datetime, monkeypatch: Any) -> None:
    """Ana left content and offers, came back for content ten minutes later, and leaves again: content is what she
    gets back, at once and when she presses twice."""
    ana, later = person("Ana"), now + timedelta(minutes=10)
    yes = partial(consent.give, ana, basis=Basis.OPT_IN, source="storefront", text="Yes")
    yes(now=now)
    browser.post(address(ana), {"answer": "leave"})
    yes(now=later, purposes=[Purpose.CONTENT])
    monkeypatch.setattr(type(conf.host()), "now", lambda self: later)
    assert given_back(browser, ana, 2) == {"content"}


def test_only_who_left_here_can_undo(ana: Profile, browser: Client, now: Any) -> None:
    """Somebody whom the mail was forwarded to cannot sign Ana up again: neither with the link, nor with Bea's undo."""
    browser.post(address(ana), {"List-Unsubscribe": "One-Click"})
    page = browser.get(address(ana))
    assert "Done: we will not write" in text(page) and "undo" not in text(page)
    token = links.leave_token(ana.public_id)
    beas = links.stay_token(uuid4(), [Purpose.OFFERS])
    for undo in ("", token, links.stay_token(uuid4()), beas, token + "x"):
        assert browser.post(address(ana), {"answer": "stay", "undo": undo}).status_code == 400
    assert basis(ana, now) == Basis.OPT_OUT


def test_the_undo_ends_after_an_hour(ana: Profile, browser: Client, now: Any, monkeypatch: Any) -> None:
    """A page left open on a shared computer."""
    undo = links.stay_token(ana.public_id)
    assert links.who_stays(undo) == ana.public_id
    monkeypatch.setattr(links, "UNDO_WITHIN", timedelta(seconds=-1))
    assert links.who_stays(undo) is None


def forgeries(profile: Profile) -> list[str]:
    token = links.leave_token(profile.public_id)
    name, _, signature = token.partition(".")
    other = links.leave_token(uuid4()).partition(".")[0]
    return [
        "x", name, f"{name}.", token[:-1], token[1:], f"{other}.{signature}", f"{name}.{signature}A",
        links.stay_token(profile.public_id), Signer(sep=".").sign(name),
        Signer(salt="saleor_relacional.leave").sign(name),
        Signer(salt="saleor_relacional.leave", sep=".").sign("no uuid"), "%00", "é.é",
    ]  # fmt: skip


@pytest.mark.parametrize("which", range(13))
def test_a_link_that_we_did_not_sign(ana: Profile, browser: Client, now: Any, which: int) -> None:
    """Forged, cut off, made for something else: 404 without a word about anybody, and nothing changes."""
    forged = f"/leave/{forgeries(ana)[which]}/"
    for answer in (browser.get(forged), browser.post(forged, {"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 404
        assert "This link does not work" in text(answer) and "Ana" not in text(answer)
    assert basis(ana, now) == Basis.STATED


def test_other_methods_are_refused(ana: Profile, browser: Client) -> None:
    """PUT and DELETE do nothing here."""
    assert browser.put(address(ana)).status_code == 405
    assert browser.delete(address(ana)).status_code == 405


def test_a_post_that_says_nothing_changes_nothing(ana: Profile, browser: Client, now: Any) -> None:
    """A scanner that posts an empty form."""
    assert browser.post(address(ana)).status_code == 400
    assert basis(ana, now) == Basis.STATED


def test_the_link_of_a_merged_profile(ana: Profile, shop: Any, browser: Client, now: Any) -> None:
    """She was a guest when the mail left and has an account now: the link leaves for the account."""
    account = Profile.objects.create(created_at=now, email=ana.email, email_key=ana.email_key)
    merge.merge(ana.pk, account.pk, cause="vouched", now=now)
    browser.post(address(ana), {"List-Unsubscribe": "One-Click"})
    assert basis(account, now) == Basis.OPT_OUT


def test_the_link_of_a_forgotten_person(ana: Profile, browser: Client, now: Any) -> None:
    """Nothing is left to write to: the page says so and nothing is written."""
    link = address(ana)
    forget.forget(ana, now=now)
    for answer in (browser.get(link), browser.post(link, {"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 200 and "we will not write to you any more" in text(answer)
    assert not Profile.objects.exists() and not Consent.objects.exists()


def test_after_a_change_of_key(ana: Profile, browser: Client, settings: Any) -> None:
    """SECRET_KEY was rotated: the link of an old mail works as long as the old key is a fallback."""
    link = address(ana)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new"
    assert browser.get(link).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get(link).status_code == 404


def test_strict_headers(ana: Profile, browser: Client) -> None:
    """No script, no frame, nothing from elsewhere; not kept, not indexed, and the address goes to nobody."""
    answer, again = browser.get(address(ana)), browser.get(address(ana))
    policy = answer["Content-Security-Policy"]
    assert (
        "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "form-action 'self'" in policy
    )
    assert "unsafe" not in policy and policy != again["Content-Security-Policy"]
    nonce = policy.split("nonce-")[1].split("'")[0]
    assert f'<style nonce="{nonce}">' in text(answer)
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"] and not answer.cookies
    page = text(answer)
    assert "<script" not in page and "http" not in page.replace("http-equiv", "") and " style=" not in page


def test_the_shops_name_is_text(ana: Profile, browser: Client, shop: Any) -> None:
    """A name with markup in it stays a name."""
    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update(name="<b>Tea</b> & Co")
    assert "&lt;b&gt;Tea&lt;/b&gt; &amp; Co" in text(browser.get(address(ana)))


@pytest.mark.parametrize(
    ("own", "accepted", "language"),
    [
        ("es", "en", "es"), ("es-MX", "", "es"), ("EN_US", "es", "en"), ("", "es-AR,en;q=0.8", "es"),
        ("fr", "es;q=0.9,en;q=0.3", "es"), ("", "fr,de", "en"), ("", "", "en"), ("", ";;q=x", "en"),
    ],
)  # fmt: skip
def test_in_their_language(ana: Profile, browser: Client, own: str, accepted: str, language: str) -> None:
    """The person's own language, else the browser's, else English."""
    Profile.objects.update(language=own)
    answer = browser.get(address(ana), headers={"accept-language": accepted})
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}">' in text(answer)
    words = {"es": "¿Quieres que dejemos de escribirte?", "en": "Do you want no more emails from us?"}
    assert words[language] in text(answer)


def test_an_old_link_leaves_for_who_they_are_now(shop: Any, now: datetime) -> None:
    """Ana was a guest when her mail left. She has an account under another address now, and a mail to it is queued: the
    link of the old mail stops that one too, and nothing is sent to either address again."""
    running = campaign(now)
    [guest] = due(running, now, "Ana")
    send.send_due(now=now)
    account = late("Anna", now)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now)
    plan.consider(running, now)
    Profile.objects.filter(pk=account.pk).update(email="ana@new.example", email_key="ana@new.example")
    assert (
        Client()
        .post(f"/leave/{links.leave_token(guest.public_id)}/", {"List-Unsubscribe": "One-Click"})
        .status_code
        == 200
    )
    assert consent.bases([account.pk], now=now, purpose="offers")[account.pk] == Basis.OPT_OUT
    assert not Touch.objects.filter(state="queued").exists()
    send.send_due(now=now)
    assert len(mail.outbox) == 1
