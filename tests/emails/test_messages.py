"""Every message that ships, in every language, from its own sample: adding one needs no new test."""

import copy
import re

import pytest

from saleor_relacional.emails import languages, names, render, sample
from saleor_relacional.emails.data import one_line

EVERY = [(name, language) for name in names() for language in languages(name)]

SORRY = {"second_chance", "satisfaction", "feedback_answer"}
"""Mails that lead to no shop: there is nothing to sell in them."""


def without_offer(name):
    return {**sample(name), "offer": None}


def as_text(html):
    seen = re.sub(r"<head>.*</head>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", seen))


def test_win_back_ships_in_english_and_spanish():
    assert ("win_back", "en") in EVERY
    assert ("win_back", "es") in EVERY


@pytest.mark.parametrize("name", names())
def test_every_message_speaks_both_languages(name):
    assert {"en", "es"} <= set(languages(name))


@pytest.mark.parametrize(("name", "language"), EVERY)
@pytest.mark.parametrize("data", [sample, without_offer], ids=["offer", "word"])
class TestEvery:
    def test_has_a_subject_html_and_text_with_nothing_left_over(self, name, language, data):
        mail = render(name, language, data(name))

        assert mail.language == language
        assert 0 < len(mail.subject) <= 100
        assert "\n" not in mail.subject
        assert f'lang="{language}"' in mail.html
        for part in (mail.subject, mail.html, mail.text):
            assert not re.search(r"\{[{%]|[%}]\}|<mj|None\b", part)

    def test_says_who_writes_why_and_how_to_leave(self, name, language, data):
        data = data(name)
        mail = render(name, language, data)

        reason = {"en": "You receive this because", "es": "Recibes este correo porque"}[language]
        for part in (as_text(mail.html), mail.text):
            assert reason in part
            assert one_line(data["sender"]["postal_address"]) in part
            assert data["shop"]["name"] in part
        led_to = {
            key: link
            for key, link in data["links"].items()
            if link and (key, name in SORRY) != ("storefront", True)
        }
        assert "unsubscribe" in led_to or not data["basis"]["kind"]  # of a service message nobody leaves
        for link in led_to.values():
            assert link in mail.text
            assert f'href="{link.replace("&", "&amp;")}"' in mail.html

    def test_loads_nothing_from_anywhere(self, name, language, data):
        """No open-pixel, no font, no picture: the only addresses are links that a person may follow."""
        data = data(name)
        html = render(name, language, data).html

        assert not re.search(r"<img|<link|<script|<iframe|@import|url\(|\ssrc=|\sbackground=", html)
        followed = {found.replace("&amp;", "&") for found in re.findall(r'https?://[^"\'<> ]+', html)}
        assert followed - {"http://www.w3.org/1999/xhtml"} <= set(data["links"].values())


def test_the_offer_is_told_whole_or_not_at_all():
    with_offer, word = (
        render("win_back", "en", sample("win_back")),
        render("win_back", "en", without_offer("win_back")),
    )

    for part in (with_offer.html, with_offer.text):
        assert "407291836650" in part
        assert "June 30, 2025" in part
        assert "€5,000.00 or more" in part
    for part in (word.html, word.text, word.subject):
        assert not re.search(r"code|off\b|checkout|€|valid", as_text(part).lower())


def test_a_percentage_is_written_as_the_language_does():
    data = copy.deepcopy(sample("win_back"))
    data["offer"] |= {"percent": "12.5", "money": None, "minimum": None}

    assert "12.5% off" in render("win_back", "en", data).text
    assert "12,5\xa0% de" in render("win_back", "es", data).text


def test_the_reason_claims_no_rhythm_for_somebody_who_bought_once():
    data = sample("win_back") | {"rhythm": {"days": None}}

    assert "have not ordered since." in render("win_back", "en", data).text
    assert "expected you" not in render("win_back", "en", data).text


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 1, "about every day, we"),
        ("en", 9, "about every 9 days, we"),
        ("es", 1, "cada día más"),
        ("es", 9, "cada 9 días más"),
    ],
)
def test_one_day_is_said_as_one(language, days, said):
    data = sample("win_back") | {"rhythm": {"days": days}}

    assert said in " ".join(render("win_back", language, data).text.split())


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("opt_in", "You agreed on January 2, 2025 to receive such emails."),
        ("stated", "You have agreed to receive such emails."),
        ("soft_opt_in", "you have not objected."),
    ],
)
def test_the_ground_for_writing_is_the_true_one(kind, said):
    data = sample("win_back") | {"basis": {"kind": kind, "on": "2025-01-02"}}

    assert said in render("win_back", "en", data).text


def test_a_nameless_customer_is_greeted_without_a_gap():
    data = sample("win_back") | {"customer": {"first_name": ""}}

    assert "\n\nHello,\n\n" in render("win_back", "en", data).text
    assert "\n\nHola:\n\n" in render("win_back", "es", data).text


@pytest.mark.parametrize("typed", ["Win at www.evil.example", "evil.example", "x" * 41, "http://evil"])
def test_a_stranger_cannot_send_a_link_by_registering_it_as_a_name(typed):
    mail = render("win_back", "en", sample("win_back") | {"customer": {"first_name": typed}})

    assert typed not in mail.text
    assert typed not in mail.html
    assert "Hello,\n" in mail.text
