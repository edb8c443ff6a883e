"""The bytes that leave by SMTP say what Django's own message says, header by header and part by part."""

import email
from dataclasses import replace

import pytest
from django.core.mail.message import BadHeaderError

from saleor_relacional.emails import message, render, sample, wire

SENDERS = [
    message.Sender(name="Tea & Co", address="hello@tea.example", postal_address="Calle Mayor 1"),
    message.Sender(
        name="Té, ñandú y compañía de nombre tan largo que no cabe en una línea ni en dos, S. L.",
        address="hello@tea.example", reply_to="answers@tea.example", postal_address="Calle Mayor 1",
    ),
]  # fmt: skip
SUBJECTS = [
    "Short",
    "Word " * 30 + "end",
    "Ñandú " * 30 + "fin",
    "x" * 190,
    "A subject of " + "y" * 60,
    "20\xa0% menos",
]
PARTS = [
    ("plain\n", "<p>plain</p>"),
    ("línea\n\nFrom here\n.\n..\nlast", "<p>ñ</p>\n.\nFrom x"),
    ("a" * 1_200, "<p>" + "ñ= " * 2_000 + "</p>\n" + "b" * 5),
    ("tail ", "x \r\ny\rz"),
]


def of(sender, subject, parts, unsubscribe_url):
    rendered = replace(
        render("win_back", "en", sample("win_back")), subject=subject, text=parts[0], html=parts[1]
    )
    mail = message.build(
        rendered, sender=sender, recipient="ana@shop.example", message_id=f"<{'0123456789abcdef' * 3}@tea.example>",
        unsubscribe_url=unsubscribe_url,
    )  # fmt: skip
    mail.extra_headers["Date"] = "Mon, 02 Mar 2026 12:00:00 -0000"
    return mail


def headers(part):
    """In whatever order: Django puts a Date that it is given elsewhere than its own."""
    return sorted((name, value) for name, value in part.items() if "boundary" not in value)


@pytest.mark.parametrize(
    "url",
    [None, "https://tea.example/leave/x/", "https://tea.example/" + "a" * 300],
    ids=["none", "short", "long"],
)
@pytest.mark.parametrize("parts", PARTS, ids=["plain", "letters", "long lines", "line ends"])
@pytest.mark.parametrize("sender", SENDERS, ids=["plain", "letters"])
def test_says_what_django_says(sender, parts, url):
    for subject in SUBJECTS:
        mail = of(sender, subject, parts, url)
        ours, django = mail.written(), mail.message().as_bytes(linesep="\r\n")
        assert b"\n" not in ours.replace(b"\r\n", b"")
        ours, django = email.message_from_bytes(ours), email.message_from_bytes(django)
        assert headers(ours) == headers(django)
        for one, other in zip(ours.get_payload(), django.get_payload(), strict=True):
            assert headers(one) == headers(other)
            assert one.get_payload(decode=True).rstrip() == other.get_payload(decode=True).rstrip()


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n "])
def test_no_header_gets_another_line(line_end):
    with pytest.raises(BadHeaderError):
        wire.written({"Subject": f"x{line_end}Bcc: everybody@shop.example"}, "", "")
    with pytest.raises(BadHeaderError):
        wire.written({"List-ID": f"x{line_end}Bcc: everybody@shop.example"}, "", "")
