"""What the linter points out, in both languages, and what it leaves alone."""

from dataclasses import replace

import pytest

from saleor_relacional.emails import Look, Voice, library, names, sample
from saleor_relacional.emails.lint import RemarkCode, lint

BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
BUTTON = '<mj-section><mj-column><mj-button href="https://x.example">See the tea</mj-button></mj-column></mj-section>'
LINK = '<a href="https://x.example">{}</a>'


def remarks(language="en", *, offers=True, voice=Voice.TU, **words):
    """(code, part, line, column) of what is remarked on the win-back in these words."""
    plain = {"subject": "Hello", "preheader": "", "mjml": BODY.format("Hello"), "text": "Hello"}
    source = replace(library.source("win_back", language), **{**plain, **words}, look=Look(voice=voice))
    return [
        (one.code, one.part, one.line, one.column) for one in lint(source, sample("win_back"), offers=offers)
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("voice", Voice)
def test_what_ships_is_in_order(name, language, voice):
    """In either voice, and whether or not its step offers something."""
    source = replace(library.source(name, language), look=Look(voice=voice))
    assert lint(source, sample(name), offers=True) == []
    assert lint(source, sample(name), offers=False) == []


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
        ("en", {"mjml": BODY.format("word " * 250)}, (RemarkCode.LONG, "mjml", None, None)),
    ],
)  # fmt: skip
def test_pointed_out_with_its_place(language, words, found):
    """One thing each."""
    assert remarks(language, **words) == [found]


def test_a_button_for_each_of_the_goods():
    """One tag of the source, and ten buttons for somebody who left ten things."""
    loop = f"{{% for line in occasion.lines %}}{BUTTON}{{% endfor %}}"
    source = replace(library.source("abandoned_checkout", "en"), mjml=loop, text="Hello")
    [found] = lint(source, sample("abandoned_checkout"), offers=True)
    assert (found.code, found.part, found.line, found.what) == (RemarkCode.BUTTONS, "mjml", 1, "10")


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
        ("en", {"mjml": f"{{% if offer %}}{BUTTON}{{% else %}}{BUTTON}{{% endif %}}"}),
        ("en", {"mjml": BODY.format('<img src="https://x.example/a.png" alt="A cup of tea" />')}),
    ],
)  # fmt: skip
def test_left_alone(language, words):
    """A remark that is wrong costs more than one that is missing."""
    assert remarks(language, **words) == []


@pytest.mark.parametrize(
    "said",
    [
        "10 % off", "only €5", "{{ offer.money | money }}", "5 euros", "{{ offer.code }}", "it with code SAVE20",
        "it: usa el código «te-10» ", "this. Your voucher is SPRING_24", "{{ rhythm.days | percent }}",
    ],
)  # fmt: skip
def test_no_price_and_no_code_where_nothing_is_offered(said):
    """In a message that offers nothing, also of a campaign that is there to sell; where something is offered, it may
    be said."""
    found = remarks(offers=False, text=f"We do {said}")
    assert found and {one[:3] for one in found} == {(RemarkCode.PRICE, "text", 1)}
    assert remarks(text=f"We do {said}") == []
    assert remarks(offers=False, text=f"Hello {{% if offer %}}{said}{{% endif %}}") == []


@pytest.mark.parametrize(
    "said",
    [
        "{% if offer %}{% if last_purchase %}5 %{% endif %} and {{ offer.code }}{% endif %}", "our zip code 90210",
        "el código postal 28001", "our code of conduct 2024", "vale, en 2024 hablamos",
    ],
)  # fmt: skip
def test_what_is_no_offer(said):
    """Numbers of another kind, and what stands where there is an offer."""
    assert remarks(offers=False, text=f"Hello {said}") == []


@pytest.mark.parametrize(
    ("said", "at", "what"),
    [
        ("EUR 10", 1, "EUR 10"), ("Only USD 12 today", 6, "USD 12"), ("CHF 30", 1, "CHF 30"),
        ("now 1.234,50 €", 5, "1.234,50 €"), ("10 percent", 1, "10 percent"), ("10 por ciento", 1, "10 por ciento"),
        ("now 50%", 5, "50%"), ("12.5 %", 1, "12.5 %"), ("All at half price", 8, "half price"),
        ("Todo a mitad de precio", 8, "mitad de precio"), ("20 francs", 1, "20 francs"),
        ("With SAVE20 you pay less", 1, "With SAVE20"), ("Use code SUMMER", 5, "code SUMMER"),
        ("Usa «TETERA15»", 1, "Usa «TETERA15"), ("tu cupón: PRIMAVERA", 4, "cupón: PRIMAVERA"),
    ],
)  # fmt: skip
def test_prices_and_codes_as_people_write_them(said, at, what):
    """Whole, and where they begin."""
    source = replace(
        library.source("win_back", "en"), subject=said, preheader="", mjml=BODY.format("Hi"), text="Hi"
    )
    found = lint(source, sample("win_back"), offers=False)
    assert [(one.code, one.column, one.what) for one in found] == [(RemarkCode.PRICE, at, what)]


@pytest.mark.parametrize(
    "said",
    ["TOP 10 teas", "CÓDIGO POSTAL", "Code of conduct", "with USB3", "el código QR", "Open 24/7", "ISO 9001",
     "el código HTML", "in 2026", "TRY IT"],
)  # fmt: skip
def test_what_only_looks_like_a_price_or_a_code(said):
    assert remarks(offers=False, subject=said) == []


@pytest.mark.parametrize(
    "said",
    [
        "Last chance: only 9.99 EUR", "Last chance: only EUR 9.12", "Last chance: 9.12 €", "Hurry, we are here 24/7",
        "Hurry, until 12.30", "Hurry, 3-4 left", "Hurry! You last bought on {{ last_purchase.on | date }}",
        "Hurry! {{ first_purchase.on | date }}", "Last chance: 20 may be left", "Hurry, 10.5 kg left",
        "Hurry, 99.99.2026",
    ],
)  # fmt: skip
def test_what_is_no_day_until_when(said):
    assert [one[0] for one in remarks(text=said)] == [RemarkCode.URGENCY]


@pytest.mark.parametrize(
    "said",
    [
        "Hurry, until 30.6.", "Hurry, until 30/6/2026", "Last chance: 12/30", "Hurry, until 24/7/2026",
        "Hurry, until 2026-06-30", "Hurry, until 30-06", "Hurry, until June 30", "Hurry, until the 30th of June",
        "Last chance: {{ offer.headline }}", "Hurry, until {{ offer.valid_until | date }}",
    ],
)  # fmt: skip
def test_a_day_until_when(said):
    assert remarks(text=said) == []


def test_a_number_of_a_tag_is_no_day():
    letter = '<mj-section><mj-column><mj-text line-height="1.5">Hurry!</mj-text></mj-column></mj-section>'
    assert [one[:2] for one in remarks(mjml=letter)] == [(RemarkCode.URGENCY, "mjml")]


def test_a_typed_code_in_the_letter():
    """Bold, as people write it."""
    words = {"mjml": BODY.format("Use code <b>SAVE20</b>"), "offers": False}
    assert remarks(**words) == [(RemarkCode.PRICE, "mjml", 1, 37)]


def test_it_says_which_voice_is_not_kept():
    """Words of tú where the shop says usted."""
    assert remarks("es", voice=Voice.USTED, text="Gracias por tu pedido") == [
        (RemarkCode.VOICE, "text", None, None)
    ]
    both = 'Gracias por {{ "tu" | usted: "su" }} pedido'
    assert remarks("es", voice=Voice.USTED, text=both) == []
