"""What a mail gives is told as it is, in every message and language: its worth, from how much on, for what, where."""

from typing import Any

import pytest

from saleor_relacional.emails import languages, names, render, sample
from saleor_relacional.emails.library import tells_offer

OFFER = {
    "kind": "percentage", "code": "407291836650", "percent": None, "money": None, "minimum": None, "gift": "",
    "goods": [], "once": False, "countries": [], "valid_until": "2025-06-30T21:59:59+00:00",
}  # fmt: skip
THIRTY = {"amount": "30", "currency": "EUR"}
FIVE = {"amount": "5", "currency": "EUR"}
CUP = {"kind": "gift", "gift": "Taza azul"}
FR = {"kind": "shipping", "countries": ["ES", "FR"]}

TOLD: list[tuple[dict[str, Any], str, str]] = [
    (
        {"percent": "12.5"},
        "this code takes 12.5% off your next order:",
        "este código descuenta 12,5 % de tu próximo pedido:",
    ),
    (
        {"kind": "fixed", "money": FIVE, "minimum": THIRTY},
        "this code takes €5.00 off your next order of €30.00 or more:",
        "este código descuenta 5,00 € de tu próximo pedido a partir de 30,00 €:",
    ),
    (
        {"percent": "10", "goods": ["Tés", "Tazas"]},
        "this code takes 10% off Tés and Tazas in your next order:",
        "este código descuenta 10 % de Tés y Tazas en tu próximo pedido:",
    ),
    (
        {"percent": "10", "once": True},
        "this code takes 10% off the cheapest piece of your next order:",
        "este código descuenta 10 % del artículo más barato de tu próximo pedido:",
    ),
    (
        {"kind": "fixed", "money": FIVE, "once": True, "goods": ["Tés"]},
        "this code takes €5.00 off one piece of Tés in your next order:",
        "este código descuenta 5,00 € de una unidad de Tés en tu próximo pedido:",
    ),
    (
        {"kind": "shipping", "minimum": THIRTY},
        "this code makes the delivery of your next order free, from €30.00 on:",
        "con este código el envío de tu próximo pedido es gratis, a partir de 30,00 €:",
    ),
    (
        FR,
        "this code makes the delivery of your next order to Spain and France free:",
        "con este código el envío de tu próximo pedido a España y Francia es gratis:",
    ),
    (
        {**CUP, "minimum": THIRTY},
        "with this code Taza azul is a gift with your next order of €30.00 or more beside it:",
        "con este código te regalamos Taza azul con tu próximo pedido, a partir de 30,00 € sin contarlo:",
    ),
]  # fmt: skip


def plain(words: str) -> str:
    """With blanks that break: Spanish keeps a number and its sign together."""
    return words.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("offer", "english", "spanish"), TOLD)
def test_an_offer_is_told_as_it_is(offer: dict[str, Any], english: str, spanish: str) -> None:
    """In the words of either language, in the text and in the HTML."""
    data = {**sample("win_back"), "offer": {**OFFER, **offer}}
    for language, words in (("en", english), ("es", spanish)):
        mail = render("win_back", language, data)
        assert words in plain(mail.text) and words in plain(mail.html)
        assert mail.text.count("407291836650") == 1


@pytest.mark.parametrize("name", [name for name in names() if tells_offer(name)])
def test_every_message_that_tells_an_offer_tells_any(name: str) -> None:
    """None of them says a percentage where there is a gift."""
    data = {**sample(name), "offer": {**OFFER, **CUP}}
    for language in languages(name):
        mail = render(name, language, data)
        assert "Taza azul" in mail.text and "Taza azul" in mail.html and "%" not in mail.text


@pytest.mark.parametrize(
    ("offer", "english", "spanish"),
    [
        ({"percent": "10"}, "10% off at Casa Luz, for you, until June", "10 % de descuento en Casa Luz, para ti"),
        (FR, "Free delivery from Casa Luz, for you, until", "Envío gratis de Casa Luz, para ti, hasta el"),
        (CUP, "A gift from Casa Luz, for you, until", "Un regalo de Casa Luz, para ti, hasta el"),
    ],
)  # fmt: skip
def test_so_does_its_subject(offer: dict[str, Any], english: str, spanish: str) -> None:
    """Whose it is, until when."""
    data = {**sample("win_back"), "offer": {**OFFER, **offer}}
    assert english in plain(render("win_back", "en", data).subject)
    assert spanish in plain(render("win_back", "es", data).subject)


EXPERIENCES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "early_access"}, "Primavera is open to you already", "Primavera ya está abierta para ti"),
    ({"kind": "call"}, "Eva Ruiz will call you within 3 days", "Eva Ruiz te llamará en los próximos 3 días"),
    (
        {"kind": "service"},
        "come first with us: Eva Ruiz takes care of them.",
        "van primero: se encarga Eva Ruiz.",
    ),
    ({"kind": "service", "person": ""}, "come first with us.", "van primero."),
]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(("given", "english", "spanish"), EXPERIENCES)
def test_any_message_tells_an_experience(
    name: str, given: dict[str, Any], english: str, spanish: str
) -> None:
    """Early access with its link, who calls and within how many days, who takes care."""
    data = sample(name)
    links = {**data["links"], "experience": None}  # type: ignore[dict-item]
    if given["kind"] == "early_access":
        links["experience"] = "https://shop.example/collections/spring"
    told = {"collection": "Primavera", "person": "Eva Ruiz", "days": 3, **given}
    for language, words in (("en", english), ("es", spanish)):
        mail = render(name, language, {**data, "offer": None, "experience": told, "links": links})
        assert words in mail.text and words in mail.html
        assert (links["experience"] or "Eva") in mail.text or given.get("person") == ""
