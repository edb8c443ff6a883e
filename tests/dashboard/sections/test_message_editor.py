"""The messages' pages: listed, edited, refused at the place, previewed where nothing can run, compared, taken back."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from saleor_relacional.dashboard.messages import editor
from saleor_relacional.flows.messages import templates
from saleor_relacional.flows.messages.templates import Words
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Profile
from tests.api.asking import Asker
from tests.dashboard.asking import CANARY, get, harmless, post, text
from tests.dashboard.looking import content, faults
from tests.support.campaign_stories import late, open_shop
from tests.support.mailing import campaign, due
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db
PLACE = "messages/win_back/en/"


def typed(basis: int = 0, **changed: str) -> dict[str, Any]:
    """What the editor would send, with some of it typed anew."""
    words = templates.of("win_back", "en")
    told = {part: getattr(words, part) for part in templates.PARTS}
    return {**told, "basis": basis, **changed}


def test_an_owner_writes_compares_and_takes_back(shop: Any, owner: Asker) -> None:
    assert 'href="/dashboard/messages/win_back/en"' in get(owner, "messages/").content.decode()
    assert "the words that ship hold" in text(get(owner, PLACE))
    saved = post(owner, f"{PLACE}save/", typed(subject="A word of our own"))
    assert saved.status_code == 200 and "your version 1 holds" in text(saved)
    assert "yours" in text(get(owner, "messages/"))
    post(owner, f"{PLACE}save/", typed(1, subject="Another word"))
    compared = text(get(owner, f"{PLACE}?version=1"))
    assert "-A word of our own" in compared and "+Another word" in compared
    asked = post(owner, f"{PLACE}compare/", {**typed(2), "version": "1"})
    assert "-A word of our own" in text(asked)
    assert asked["Desk-Place"] == "/dashboard/messages/win_back/en?version=1"
    asked = post(owner, f"{PLACE}compare/", {**typed(2, subject="Half a word"), "version": "1"})
    assert "-A word of our own" in text(asked) and 'value="Half a word"' in text(asked), (
        "what was typed stays"
    )
    assert "Desk-Place" not in asked and 'name="basis" value="2"' in text(asked)
    assert post(owner, f"{PLACE}compare/", {**typed(2), "version": "9"}).status_code == 404
    assert templates.of("win_back", "en").subject == "Another word"
    back = post(owner, f"{PLACE}restore/", {"version": "0", "basis": "2"})
    assert back.status_code == 200 and "the words that ship hold" in text(back)
    assert (
        get(owner, f"{PLACE}?version=9").status_code == 404
        and get(owner, f"{PLACE}?version=x").status_code == 404
    )


def test_what_would_arrive_broken_is_said_at_its_place(shop: Any, owner: Asker) -> None:
    """With line and column, at the part; what was typed is kept and nothing is saved."""
    refused = post(owner, f"{PLACE}save/", typed(text="Dear\n{{ custmer.first_name }}", subject="Mine"))
    page = text(refused)
    assert refused.status_code == 422 and "Line 2, column" in page and 'id="text-wrong"' in page
    assert 'value="Mine"' in page and "{{ custmer.first_name }}</textarea>" in page
    assert templates.current("win_back", "en") is None


def test_what_is_typed_is_looked_over(shop: Any, owner: Asker) -> None:
    """The linter speaks of the words that are typed, not of those that hold: a remark comes with a subject that
    pretends to be an answer and goes with it; nothing is said of words that are at fault."""
    pretends, said = "Re: your order", "looks like an answer to a mail"
    assert said not in text(get(owner, PLACE))
    assert said not in text(post(owner, f"{PLACE}preview/", typed()))
    assert said in text(post(owner, f"{PLACE}preview/", typed(subject=pretends)))
    post(owner, f"{PLACE}save/", typed(subject=pretends))
    assert said in text(post(owner, f"{PLACE}preview/", typed(1)))
    assert said not in text(post(owner, f"{PLACE}preview/", typed(1, subject="Short")))
    assert said not in text(post(owner, f"{PLACE}preview/", typed(1, text="{{ custmer }}")))


def test_every_version_can_be_read(shop: Any, owner: Asker, reader: Asker, monkeypatch: Any) -> None:
    """Page by page, the latest first; a reader reads them and takes none back."""
    monkeypatch.setattr(editor, "VERSIONS", 2)
    for number in range(5):
        post(owner, f"{PLACE}save/", typed(number, subject=f"Word {number}"))
    page = get(owner, PLACE).content.decode()
    numbers: list[int] = []
    while True:
        numbers += [int(each) for each in re.findall(r"<li><span><b>(\d+)</b>", page)]
        further = re.search(r'hx-get="/dashboard/content/([^"]*before/\d+/)"', page)
        if further is None:
            break
        page = get(owner, further[1]).content.decode()
    assert numbers == [5, 4, 3, 2, 1]
    assert "Let it hold again" in text(get(owner, f"{PLACE}before/3/"))
    assert "Let it hold again" not in text(get(reader, f"{PLACE}before/3/"))
    assert get(owner, "messages/nothing/en/before/3/").status_code == 404


def test_two_write_at_once(shop: Any, owner: Asker, now: datetime) -> None:
    """The second is told by whom and when, sees what saving theirs would change, and keeps what they typed."""
    words = templates.of("win_back", "en")
    theirs = Words(subject="Theirs", preheader=words.preheader, mjml=words.mjml, text=words.text)
    templates.save("win_back", "en", theirs, basis=0, who="staff:9", now=now)
    refused = post(owner, f"{PLACE}save/", typed(0, subject="Mine"))
    page = text(refused)
    assert refused.status_code == 409 and "-Theirs" in page and "+Mine" in page and 'value="Mine"' in page
    assert post(owner, f"{PLACE}save/", typed(1, subject="Mine")).status_code == 200


PORTUGUESE = {
    "subject": "Sentimos a tua falta, {{ customer.first_name }}", "preheader": "Até já",
    "mjml": "<mj-section><mj-column><mj-text>Desde {{ last_purchase.on | date }}.</mj-text></mj-column></mj-section>",
    "text": "Desde {{ last_purchase.on | date }}.",
}  # fmt: skip


def test_a_language_is_begun(shop: Any, owner: Asker, reader: Asker) -> None:
    """From our words in the nearest language; nothing is saved by that. Who may not change has no such button."""
    assert 'value="pt-br"' in get(owner, "messages/").content.decode()
    assert "messages/begin" not in get(reader, "messages/").content.decode()
    begun = post(owner, "messages/begin/", {"message": "win_back", "language": "es-MX"})
    page = text(begun)
    assert begun.status_code == 200 and begun["Desk-Place"] == "/dashboard/messages/win_back/es-mx"
    assert "whoever reads it gets the mail in Spanish" in page and "they stay in" not in page
    assert (
        templates.of("win_back", "es").subject.strip() in page
        and templates.current("win_back", "es-mx") is None
    )
    page = text(post(owner, "messages/begin/", {"message": "win_back", "language": "pt-br"}))
    assert "gets the mail in English" in page and "they stay in English" in page
    assert templates.of("win_back", "en").subject.strip() in page
    for message, language in (("win_back", "xx"), ("nothing", "pt-br"), ("win_back", "")):
        asked = {"message": message, "language": language}
        assert post(owner, "messages/begin/", asked).status_code == 404


def test_people_of_a_language_that_was_begun_get_it(shop: Any, owner: Asker, now: datetime) -> None:
    """A preview, then it is saved: Brazilians get it, dates as they write them; Portugal still gets English, Mexico
    Spanish."""
    open_shop(now)
    place = "messages/win_back/pt-br/"
    seen = text(post(owner, f"{place}preview/", {**PORTUGUESE, "basis": "0", "show": "text"}))
    assert "Desde 1 de " in seen or " de 20" in seen
    assert post(owner, f"{place}save/", {**PORTUGUESE, "basis": "0"}).status_code == 200
    assert "Portuguese (Brazil)" in text(get(owner, "messages/"))
    running = campaign(now, discount="", value=None)
    due(running, now, "Ana", "Bea", "Cid")
    for name, tag in (("Ana", "pt-br"), ("Bea", "pt-pt"), ("Cid", "es-mx")):
        Profile.objects.filter(first_name=name).update(language=tag)
    assert send.send_due(now=now).sent == 3
    got = {sent.to[0].partition("@")[0]: sent for sent in mail.outbox}
    assert got["ana"].subject == "Sentimos a tua falta, Ana"
    assert " de janeiro de " in got["ana"].body and "You receive this because" in got["ana"].body
    assert 'lang="pt-br"' in got["ana"].alternatives[0].content
    assert "You receive this because" in got["bea"].body and "Recibes este correo porque" in got["cid"].body


def _written(now: datetime, *, basis: int, subject: str, who: str = "staff:9") -> None:
    words = templates.of("win_back", "en")
    mine = Words(subject=subject, preheader=words.preheader, mjml=words.mjml, text=words.text)
    templates.save("win_back", "en", mine, basis=basis, who=who, now=now)


@pytest.mark.parametrize(
    ("step", "wrong", "status"),
    [("save/", {"text": "{{ custmer }}"}, 422), ("test/", {"channel": "eur"}, 200)],
)
def test_a_form_drawn_anew_rests_on_the_version_it_was_begun_from(
    shop: Any, owner: Asker, now: datetime, step: str, wrong: dict[str, str], status: int
) -> None:
    """A colleague saves; then mine is refused for a fault, or tried by a test mail. Saved after that, it is refused as
    another's meanwhile instead of overwriting what I have never seen."""
    open_shop(now)
    _written(now, basis=0, subject="Theirs")
    drawn = post(owner, f"{PLACE}{step}", {**typed(0, subject="Mine"), **wrong})
    assert drawn.status_code == status, text(drawn)
    assert 'name="basis" value="0"' in text(drawn)
    refused = post(owner, f"{PLACE}save/", typed(0, subject="Mine"))
    assert refused.status_code == 409 and 'name="basis" value="1"' in text(refused)
    assert templates.of("win_back", "en").subject == "Theirs"


