"""Attacks by words and by links, one row each."""

import csv
import email
import io
import re
from base64 import b64encode
from datetime import UTC, datetime
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.signing import Signer, TimestampSigner
from django.test import Client
from django.urls import get_resolver

import saleor_relacional
from saleor_relacional.emails import languages, message, names, render, sample
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import policy
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import files
from saleor_relacional.models import Profile

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = UUID(int=0xA7A)

BREAKS = ("\r\n", "\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\x1e")
HEADER = "Bcc: eve@evil.example"
MARKUP = '<img src=x onerror=alert(1)><script>alert(1)</script>"\' onmouseover="x'


def poisoned(data: Any, words: str, path: str = "") -> Any:
    """The sample of a mail with these words after every text in it, but for links and what is a date or a code."""
    if path.startswith(("links", "timezone", "basis")) or path.endswith(
        (".on", "_on", "_at", ".kind", ".cause", "until")
    ):
        return data
    if isinstance(data, dict):
        return {key: poisoned(value, words, f"{path}.{key}".lstrip(".")) for key, value in data.items()}
    if isinstance(data, list):
        return [poisoned(value, words, path) for value in data]
    if isinstance(data, str) and not re.fullmatch(r"[\d.:TZ+-]+|[A-Z]{3}", data):
        return data + words
    return data


class Elements(HTMLParser):
    """Elements and attributes of a page, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {(tag, ""), *((tag, name) for name, _ in attrs)}

    @classmethod
    def of(cls, html: str) -> set[tuple[str, str]]:
        """(element, attribute) that stand in it."""
        read = cls()
        read.feed(html)
        return read.found


def sent(name: str, language: str, data: dict[str, Any]) -> Any:
    """The mail as its bytes say it."""
    built = message.build(
        render(name, language, data),
        sender=message.Sender(name="Tea & Co", address="hello@tea.example", reply_to="", postal_address="Madrid"),
        recipient="ana@example.com", unsubscribe_url="https://shop.example/leave/x/", message_id="<1@tea.example>",
    )  # fmt: skip
    return email.message_from_bytes(built.written(), policy=default)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", names())
def test_no_value_makes_a_header_or_markup(name: str, language: str) -> None:
    """Names, shops, goods and answers with every kind of line end before a header, and with markup: the mail has the
    headers that it always has, and no element that it had not."""
    assert language in languages(name)
    clean = sent(name, language, sample(name))
    for ends in BREAKS:
        try:
            mail = sent(name, language, poisoned(sample(name), f"{ends}{HEADER}{ends}{ends}{MARKUP}"))
        except RelacionalError:
            continue  # it refuses to be written: no mail leaves
        assert [key.lower() for key in mail.keys()] == [key.lower() for key in clean.keys()]  # noqa: SIM118
        assert "evil.example" not in str(mail["To"]) + str(mail["From"]) + str(mail["Reply-To"])
        html = mail.get_body(("html",)).get_content()
        assert Elements.of(html) <= Elements.of(clean.get_body(("html",)).get_content()), ends


COMPUTED = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("x")',
)


@pytest.mark.parametrize("words", COMPUTED)
def test_no_cell_of_a_file_is_a_formula(words: str) -> None:
    """Of the export of a person: as a cell, as part of a list, as a column's value beside numbers."""
    table = files.as_csv([{"name": words, "minus": "-12.50", "many": [words], "nothing": None}])
    [_, cells] = csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline=""))
    assert cells[0] == f"'{words}" and cells[1:2] == ["-12.50"]
    assert not any(cell.startswith(files.FORMULAS) for cell in (cells[0], *cells[2:]))


def test_whoever_writes_a_file_for_a_spreadsheet_makes_its_cells_safe() -> None:
    """A module that writes CSV names `safe`, so that a new one does not forget it. An import's rejected rows are
    written as they stood in the owner's own file, to be mended and read again."""
    package = Path(saleor_relacional.__file__).parent
    sources = {path: path.read_text("utf-8") for path in package.rglob("*.py")}
    writing = {str(path.relative_to(package)) for path, source in sources.items() if "csv.writer(" in source}
    safe = {name for name in writing if re.search(r"\bsafe\b", sources[package / name])}
    assert writing - safe == {"flows/importing/import_file.py"} and len(safe) > 1


@pytest.mark.parametrize("ends", BREAKS)
@pytest.mark.parametrize("field", ["name", "address", "reply_to"])
def test_a_sender_has_no_second_line(shop: Any, db: Any, now: datetime, field: str, ends: str) -> None:
    """Refused when it is said, with the field."""
    told = {"name": "Tea & Co", "address": "hello@tea.example", "reply_to": "hello@tea.example"}
    with pytest.raises(RelacionalError) as refused:
        policy.name_sender(
            channel="eur", postal_address="Madrid", now=now, **{**told, field: f"{told[field]}{ends}{HEADER}"}
        )
    assert refused.value.field == {"reply_to": "replyTo"}.get(field, field)


