"""Languages, escaping, versions and errors of the renderer."""

import datetime as dt
import hashlib
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.emails import TemplateProblem, data_hash, render, render_source, sample


def say(source, language="en", **more):
    """What one line of Liquid becomes in the text part, without head and foot."""
    mail = render_source(
        "Hello", "<mj-section></mj-section>", f"<<{source}>>", language, sample("win_back") | more
    )
    return mail.text.partition("<<")[2].partition(">>")[0]


@pytest.mark.parametrize(
    ("language", "written"), [("es", "1.234,50\xa0€"), ("en", "€1,234.50"), ("es-mx", "EUR1,234.50")]
)
def test_money_is_written_as_the_reader_does(language, written):
    price = {"amount": Decimal("1234.50"), "currency": "EUR"}
    assert say("{{ price | money }}", language, price=price).replace("EUR\xa0", "EUR") == written


def test_money_keeps_the_decimals_of_its_currency():
    assert say("{{ price | money }}", price={"amount": "1500", "currency": "JPY"}) == "¥1,500"


@pytest.mark.parametrize("amount", [12.5, "twelve", True, None, "NaN", "1e999999"])
def test_money_refuses_what_is_not_exact(amount):
    with pytest.raises(TemplateProblem, match="`money` needs"):
        say("{{ price | money }}", price={"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize(("language", "written"), [("es", "14 de marzo de 2025"), ("en", "March 14, 2025")])
def test_dates_are_written_out(language, written):
    assert say("{{ day | date }}", language, day=dt.date(2025, 3, 14)) == written


def test_an_instant_falls_on_the_day_it_is_in_the_shops_zone():
    late = dt.datetime(2025, 3, 14, 23, 30, tzinfo=dt.UTC)
    assert say("{{ at | date }}", at=late, timezone="Europe/Madrid") == "March 15, 2025"
    assert say("{{ at | date }}", at=late, timezone="America/Mexico_City") == "March 14, 2025"
    assert (
        say("{{ at | date }}", at=late.astimezone(ZoneInfo("Asia/Tokyo")), timezone="UTC") == "March 14, 2025"
    )


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        (dt.datetime(2025, 3, 14), "UTC"),
        (dt.datetime(2025, 3, 14, tzinfo=dt.UTC), "../etc/passwd"),
        (dt.datetime(2025, 3, 14, tzinfo=dt.UTC), None),
        ("now", "UTC"),
        (3, "UTC"),
    ],
)
def test_a_date_that_would_be_a_guess_is_refused(value, zone):
    with pytest.raises(TemplateProblem):
        say("{{ at | date }}", at=value, timezone=zone)


def test_numbers_and_percentages():
    assert say("{{ n | number }} {{ p | percent }}", "es", n=1234567, p=10) == "1.234.567 10\xa0%"
    assert say("{{ n | number }} {{ p | percent }}", "en", n=1234567, p=Decimal("7.5")) == "1,234,567 7.5%"


@pytest.mark.parametrize(
    ("asked", "got"),
    [("es-mx", "es"), ("ES_419", "es"), ("en-gb", "en"), ("fr", "en"), ("../es", "en"), ("", "en")],
)
def test_a_language_falls_back_to_its_own_then_to_english(asked, got):
    assert render("win_back", asked, sample("win_back")).language == got


def test_a_region_keeps_its_own_way_of_writing_dates_but_a_strange_language_does_not():
    assert say("{{ day | date }}", "en-gb", day=dt.date(2025, 3, 14)) == "14 March 2025"
    assert say("{{ day | date }}", "fr", day=dt.date(2025, 3, 14)) == "March 14, 2025"


def test_values_are_escaped_in_html_and_left_alone_in_text_and_subject():
    hostile = "<script>alert('1')</script> & \"co\""
    mail = render("win_back", "en", sample("win_back") | {"shop": {"name": hostile}, "offer": None})

    assert "<script>" not in mail.html
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &#34;co&#34;" in mail.html
    assert hostile in mail.text
    assert hostile in mail.subject


def test_a_value_marked_safe_is_escaped_all_the_same():
    from markupsafe import Markup

    mail = render("win_back", "en", sample("win_back") | {"shop": {"name": Markup("<b>x</b>")}})
    assert "<b>x</b>" not in mail.html


def test_a_value_joined_to_words_is_still_escaped():
    joined = '{{ "<i>" | append: x | append: "</i>" }}'
    body = f"<mj-section><mj-column><mj-text>{joined}</mj-text></mj-column></mj-section>"
    html = render_source("s", body, "t", "en", sample("win_back") | {"x": "<b>"}).html
    assert "<i>&lt;b&gt;</i>" in html