def test_who_wrote_meanwhile_is_called_as_colleagues_call_them(
    shop: Any, owner: Asker, now: datetime, settings: Any
) -> None:
    """By their address and at the shop's hour, not by a number of ours and at Greenwich's."""
    colleague = shop.staff("MANAGE_USERS")
    _written(now, basis=0, subject="Theirs", who=f"staff:{colleague}")
    told = text(post(owner, f"{PLACE}save/", typed(0, subject="Mine")))
    assert "staff:" not in told and "UTC" not in told
    assert f"by {shop.host.staff_address(colleague)} since you began" in told
    spanish = text(post(owner, f"{PLACE}save/", typed(0, subject="Mine"), language="es"))
    assert "since you began" not in spanish


def test_how_it_is_looked_at_stays(shop: Any, owner: Asker, now: datetime) -> None:
    """For whom, in which channel and as what it is shown stand as they were chosen, after a test mail, a save and a
    refusal."""
    open_shop(now)
    shop.channel("usd", "USD")
    late("Zoe", now)
    look = {"for": "zoe@", "channel": "eur", "show": "phone"}
    for step, words in (
        ("test/", typed(subject="Mine")), ("save/", typed(text="{{ custmer }}")), ("save/", typed(subject="Mine")),
    ):  # fmt: skip
        page = text(post(owner, f"{PLACE}{step}", {**words, **look}))
        assert 'name="for" value="zoe@"' in page, step
        assert '<option value="phone" selected>' in page and '<option value="eur" selected>' in page, step


