"""The mail as it leaves: headers in its bytes, and what never becomes a header."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from saleor_relacional.emails import render, sample
from saleor_relacional.emails.message import MessageProblem, Sender, build

LEAVE = "https://shop.example/relationship/leave/s1gned.t0ken/"
CASA = Sender(
    name="Casa Señal, S.L.",
    address="hola@shop.example",
    reply_to="answers@shop.example",
    postal_address="Calle Mayor 12\n28013 Madrid",
)


def built(**changes):
    rendered = render("win_back", "es", sample("win_back"))
    given = {
        "sender": CASA,
        "recipient": "ana@home.example",
        "unsubscribe_url": LEAVE,
        "message_id": "<touch.42@shop.example>",
        "language": "es-mx",
    }
    return build(changes.pop("rendered", rendered), **(given | changes))


def parsed(mail):
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def test_one_click_headers_are_in_the_bytes():
    raw = built().message().as_bytes()

    assert f"\nList-Unsubscribe: <{LEAVE}>\n".encode() in raw
    assert b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in raw


def test_a_long_signed_link_survives_on_its_way():
    """One address, whatever the line folding: a mail client posts to it as it stands."""
    link = "https://shop.example/relationship/leave/" + "s1gned-t0ken_" * 30 + "/"
    assert parsed(built(unsubscribe_url=link))["List-Unsubscribe"].replace(" ", "") == f"<{link}>"


def test_the_sender_is_the_shops_in_any_script():
    mail = parsed(built())

    assert mail["From"].addresses[0].display_name == "Casa Señal, S.L."
    assert mail["From"].addresses[0].addr_spec == "hola@shop.example"
    assert mail["Reply-To"] == "answers@shop.example"
    assert mail["To"] == "ana@home.example"
    assert len(mail["From"].addresses) == 1


def test_answers_go_to_the_sender_where_no_other_address_is_given():
    assert parsed(built(sender=replace(CASA, reply_to="")))["Reply-To"] == "hola@shop.example"


def test_the_other_headers():
    mail = parsed(built())

    assert mail["Message-ID"] == "<touch.42@shop.example>"
    assert mail["Content-Language"] == "es-mx"
    assert mail["List-ID"] == "<relationship.shop.example>"
    assert mail["Precedence"] == "bulk"
    assert mail["Auto-Submitted"] is None
    assert mail["Subject"].strip().startswith("1.234,50 € de descuento en Casa Luz")


def test_text_comes_before_html_and_both_arrive_whole():
    rendered = render("win_back", "es", sample("win_back"))
    plain, html = parsed(built(rendered=rendered)).iter_parts()

    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().strip() == rendered.text.strip()
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == rendered.html.strip()
    assert max(map(len, built().message().as_bytes().splitlines())) <= 998


def test_the_language_of_the_words_is_declared_when_none_is_given():
    assert parsed(built(language=None))["Content-Language"] == "es"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sender": replace(CASA, name="Casa\nBcc: all@shop.example")}, "sender.name"),
        ({"sender": replace(CASA, name="Casa\r\n\r\n<html>")}, "sender.name"),
        ({"sender": replace(CASA, name="Casa\u2028Luz")}, "sender.name"),
        ({"sender": replace(CASA, name="")}, "sender.name"),
        ({"sender": replace(CASA, address="hola@shop.example\nBcc: x@y.example")}, "sender.address"),
        ({"sender": replace(CASA, address="señal@shop.example")}, "sender.address"),
        ({"sender": replace(CASA, reply_to="a@b.example, c@d.example")}, "sender.reply_to"),
        ({"sender": replace(CASA, postal_address=" \n")}, "sender.postal_address"),
        ({"recipient": "ana@home.example\n"}, "recipient"),
        ({"recipient": "ana@home.example,eva@home.example"}, "recipient"),
        ({"recipient": "Ana <ana@home.example>"}, "recipient"),
        ({"recipient": "añá@home.example"}, "recipient"),
        ({"recipient": "ana@hómê.example"}, "recipient"),
        ({"recipient": ""}, "recipient"),
        ({"unsubscribe_url": "http://shop.example/leave"}, "unsubscribe_url"),
        ({"unsubscribe_url": "https://shop.example/leave>\nBcc: x@y.example"}, "unsubscribe_url"),
        ({"unsubscribe_url": "mailto:leave@shop.example"}, "unsubscribe_url"),
        ({"message_id": "<a@b>\nBcc: x@y.example"}, "message_id"),
        ({"message_id": "a@b"}, "message_id"),
        ({"language": "es\nX: y"}, "language"),
    ],
)
def test_what_cannot_be_sent_names_its_field_and_never_its_value(changes, field):
    with pytest.raises(MessageProblem) as caught:
        built(**changes)

    assert caught.value.field == field
    assert str(caught.value).startswith(field)
    assert "home.example" not in str(caught.value)
    assert "Bcc" not in str(caught.value)


def test_a_subject_from_elsewhere_cannot_carry_a_header():
    rendered = replace(render("win_back", "en", sample("win_back")), subject="Hi\nBcc: x@y.example")
    with pytest.raises(MessageProblem, match="^subject"):
        built(rendered=rendered)


def test_the_demo_may_use_plain_http_on_its_own_machine():
    assert (
        parsed(built(unsubscribe_url="http://localhost:8000/l/x/"))["List-Unsubscribe"]
        == "<http://localhost:8000/l/x/>"
    )


def test_it_is_sent_by_the_connection_given(mailoutbox):
    from django.core import mail

    assert built(connection=mail.get_connection()).send() == 1
    assert [sent.to for sent in mailoutbox] == [["ana@home.example"]]