def test_a_value_cannot_fake_a_paragraph_a_header_or_a_direction():
    typed = "Ana\r\nBcc: victim@shop.example\n\n\u202eYour account\x00 is closed\u2028now"
    mail = render("win_back", "en", sample("win_back") | {"shop": {"name": typed}, "offer": None})

    assert mail.subject.endswith("Ana, Bcc: victim@shop.example, Your account is closed, now")
    assert "\u202e" not in mail.html + mail.text
    assert "\nBcc" not in mail.html + mail.text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//x.example", "data:text/html,x", "", 3, "https://"]
)
def test_a_link_must_be_a_web_address(link):
    data = sample("win_back")
    data["links"] = {**data["links"], "storefront": link}
    with pytest.raises(TemplateProblem, match=r"`links.storefront` is not a web address"):
        render("win_back", "en", data)


def test_objects_have_no_way_in():
    class Customer:
        first_name = "Ana"

    with pytest.raises(TemplateProblem, match="`customer` is a Customer"):
        render("win_back", "en", sample("win_back") | {"customer": Customer()})


def test_a_missing_variable_is_named_with_its_template_and_line():
    data = sample("win_back")
    del data["last_purchase"]
    with pytest.raises(
        TemplateProblem, match=r"^win_back/es/reason.liquid, line 1, column \d+: `last_purchase.on` is not"
    ):
        render("win_back", "es", data)

    with pytest.raises(TemplateProblem) as caught:
        say("one\n{{ customer.surname }}")
    assert caught.value.line == 2
    assert "`customer.surname` is not in the data" in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "{{ shop[customer.first_name] }}",
        "{{ customer.first_name | money }}",
        "{{ customer.first_name | date }}",
        "{{ customer.first_name | truncate: customer.first_name }}",
        "{% if customer.first_name > 3 %}{% endif %}",
    ],
)
def test_an_error_never_repeats_a_value(source):
    """Also not in the exceptions behind it, which an error reporter would send along."""
    with pytest.raises(TemplateProblem) as caught:
        say(source, customer={"first_name": "Leocadia"})

    assert "Leocadia" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_there_is_no_clock_in_a_template():
    for name in ("now", "today"):
        with pytest.raises(TemplateProblem, match=f"`{name}` is not in the data"):
            say("{{ " + name + " }}")


@pytest.mark.parametrize("name", ["absent", "../emails/win_back", "_layout", "", "."])
def test_an_unknown_message_is_an_error_that_lists_the_known(name):
    with pytest.raises(TemplateProblem, match="There are: .*win_back"):
        render(name, "en", {})


def test_an_empty_subject_is_refused():
    with pytest.raises(TemplateProblem, match="subject is empty"):
        render_source("{% if offer == 1 %}x{% endif %}\n", "", "t", "en", sample("win_back"))


def test_the_version_follows_the_templates_and_not_the_data():
    first, again = (render("win_back", "en", sample("win_back") | {"offer": offer}) for offer in (None, None))
    other = render("win_back", "en", sample("win_back"))

    assert first == again
    assert first.template_version == other.template_version
    assert len(first.template_version) == 64
    assert render("win_back", "es", sample("win_back")).template_version != first.template_version
    own = [render_source("s", "", text, "en", sample("win_back")).template_version for text in ("a", "b")]
    assert own[0] != own[1]


def test_a_shops_own_words_keep_our_reason_and_way_out():
    mail = render_source("Hi", "<mj-section></mj-section>", "Words", "es", sample("win_back"))
    for part in (mail.html, mail.text):
        assert "Recibes este correo porque" in part
        assert "https://shop.example/relationship/leave/s1gned.t0ken/" in part


def test_the_hash_of_data_depends_on_values_and_not_on_their_order_or_spelling():
    noon = dt.datetime(2025, 3, 14, 12, tzinfo=dt.UTC)
    one = {"a": {"b": Decimal("1.50"), "at": noon}, "c": ["ñ", None]}
    same = {"c": ("ñ", None), "a": {"at": noon.astimezone(ZoneInfo("Asia/Tokyo")), "b": Decimal("1.50")}}

    assert data_hash(one) == data_hash(same)
    assert data_hash(one) != data_hash(one | {"c": ["n", None]})
    assert data_hash(one, key=b"k") != data_hash(one)
    assert data_hash(one) != hashlib.sha256(b"").hexdigest()
    assert len(data_hash(one)) == 64