def test_a_preview_runs_nothing(shop: Any, owner: Asker, reader: Asker, now: datetime) -> None:
    """The mail is an attribute's text; its document forbids scripts, and shows it in a frame without any right."""
    open_shop(now)
    seen = post(reader, f"{PLACE}preview/", typed(subject=CANARY.replace("<", "&lt;"), show="phone"))
    page = seen.content.decode()
    assert seen.status_code == 200 and 'class="mail phone"' in page and "<script" not in page
    mailed = unescape(page.split('data-mail="')[1].split('"')[0])
    assert "default-src 'none'" in mailed and "<html" in mailed
    assert harmless(post(reader, f"{PLACE}preview/", typed(text=f"{CANARY}", show="text")))
    broken = post(reader, f"{PLACE}preview/", typed(mjml="<mj-section>"))
    assert broken.status_code == 200 and "iframe" not in broken.content.decode()
    frame = Client().get("/dashboard/mail-frame/")
    policy = frame["Content-Security-Policy"]
    assert (
        "default-src 'none'" in policy
        and "script-src 'self'" in policy
        and "frame-ancestors 'self'" in policy
    )
    assert 'sandbox=""' in frame.content.decode() and "allow-" not in frame.content.decode()
    around = Client().get("/dashboard/messages")["Content-Security-Policy"]
    assert "frame-src 'self'" in around and "unsafe" not in around


