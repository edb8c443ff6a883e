"""One customer's page: everything of them, and what staff can do."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from saleor_relacional.dashboard.customer import said
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.contact import contact_policy, exclusions, labels, staff_notes, standing
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.ledger import ledger
from saleor_relacional.flows.preferences import preferences, topics
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import (
    Basis,
    Contact,
    DataRequest,
    Declaration,
    Exclusion,
    FeedbackCase,
    Profile,
    StaffNote,
)
from tests.api.asking import Asker
from tests.dashboard.asking import get, met_meanwhile
from tests.dashboard.looking import content, faults
from tests.dashboard.walking import walk
from tests.support import ledger_stories
from tests.support.asked import Asked
from tests.support.campaign_stories import late
from tests.support.ledger_stories import history
from tests.support.people import buys
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

SOURCES = (
    "storefront", "unsubscribe_link", "one_click", "preferences", "newsletter", "checkout", "provider", "staff",
    "import",
)  # fmt: skip
"""Where something may be said: see Consent.source."""


@pytest.fixture
def zenobia(shop: Any, now: datetime) -> Profile:
    """Of whom we hold something of everything."""
    return ledger_stories.known(now)


def page(person: Profile, asker: Asker, language: str = "en") -> str:
    """Their page."""
    return " ".join(content(asker, f"customers/{person.public_id}/", language=language).split())


def do(person: Profile, what: str, asker: Asker | None, **typed: Any) -> Any:
    """What a form or a button sends."""
    token = {"Authorization": asker.token} if asker else {}
    return Client().post(
        f"/dashboard/content/customers/{person.public_id}/{what}/",
        typed,
        headers={"Accept-Language": "en", **token},
    )


def version(person: Profile, asker: Asker) -> str:
    """As the form has it."""
    return page(person, asker).split('name="version" value="')[1].split('"')[0]


def test_everything_about_her(zenobia: Profile, owner: Asker) -> None:
    """In words first; numbers, reasons and what was said on request."""
    text = page(zenobia, owner)
    for each in (
        "zenobia@shop.example", "Usually they buy every", "What to do", "They buy about every",
        "Between", "percentage points", "Bought for €31.50", "€4.00 went back to them", "They complained",
        "Promised: an offer", "“Yes, write to me”", "<b>10 %</b>", "We wrote:",
        "What they see on their own page",
    ):  # fmt: skip
        assert each in text, each
    numbers = text.partition("The numbers, and how sure they are")[2].partition("</table>")[0]
    for name in ("Days between two orders", "An order is worth", "The year ahead"):
        row = numbers.partition(f">{name}</th>")[2].partition("</tr>")[0]
        assert row and "." not in row.partition('data-label="Learnt"')[0], (
            name,
            "a guess has no cents and no tenths",
        )
    spanish = page(zenobia, owner, "es")
    for each in ("Suele comprar cada", "Compró por 31,50", "Se quejó", "Lo que hay previsto"):
        assert each in spanish, each


def test_what_she_sees_herself_comes_when_it_is_unfolded(
    zenobia: Profile, owner: Asker, now: datetime
) -> None:
    """Word for word as her own page says it, in the reader's language; of nobody it is not found."""
    for language in ("en", "es"):
        with translation.override(language):
            told = ledger.of(zenobia, now)
        part = unescape(content(owner, f"customers/{zenobia.public_id}/own-page/", language=language))
        assert told.headline and all(line in part for line in told.headline)
        assert all(one.title in part for section in told.sections for one in section.entries)
        assert told.headline[-1] not in unescape(page(zenobia, owner, language))
    assert get(owner, f"customers/{uuid.uuid4()}/own-page/").status_code == 404


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_unfolding_it_reads_it(zenobia: Profile, owner: Asker) -> None:
    """Not before."""
    walked = walk(
        owner, f"customers/{zenobia.public_id}",
        """
        await until(() => one('details [hx-trigger^="toggle"]'), 'the page');
        const part = one('details [hx-trigger^="toggle"]');
        if (part.querySelector('ul')) throw new Error('it is read already');
        part.closest('details').querySelector('summary').click();
        await until(() => part.querySelector('ul.rows'), 'what she sees');
        return part.innerText;
        """,
    )  # fmt: skip
    assert "own-page" in "".join(walked.asked) and len(walked.found) > 200


def test_the_proof_says_when_where_and_in_which_language(
    zenobia: Profile, reader: Asker, now: datetime
) -> None:
    """By the hour of the shop, in words for every place that there is, with the language of the text."""
    Shop.objects.update(time_zone="Europe/Madrid")
    consent.give(
        zenobia, basis=Basis.OPT_IN, source="newsletter", text="Sí, quiero", language="es", purposes=["offers"],
        now=now, happened_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    )  # fmt: skip
    shown = " ".join(page(zenobia, reader).split())
    assert "at the newsletter's form" in unescape(shown) and "“Sí, quiero” (Spanish)" in shown
    assert re.search(r"<b>2 Mar( 2026)?, 00:30</b> Offers: agreed", shown)
    assert "“Sí, quiero” (Español)" in page(zenobia, reader, "es")
    assert all(said.consent_source(one) != one for one in SOURCES)


