"""Templates over the API: read, saved, refused with their places, in conflict, taken back, compared, tried."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from graphql_relay import to_global_id

from saleor_relacional.flows.consent import links
from saleor_relacional.hosts.standalone.models import Customer
from saleor_relacional.models import Profile, TemplateVersion
from tests.api.asking import Asker, operation
from tests.support.campaign_stories import open_shop

pytestmark = pytest.mark.django_db

TEMPLATES, UPDATE, RESTORE, PREVIEW, TEST = (
    operation(f"template{name}") for name in ("s", "-update", "-restore", "-preview", "-test-mail")
)
BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
GOOD = {
    "subject": "Hello",
    "mjml": BODY.format("We think of {{ customer.first_name | person }}."),
    "text": "We do.",
}


def update(owner: Asker, basis: int = 0, **words: str) -> Any:
    """Save the win-back's English words."""
    told = owner.data(UPDATE, message="win_back", language="en", basis=basis, input={**GOOD, **words})
    return told["relationshipTemplateUpdate"]


def test_they_begin_with_what_ships(owner: Asker) -> None:
    """Every message in both languages, with the names that its Liquid may use."""
    found = owner.data(TEMPLATES)["relationshipTemplates"]
    languages = {(one["message"], one["language"]) for one in found}
    assert {("win_back", "en"), ("win_back", "es"), ("replenishment", "es")} <= languages
    [back] = owner.data(TEMPLATES, message="win_back")["relationshipTemplates"][:1]
    assert (back["number"], back["own"], back["remarks"]) == (0, False, [])
    assert "customer.first_name" in back["variables"] and "offer.code" in back["variables"]
    assert not [name for name in back["variables"] if name.startswith("occasion")]


def test_saved_compared_and_taken_back(owner: Asker) -> None:
    """Each saving is a version, with who and when; going back is one, too."""
    first = update(owner)
    assert first["errors"] == [] and first["template"]["number"] == 1 and first["template"]["own"]
    assert update(owner, 1, subject="Good day")["template"]["number"] == 2
    back = owner.data(RESTORE, message="win_back", language="en", version=1, basis=2)[
        "relationshipTemplateRestore"
    ]
    assert (back["template"]["number"], back["template"]["subject"]) == (3, "Hello")
    assert [(v["number"], v["restores"], v["madeBy"][:6]) for v in back["template"]["versions"]] == [
        (3, 1, "staff:"), (2, None, "staff:"), (1, None, "staff:"),
    ]  # fmt: skip
    assert "-Good day\n+Hello" in back["template"]["diff"]
    shipped = owner.data(RESTORE, message="win_back", language="en", version=0, basis=3)[
        "relationshipTemplateRestore"
    ]
    assert (shipped["template"]["number"], shipped["template"]["own"]) == (4, False)


def test_two_admins_edit(owner: Asker) -> None:
    """The second is told, and nothing of theirs is saved."""
    update(owner, subject="First")
    told = update(owner, subject="Second")
    assert told["template"] is None and told["errors"][0]["code"] == "CONFLICT"
    assert "Version 1 was saved on" in told["errors"][0]["message"]
    assert list(TemplateVersion.objects.values_list("subject", flat=True)) == ["First"]


@pytest.mark.parametrize(
    ("words", "code", "part", "line", "column"),
    [
        ({"subject": "Hi {{ customr.first_name }}"}, "UNKNOWN_VARIABLE", "subject", 1, 7),
        ({"mjml": BODY.format("\n  {{ occasion.lines }}")}, "UNKNOWN_VARIABLE", "mjml", 2, 6),
        ({"mjml": BODY.format("{% if offer %}{{ offer.cod }}{% endif %}")}, "UNKNOWN_VARIABLE", "mjml", 1, 50),
        ({"text": "a\n{% if offer %}"}, "LIQUID", "text", 2, 1),
        ({"mjml": BODY.format("<b>bold")}, "MARKUP", "mjml", 1, 33),
        ({"mjml": BODY.format("<script>x</script>")}, "ELEMENT", "mjml", 1, 33),
        ({"mjml": BODY.format('<a href="htp://x">x</a>')}, "LINK", "mjml", 1, 36),
        ({"mjml": BODY.format('<a href="{{ links.storefront }}">x</a>')}, "LINK", "mjml", 1, 36),
        ({"mjml": BODY.format('<img src="https://x.example/{{ customer.first_name }}" />')}, "PICTURE", "mjml", 1, 38),
        ({"mjml": BODY.format('<p onclick="x">x</p>')}, "ATTRIBUTE", "mjml", 1, 36),
        ({"text": "word " * 13_000}, "TOO_LONG", "text", None, None),
        ({"subject": " "}, "EMPTY", "subject", None, None),
    ],
)  # fmt: skip
def test_refused_with_its_place(
    owner: Asker, words: dict[str, str], code: str, part: str, line: int | None, column: int | None
) -> None:
    """Nothing is saved, and the cure is said."""
    told = update(owner, **words)
    [fault] = told["faults"][:1]
    assert (fault["code"], fault["part"], fault["line"], fault["column"]) == (code, part, line, column)
    assert told["template"] is None and told["errors"][0]["field"] == part and fault["message"]
    assert not TemplateVersion.objects.exists()


