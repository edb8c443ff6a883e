"""What the linter points out, in both languages, and what it leaves alone."""

from dataclasses import replace

import pytest

from saleor_relacional.emails import Look, Voice, library, names, sample
from saleor_relacional.emails.lint import RemarkCode, lint

BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
BUTTON = '<mj-section><mj-column><mj-button href="https://x.example">See the tea</mj-button></mj-column></mj-section>'
LINK = '<a href="https://x.example">{}</a>'


def remarks(language="en", *, sells=True, voice=Voice.TU, **words):
    """(code, part, line, column) of what is remarked on the win-back in these words."""
    plain = {"subject": "Hello", "preheader": "", "mjml": BODY.format("Hello"), "text": "Hello"}
    source = replace(library.source("win_back", language), **{**plain, **words}, look=Look(voice=voice))
    return [
        (one.code, one.part, one.line, one.column) for one in lint(source, sample("win_back"), sells=sells)
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("voice", Voice)
def test_what_ships_is_in_order(name, language, voice):
    """In either voice."""
    source = replace(library.source(name, language), look=Look(voice=voice))
    assert lint(source, sample(name), sells=True) == []


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("en", {"subject": "Re: your order"}, (RemarkCode.FALSE_REPLY, "subject", 1, 1)),
        ("es", {"subject": "{% if offer %}{% endif %}RV: tu pedido"}, (RemarkCode.FALSE_REPLY, "subject", 1, 26)),
        ("en", {"subject": "Last chance for tea"}, (RemarkCode.URGENCY, "subject", 1, 1)),
        ("es", {"text": "Hola\n¡Date prisa!"}, (RemarkCode.URGENCY, "text", 2, 2)),
        ("es", {"mjml": BODY.format("¡Solo hoy!")}, (RemarkCode.URGENCY, "mjml", 1, 34)),
        ("en", {"mjml": BODY.format('<img src="https://x.example/a.png" />')}, (RemarkCode.NO_ALT, "mjml", 1, 33)),
        ("en", {"mjml": BODY.format(LINK.format("Click here"))}, (RemarkCode.LINK_TEXT, "mjml", 1, 33)),
        ("es", {"mjml": BODY.format(LINK.format("aquí"))}, (RemarkCode.LINK_TEXT, "mjml", 1, 33)),
        ("en", {"mjml": BODY.format(LINK.format("https://x.example/tea"))}, (RemarkCode.LINK_TEXT, "mjml", 1, 33)),
        ("en", {"mjml": BUTTON * 2}, (RemarkCode.BUTTONS, "mjml", 1, 131)),
        ("en", {"text": "word " * 250}, (RemarkCode.LONG, "text", None, None)),
    ],
)  # fmt: skip
def test_pointed_out_with_its_place(language, words, found):
    """One thing each."""
    assert remarks(language, **words) == [found]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", {"subject": "Recipes: tea with milk"}),
        ("en", {"subject": "Regarding your order"}),
        ("es", {"subject": "Respuesta a tu pregunta: sí"}),
        ("en", {"text": "There is no hurry."}),
        ("en", {"text": "Last chance: until 30 June"}),
        ("en", {"text": "Only today, {{ offer.valid_until | date }}"}),
        ("es", {"text": "Última oportunidad: hasta el 30 de junio"}),
        ("en", {"mjml": BODY.format(LINK.format("See here what is new"))}),
        ("en", {"mjml": BODY.format('<img src="https://x.example/a.png" alt="A cup of tea" />')}),
    ],
)  # fmt: skip
def test_left_alone(language, words):
    """A remark that is wrong costs more than one that is missing."""
    assert remarks(language, **words) == []


@pytest.mark.parametrize(
    "said", ["10 % off", "only €5", "{{ offer.money | money }}", "5 euros", "{{ offer.code }}"]
)
def test_no_price_and_no_code_where_nothing_is_sold(said):
    """In a message that is there to serve; where something is sold, it may be said."""
    found = remarks(sells=False, text=f"We do {said}")
    assert found and {one[:3] for one in found} == {(RemarkCode.PRICE, "text", 1)}
    assert remarks(text=f"We do {said}") == []
    assert remarks(sells=False, text=f"Hello {{% if offer %}}{said}{{% endif %}}") == []


def test_it_says_which_voice_is_not_kept():
    """Words of tú where the shop says usted."""
    assert remarks("es", voice=Voice.USTED, text="Gracias por tu pedido") == [
        (RemarkCode.VOICE, "text", None, None)
    ]
    both = 'Gracias por {{ "tu" | usted: "su" }} pedido'
    assert remarks("es", voice=Voice.USTED, text=both) == []