def test_a_reader_reads_and_changes_nothing(zenobia: Profile, reader: Asker) -> None:
    """No form; what is missing is said; and every door is shut."""
    text = page(zenobia, reader)
    assert "MANAGE_RELATIONSHIPS" in text and "<form" not in text
    for what in (
        "note",
        "rhythm",
        "wishes",
        "exclusion",
        "answer",
        "remark",
        "forget",
        "label",
        "staff-note",
        "accept",
        "correct",
    ):
        assert do(zenobia, what, reader).status_code == 403 and do(zenobia, what, None).status_code == 401
    assert Profile.objects.filter(pk=zenobia.pk).exists()


def test_a_contact_is_noted(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """Today or on a day; a complaint opens a case; what cannot be keeps what was typed."""
    assert "Noted." in do(zenobia, "note", owner, kind="staff", commercial="on").content.decode()
    assert Contact.objects.filter(profile=zenobia, kind="staff", commercial=True, at=now).exists()
    do(zenobia, "note", owner, kind="complaint", text="The cup was broken", day="2026-02-20")
    assert FeedbackCase.objects.filter(profile=zenobia, kind="complaint").exists()
    refused = do(zenobia, "note", owner, kind="question", day="2031-01-01")
    text = refused.content.decode()
    assert refused.status_code == 422 and 'value="2031-01-01"' in text and 'aria-invalid="true"' in text
    assert do(zenobia, "note", owner, kind="question", text="Asked for oak").status_code == 200
    assert StaffNote.objects.get(profile=zenobia).text == "Asked for oak"
    refused = do(zenobia, "note", owner, kind="question", text="Asked again", day="2031-01-01")
    assert refused.status_code == 422 and StaffNote.objects.count() == 1
    assert do(zenobia, "note", owner, kind="message").status_code == 422


def test_an_answer_to_a_mail_is_noted(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """It is an own act, and a case: nothing is sold to them until somebody has seen it."""
    assert "Noted." in do(zenobia, "note", owner, kind="answer", text="Not now, thanks").content.decode()
    case = FeedbackCase.objects.get(profile=zenobia, kind="answer")
    assert case.told.get().text == "Not now, thanks" and not StaffNote.objects.exists()
    assert Contact.objects.filter(profile=zenobia, kind="answer", at=now).exists()
    stands = standing.standing([zenobia.pk], now, contact_policy.current())[zenobia.pk]
    assert stands.silent_until is not None


def test_when_they_buy_is_said_and_taken_back(zenobia: Profile, owner: Asker) -> None:
    """It beats what we infer; nothing typed takes it back."""
    do(zenobia, "rhythm", owner, everyDays="42", notBefore="2026-04-01")
    said = Declaration.objects.get(profile=zenobia)
    assert (said.every_days, said.declared_by) == (42, "staff")
    assert 'value="42"' in page(zenobia, owner) and "as your staff noted" in page(zenobia, owner)
    do(zenobia, "rhythm", owner, everyDays="1234.25")
    assert 'name="everyDays" inputmode="decimal" value="1234.25"' in page(zenobia, owner), (
        "read again as it is"
    )
    do(zenobia, "rhythm", owner, everyDays="42", notBefore="2026-04-01")
    wrong = do(zenobia, "rhythm", owner, everyDays="a few")
    assert wrong.status_code == 422 and 'value="a few"' in wrong.content.decode()
    do(zenobia, "rhythm", owner)
    assert not Declaration.objects.filter(profile=zenobia).exists()


def test_wishes_hold_at_once(zenobia: Profile, owner: Asker) -> None:
    """A pause to the end of a day, no offers, no conclusions: then nothing is believed."""
    do(zenobia, "wishes", owner, pausedUntil="2026-03-20", doNotSell="on", language="es")
    asked = preferences.of(zenobia.pk)
    assert asked.do_not_sell and asked.language == "es" and asked.paused_until is not None
    assert 'name="pausedUntil" value="2026-03-20"' in page(zenobia, owner)
    do(zenobia, "wishes", owner, noProfiling="on")
    text = page(zenobia, owner)
    assert "They asked us to conclude nothing about them" in text and "The numbers" not in text
    assert preferences.of(zenobia.pk).paused_until is None
    assert do(zenobia, "wishes", owner, language="klingon").status_code == 422


def test_every_wish_can_be_noted(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """How often, at which hours by which clock, about what; one key of a topic that is the end of another one; what
    cannot be is said at its field and keeps what was typed."""
    topics.declare("tea", {"en": "Teas", "es": "Tés"}, now=now)
    topics.declare("green-tea", {"en": "Green teas"}, now=now)
    Profile.objects.filter(pk=zenobia.pk).update(time_zone="Europe/Lisbon", language="pt")
    do(zenobia, "wishes", owner, perWeek="3")
    known = Profile.objects.get(pk=zenobia.pk)
    assert (known.time_zone, known.language) == ("Europe/Lisbon", "pt"), (
        "what nobody declared stays as it is known"
    )
    asked = {
        "perWeek": "1",
        "perMonth": "2",
        "quietFrom": "21:00",
        "quietTo": "08:30",
        "timeZone": "Asia/Tokyo",
    }
    assert do(zenobia, "wishes", owner, **asked, justLooking="on", topics=["green-tea"]).status_code == 200
    holds = preferences.of(zenobia.pk)
    assert (holds.per_week, holds.per_month, holds.time_zone, holds.just_looking) == (
        1,
        2,
        "Asia/Tokyo",
        True,
    )
    assert (str(holds.quiet_from), str(holds.quiet_to), holds.unwanted_topics) == (
        "21:00:00",
        "08:30:00",
        ("tea",),
    )
    text = page(zenobia, owner)
    assert (
        'value="green-tea" checked' in text and 'value="tea" checked' not in text and 'value="21:00"' in text
    )
    assert re.search('name="topicsShown" value="[^"]+" data-drawn>', text), "it makes the form no other one"
    topics.declare("oak", {"en": "Oak"}, now=now)  # while the form is open: nobody has said anything of it
    do(zenobia, "wishes", owner, topics=["green-tea"], topicsShown="tea,green-tea")
    holds = preferences.of(zenobia.pk)
    assert holds.unwanted_topics == ("tea",)
    for field, wrong in {
        "perWeek": "8",
        "timeZone": "Asia/Atlantis",
        "quietFrom": "25:00",
        "pausedUntil": "soon",
    }.items():
        refused = do(zenobia, "wishes", owner, **{**asked, field: wrong})
        told = refused.content.decode()
        assert refused.status_code == 422 and f'name="{field}" value="{wrong}"' in told, field
        assert 'aria-invalid="true"' in told.partition(f'name="{field}"')[2].partition(">")[0], field
    assert preferences.of(zenobia.pk) == holds


def test_two_who_edit_at_once_are_told(zenobia: Profile, owner: Asker) -> None:
    """409: what the other decided stands on the page, what was typed is still there, and nothing was overwritten."""
    before = version(zenobia, owner)
    do(zenobia, "wishes", owner, version=before, doNotSell="on")
    late_one = do(zenobia, "wishes", owner, version=before, language="fr")
    text = late_one.content.decode()
    assert late_one.status_code == 409 and "Somebody else has changed this" in text and 'value="fr"' in text
    assert preferences.of(zenobia.pk).language == "" and preferences.of(zenobia.pk).do_not_sell
    assert "It says now" in text and "<dt>No offers</dt><dd>Yes</dd>" in text, "what the other one did"
    assert text.count("It says now") == 1 and "<dt>Just looking</dt>" not in text
    before = version(zenobia, owner)
    do(zenobia, "rhythm", owner, version=before, everyDays="42")
    said = do(zenobia, "rhythm", owner, version=before, everyDays="30", notBefore="").content.decode()
    assert "<dt>Every so many days</dt><dd>42</dd>" in said and 'value="30"' in said
    before = version(zenobia, owner)
    do(zenobia, "exclusion", owner, version=before, because="She moved")
    said = do(zenobia, "exclusion", owner, version=before, because="A supplier").content.decode()
    assert "<dt>Excluded from campaigns</dt><dd>Yes: She moved</dd>" in said
    assert do(zenobia, "wishes", owner, version=version(zenobia, owner), language="fr").status_code == 200


def test_who_waits_for_a_colleague_is_told_what_they_did(
    zenobia: Profile, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both press Save: whoever waits for the other's lock compares after it, and overwrites nothing."""
    read = version(zenobia, owner)
    met_meanwhile(
        monkeypatch, lambda: preferences.change(zenobia, now=now, source=preferences.STAFF, language="es")
    )
    assert do(zenobia, "wishes", owner, version=read, language="fr").status_code == 409
    assert preferences.of(zenobia.pk).language != "fr"


def test_excluded_and_let_in_again(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """With a reason; what to do says so; a pattern cannot be ended here."""
    do(zenobia, "exclusion", owner, because="A friend")
    text = page(zenobia, owner)
    assert "“A friend”" in text and "they are excluded from all campaigns" in text
    do(zenobia, "exclusion", owner, end="1")
    assert not Exclusion.objects.exists()
    exclusions.add(now=now, address="*@shop.example")
    assert "by a segment or a pattern of addresses" in page(zenobia, owner)


def test_forgotten_once_it_was_asked_twice(zenobia: Profile, owner: Asker) -> None:
    """First what remains is said, and nothing has happened; then nobody is known there."""
    first = do(zenobia, "forget", owner)
    assert "What remains:" in first.content.decode() and "Keyed hashes" in first.content.decode()
    assert Profile.objects.filter(pk=zenobia.pk).exists()
    done = do(zenobia, "forget", owner, sure="yes")
    assert (
        "They have been forgotten." in done.content.decode() and done["Desk-Place"] == "/dashboard/customers"
    )
    assert not Profile.objects.filter(pk=zenobia.pk).exists()
    kept = DataRequest.objects.get()
    assert (kept.kind, kept.through) == ("erasure", "desk") and kept.by.startswith("staff:")
    gone = Client().get(
        f"/dashboard/content/customers/{zenobia.public_id}/", headers={"Authorization": owner.token}
    )
    assert gone.status_code == 404 and "Nobody is known here" in gone.content.decode()


def test_more_orders_ask_no_more(shop: Any, owner: Asker, now: datetime) -> None:
    """A constant number of statements, whatever the history."""
    ana = late("Ana", now)
    page(ana, owner)
    with Asked() as few:
        page(ana, owner)
    for days in range(1, 40):
        buys(ana, now - timedelta(days=400 + days))
    with Asked() as many:
        text = page(ana, owner)
    assert text.count("what-purchase") == 40 and len(many) <= len(few) <= 66


def test_what_happened_goes_on_page_by_page(shop: Any, owner: Asker, now: datetime) -> None:
    """The latest sixty; earlier ones behind a link that is an address of its own and says nothing of anybody:
    everything once, in order, though fifteen things share each moment."""
    ana = history(now)
    seen, where, links = [], f"customers/{ana.public_id}/", list[str]()
    while where:
        answer = content(owner, where)
        seen += re.findall(r'<li class="what-(\w+)"><time datetime="([^"]+)"', answer)
        found = re.search(r'href="/dashboard/(customers/[^"]+)" data-go data-part="([^"]+)">Earlier', answer)
        where = found[2].removeprefix("/dashboard/content/") if found else ""
        links += [found[1]] if found else []
    assert len(seen) == 150 and [at for _, at in seen] == sorted((at for _, at in seen), reverse=True)
    assert links and all(
        re.fullmatch(rf"customers/{ana.public_id}\?before=[a-z]+\.\d+", one) for one in links
    )
    kept = content(owner, links[-1].replace("?", "/?"))
    assert kept.count('<li class="what-') == 30 and "Back to the latest" in kept and "data-here" in kept
    assert "Lo que pasó antes" in content(owner, links[-1].replace("?", "/?"), language="es")
    assert "data-here" not in page(ana, owner)


def test_a_change_leads_back_to_the_latest(zenobia: Profile, owner: Asker) -> None:
    """Whoever noted something while reading what was before sees it; nobody unknown has a past."""
    answer = do(zenobia, "note", owner, kind="staff")
    assert answer["Desk-Place"] == f"/dashboard/customers/{zenobia.public_id}"
    token = {"Authorization": owner.token}
    there = f"/dashboard/content/customers/{uuid.uuid4()}/happened/"
    assert Client().get(there, headers=token).status_code == 404 and Client().get(there).status_code == 401


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_everybody_can_read_what_was_before(shop: Any, owner: Asker, now: datetime) -> None:
    """axe finds nothing on a page in the middle of a long past."""
    ana = history(now)
    first = content(owner, f"customers/{ana.public_id}/")
    [place] = re.findall(r"before=([a-z]+\.\d+)", first)[:1]
    assert faults({"customer-before": content(owner, f"customers/{ana.public_id}/?before={place}")}) == {}


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_everybody_can_read_it(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """axe finds nothing: with a case that waits, in both languages, and where it is asked whether to forget."""
    tell.tell(zenobia.pk, kind="complaint", text="Cold tea", source="page", now=now)
    labels.change([zenobia.pk], by="staff:7", now=now, add=["VIP", "Press"])
    staff_notes.write([zenobia.pk], text="Rang about oak. Prefers the morning.", by="staff:7", now=now)
    asks = do(zenobia, "forget", owner).content.decode()
    assert faults({"customer-en": page(zenobia, owner), "customer-forget": asks}) == {}
    opened = page(zenobia, owner, "es").replace("<details", "<details open")
    assert faults({"customer-es-open": opened}, language="es") == {}