TOKENS: dict[str, tuple[str, Any]] = {
    "leave": (links.leave_token(ANA), links.who_leaves),
    "stay": (links.stay_token(ANA), links.who_stays),
    "erase": (links.erase_token(ANA), links.who_erases),
    "page": (links.page_token(ANA, NOW), lambda token: links.who_opens(token, NOW)),
    "checkout": (links.checkout_url(7, NOW).split("/")[-2], lambda token: links.which_checkout(token, NOW)),
    "newsletter": (links.newsletter_url(ANA).split("/")[-2], links.which_signup),
    "feedback": (links.feedback_url(ANA, NOW, 7).split("/")[-2], lambda token: links.who_tells(token, NOW)),
}


def test_every_purpose_of_a_link_has_its_row() -> None:
    """Whoever adds a purpose adds its row."""
    assert set(TOKENS) == {purpose.value for purpose in links.Purpose}


@pytest.mark.parametrize("purpose", TOKENS)
def test_not_one_bit_of_a_token_may_differ(purpose: str) -> None:
    """Each bit flipped, each character left out, cut off anywhere, another purpose's signature, none at all. What opens
    at all opens as the same: base64 has bits that say nothing."""
    token, opens = TOKENS[purpose]
    true = opens(token)
    assert true is not None
    raw = token.encode()
    flipped = [
        bytes([*raw[:at], byte ^ 1 << bit, *raw[at + 1 :]]).decode("latin-1")
        for at, byte in enumerate(raw)
        for bit in range(7)
    ]
    cut = [token[:at] for at in range(len(token))] + [
        token[:at] + token[at + 1 :] for at in range(len(token))
    ]
    unsigned = token.split(".", maxsplit=1)[0]
    foreign = [
        signer(salt=f"saleor_relacional.{other}", sep=".").sign(unsigned)
        for other in links.Purpose if other.value != purpose for signer in (Signer, TimestampSigner)
    ]  # fmt: skip
    odd = [
        unsigned,
        f"{unsigned}.",
        f".{token}",
        f"{token}.",
        f"{token}\x00",
        b64encode(b"x" * 999).decode(),
        "",
    ]
    assert {opens(one) for one in (*flipped, *cut, *foreign, *odd)} <= {None, true}
    assert sum(opens(one) is not None for one in (*flipped, *cut, *foreign, *odd)) == 0


def doors() -> list[str]:
    """Addresses of our public pages, with a token that nobody signed."""
    found = [str(pattern.pattern) for pattern in get_resolver("saleor_relacional.urls").url_patterns]
    return [f"/{re.sub(r'<[^>]+>', 'forged.token', one)}" for one in found if "dashboard" not in one]


@pytest.mark.parametrize("door", doors())
def test_no_page_leads_where_a_stranger_says(shop: Any, db: Any, now: datetime, door: str) -> None:
    """Neither by a parameter, nor by a header, nor by a form; and what was typed is not in the page."""
    evil = "//evil.example/"
    given = dict.fromkeys(
        ("next", "url", "redirect", "return", "continue", "to", "storefront"), f"https:{evil}"
    )
    for token in ("forged.token", *(token for token, _ in TOKENS.values())):
        address = door.replace("forged.token", token)
        for answer in (
            Client().get(
                address, given, headers={"X-Forwarded-Host": "evil.example", "Referer": f"https:{evil}"}
            ),
            Client().post(address, {**given, "kind": "wish", "text": "", "answer": "x"}),
        ):
            assert answer.status_code < 500
            assert "evil.example" not in answer.headers.get("Location", "") + answer.content.decode()


SIGNED = {
    "leave": lambda of, now: links.leave_token(of), "page": links.page_token,
    "feedback": lambda of, now: links.feedback_url(of, now).split("/")[-2],
}  # fmt: skip


@pytest.mark.parametrize("door", [door for door in doors() if door.split("/")[1] in SIGNED])
def test_a_token_of_nobody_looks_like_a_forgotten_persons(
    shop: Any, db: Any, now: datetime, door: str
) -> None:
    """A signed token of somebody who was never here, and of somebody who was forgotten: one answer, so that it says
    nothing about who was."""
    gone = Profile.objects.create(created_at=now, email="ana@example.com", email_key="ana@example.com")
    key = gone.public_id
    gone.delete()
    make = SIGNED[door.split("/")[1]]
    told = set()
    for of in (key, ANA):
        token = make(of, now)
        for answer in (
            Client().get(door.replace("forged.token", token)),
            Client().post(door.replace("forged.token", token)),
        ):
            plain = re.sub(r'nonce="[^"]+"', "", answer.content.decode())
            told.add(
                (
                    answer.status_code,
                    answer.request["REQUEST_METHOD"],
                    plain.replace(token, "TOKEN").replace(links.leave_token(of), "LEAVE"),
                )
            )
    assert len(told) == 2  # one answer to looking, one to pressing a button