@pytest.mark.parametrize(
    ("message", "language", "field"), [("nothing", "en", "message"), ("win_back", "xx", "language")]
)
def test_what_is_not_there(owner: Asker, message: str, language: str, field: str) -> None:
    """A message, or a language in which a mail has neither head nor foot."""
    told = owner.data(UPDATE, message=message, language=language, basis=0, input=GOOD)[
        "relationshipTemplateUpdate"
    ]
    assert told["errors"][0]["field"] == field and not TemplateVersion.objects.exists()


def test_a_preview_is_harmless_and_of_whom_one_wants(owner: Asker, ana: str, now: datetime) -> None:
    """A draft that nobody has saved, about Ana: her name, in a frame that runs nothing, and no link of hers."""
    open_shop(now)
    people = owner.data("{ relationshipProfiles(first: 5) { edges { node { id email } } } }")
    nodes = [one["node"] for one in people["relationshipProfiles"]["edges"]]
    [person] = [one["id"] for one in nodes if one["email"] == "ana@example.com"]
    asked = {"message": "win_back", "language": "en", "channel": "eur", "relationship": person}
    seen = owner.data(PREVIEW, **asked, words=GOOD)["relationshipTemplatePreview"]
    assert seen["faults"] == [] and "We think of Ana." in seen["html"] and seen["size"] < 30_000
    assert "default-src &#x27;none&#x27;" in seen["html"] or "default-src 'none'" in seen["html"]
    public_id = Profile.objects.get(email_key="ana@example.com").public_id
    assert links.leave_token(public_id) not in seen["html"] + seen["text"] and not mail.outbox
    wrong = owner.data(PREVIEW, **asked, words={**GOOD, "text": "{{ nothing }}"})[
        "relationshipTemplatePreview"
    ]
    assert wrong["html"] == "" and wrong["faults"][0]["code"] == "UNKNOWN_VARIABLE"
    spanish = owner.data(PREVIEW, **{**asked, "language": "es-MX"}, voice="USTED")[
        "relationshipTemplatePreview"
    ]
    assert spanish["language"] == "es" and "Su último pedido" in spanish["text"]


def test_a_test_mail_goes_to_whoever_asks(owner: Asker, shop: Any, now: datetime) -> None:
    """To the caller's own address, marked as a test, with no way out that would take anybody out."""
    open_shop(now)
    told = owner.data(TEST, message="win_back", language="en", channel="eur")["relationshipTestMailSend"]
    assert told["errors"] == []
    [sent] = mail.outbox
    assert sent.to == [Customer.objects.get(is_staff=True).email] and sent.subject.startswith("[Test] ")
    assert "List-Unsubscribe" not in sent.message()


def test_only_whoever_writes_gets_one(reader: Asker, now: datetime) -> None:
    """Reading customers does not allow it."""
    open_shop(now)
    answer = reader.ask(TEST, message="win_back", language="en", channel="eur")
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied" and not mail.outbox


def test_a_program_gets_no_test_mail(shop: Any, now: datetime) -> None:
    """It has no address: nothing leaves."""
    open_shop(now)
    program = Asker(shop.context(app=("MANAGE_USERS", "MANAGE_RELATIONSHIPS")))
    told = program.data(TEST, message="win_back", language="en", channel="eur")["relationshipTestMailSend"]
    assert told["errors"][0]["code"] == "NOT_STAFF" and not mail.outbox


def test_nothing_typed_by_a_stranger_runs_in_a_preview(owner: Asker, ana: str, now: datetime) -> None:
    """Markup in a name is text, in every part."""
    Profile.objects.filter(email_key="ana@example.com").update(first_name="<img src=x onerror=alert(1)>")
    person = to_global_id("RelationshipProfile", Profile.objects.get(email_key="ana@example.com").public_id)
    words = {**GOOD, "mjml": BODY.format('{{ customer.first_name }} <a href="https://x.example">x</a>')}
    asked = {
        "message": "win_back",
        "language": "en",
        "channel": "eur",
        "relationship": person,
        "words": words,
    }
    seen = owner.data(PREVIEW, **asked)["relationshipTemplatePreview"]
    assert "&lt;img src=x onerror=alert(1)&gt;" in seen["html"] and "<img" not in seen["html"]