def test_a_preview_for_a_real_customer(shop: Any, reader: Asker, now: datetime) -> None:
    """By the beginning of an address, which stands in no link; of nobody it says so. Without one it is an example."""
    open_shop(now)
    late("Zoe", now)
    asked = typed(text="Dear {{ customer.first_name }}", show="text")
    seen = text(post(reader, f"{PLACE}preview/", asked | {"for": " Zoe@shop"}))
    assert "Dear Zoe" in seen and "With what is true of zoe@shop.example" in seen
    assert "Dear Zoe" not in text(post(reader, f"{PLACE}preview/", asked))
    nobody = post(reader, f"{PLACE}preview/", asked | {"for": "nobody@"})
    assert nobody.status_code == 200 and "no customer whose address begins like that" in text(nobody)
    assert "<form" not in content(reader, PLACE).partition('id="look"')[2].partition("</div>")[0]


def test_nothing_that_was_written_is_markup(shop: Any, owner: Asker, now: datetime) -> None:
    """In the editor, beside a refusal, in a comparison."""
    refused = post(owner, f"{PLACE}save/", typed(subject=CANARY, text=f"{CANARY}{{{{ nothing.of_ours }}}}"))
    assert refused.status_code == 422 and harmless(refused)
    words = templates.of("win_back", "en")
    templates.save("win_back", "en", Words(subject="x", preheader="", mjml=words.mjml, text=f"{CANARY}\n{words.text}"),
                   basis=0, who="staff:9", now=now)  # fmt: skip
    assert harmless(get(owner, PLACE)) and harmless(get(owner, f"{PLACE}?version=0"))


def test_a_test_mail_goes_to_whoever_asks(shop: Any, owner: Asker, now: datetime) -> None:
    """In the words that were typed; nothing is saved, and they stay in the form."""
    open_shop(now)
    sent = post(owner, f"{PLACE}test/", {**typed(subject="Mine"), "channel": "eur"})
    assert sent.status_code == 200 and 'value="Mine"' in text(sent), text(sent)
    assert len(mail.outbox) == 1 and "Mine" in mail.outbox[0].subject
    assert templates.current("win_back", "en") is None


def test_who_may(shop: Any, owner: Asker, reader: Asker) -> None:
    page = text(get(reader, PLACE))
    assert "MANAGE_RELATIONSHIPS" in page and 'type="submit"' not in page and "readonly" in page
    for each in ("save/", "restore/", "test/"):
        assert post(reader, f"{PLACE}{each}", typed()).status_code == 403
    for each in ("", "preview/"):
        assert (get if not each else post)(None, f"{PLACE}{each}").status_code == 401
    assert get(owner, "messages/nothing/en/").status_code == 404


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime, language: str) -> None:
    refused = post(owner, f"{PLACE}save/", typed(text="{{ custmer }}"), language=language)
    begun = post(owner, "messages/begin/", {"message": "win_back", "language": "pt-br"}, language=language)
    found = {
        "messages": content(owner, "messages/", language=language), "editor": refused.content.decode(),
        "begun": begun.content.decode(),
    }  # fmt: skip
    assert faults({f"{name}-{language}": page for name, page in found.items()}, language=language) == {}
