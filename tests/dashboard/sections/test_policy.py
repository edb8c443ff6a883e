"""The policy's page: each decision with its form, exclusions, topics, and mails that start again."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.dashboard.checklist import forms as checklist
from saleor_relacional.dashboard.policy import forms
from saleor_relacional.flows import policy
from saleor_relacional.flows.attributes import choice
from saleor_relacional.flows.contact import contact_policy, exclusions
from saleor_relacional.flows.messages import looks
from saleor_relacional.flows.preferences import topics
from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.shop_control import periods
from saleor_relacional.models import Exclusion, MailProvider
from tests.api.asking import Asker
from tests.dashboard.asking import CANARY, get, harmless, post, text
from tests.dashboard.looking import content, faults
from tests.support.campaign_stories import open_shop
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db


def typed(code: str, about: str, now: datetime, **changed: str) -> dict[str, Any]:
    """What the form would send, with some of it typed anew."""
    form = forms.of(code, about, now)
    assert form is not None
    told: dict[str, Any] = {
        field.name: field.value.split(",") if field.kind == "ticks" else field.value
        for field in form.fields if field.value or field.kind not in ("tick", "ticks")
    }  # fmt: skip
    return {**told, "about": about, "version": form.version, **changed}


def test_every_decision_is_there_and_saves_as_it_is(shop: Any, owner: Asker, now: datetime) -> None:
    """Each is linked from the page; saved without a change, nothing changes."""
    open_shop(now)
    shop.host.set_place(storefront_url="https://tea.example/{channel}", offer_link="/offer?code={code}")
    page = get(owner, "policy/").content.decode()
    before = [(form.code, form.version) for form in forms.every(now)]
    assert len(before) >= 11
    for form in forms.every(now):
        place = f"policy/{form.code}" + (f"/{form.about}" if form.about else "")
        assert f'href="/dashboard/{place}"' in page
        assert get(owner, f"{place}/").status_code == 200
        saved = post(owner, f"policy/save/{form.code}/", typed(form.code, form.about, now))
        assert saved.status_code == 200 and saved["Desk-Place"] == "/dashboard/policy", text(saved)
    assert [(form.code, form.version) for form in forms.every(now)] == before


def test_a_rate_of_a_currency_that_the_shop_has_no_more_stays(shop: Any, owner: Asker, now: datetime) -> None:
    """What was bought in it is still told in the reporting currency after somebody saves the form."""
    open_shop(now)
    policy.decide(now=now, reporting_currency="EUR", rates=[("PLN", "0.25")])
    told = typed("reporting_currency", "", now)
    assert told["rate:PLN"] == "0.25"
    assert post(owner, "policy/save/reporting_currency/", told).status_code == 200
    assert policy.current(now).rates["PLN"] == "0.25"


def test_what_is_decided_holds(shop: Any, owner: Asker, now: datetime) -> None:
    open_shop(now)
    for code, about, changed in (
        ("budget", "", {"perWeek": "2", "perMonth": "5"}),
        ("hours", "", {"quietFrom": "22:30", "holidays": "2026-12-25\n2027-01-01"}),
        ("answering", "", {"answerHours": "8", "openingDays": ["1", "5"]}),
        ("look", "eur", {"button": "#7a1f2b", "voice": "usted", "social": "Our shop https://tea.example/",
                         "signature": "Eva"}),
        ("mail_server", "", {"perSecond": "2,5", "perDay": "500"}),
        ("shop_control", "", {"share": "5"}),
        ("month_budget", "", {"monthBudget": "300", "budgetCurrency": "eur"}),
    ):  # fmt: skip
        saved = post(owner, f"policy/save/{code}/", typed(code, about, now, **changed))  # type: ignore[arg-type]
        assert saved.status_code == 200, (code, text(saved))
    contact = contact_policy.current()
    assert (contact.per_week, contact.per_month, f"{contact.quiet_from:%H:%M}") == (2, 5, "22:30")
    assert len(contact.holidays) == 2
    decided = policy.current(now)
    assert (decided.answer_hours, decided.opening_days) == (8, [1, 5])
    assert (str(decided.shop_control_share), decided.budget_currency) == ("0.050", "EUR")
    look = looks.of("eur")
    assert (look.button, look.voice, look.signature) == ("#7a1f2b", "usted", "Eva")
    assert look.social == (("Our shop", "https://tea.example/"),)
    assert (providers.current(now).per_second, providers.current(now).per_day) == (2.5, 500)


def test_large_and_fine_numbers_are_read_again_as_they_are_shown(
    shop: Any, owner: Asker, now: datetime
) -> None:
    """Saving a form as it stands changes nothing: a million is no 1e+06."""
    providers.decide(now=now, per_second=1.125, per_day=1_000_000, warm_up_from=10_000_000)
    periods.decide(Decimal("0.075"), now=now)
    for code in ("mail_server", "shop_control"):
        saved = post(owner, f"policy/save/{code}/", typed(code, "", now))
        assert saved.status_code == 200, (code, text(saved))
    kept = providers.current(now)
    assert (kept.per_second, kept.per_day, kept.warm_up_from) == (1.125, 1_000_000, 10_000_000)
    assert policy.current(now).shop_control_share == Decimal("0.075")
    assert "1,000,000 per day at most" in text(get(owner, "policy/"))


@pytest.mark.parametrize(
    ("code", "about", "changed", "said"),
    [
        ("budget", "", {"perWeek": "many"}, "whole number"),
        ("budget", "", {"perWeek": "5", "perMonth": "2"}, "is no cap"),
        ("hours", "", {"quietFrom": "25:00"}, "time of day"),
        ("hours", "", {"holidays": "Christmas"}, "is no day"),
        ("answering", "", {"answerHours": "0"}, "hours from 1"),
        ("look", "eur", {"ink": "#eeeeee"}, "contrast"),
        ("look", "eur", {"logoUrl": "javascript:alert(1)"}, "https://"),
        ("look", "eur", {"social": "Instagram"}, "a name and an address"),
        ("mail_server", "", {"perDay": "0"}, "from 1"),
        ("shop_control", "", {"share": "50"}, "share from 0"),
        ("month_budget", "", {"monthBudget": "much"}, "number"),
        ("sender", "eur", {"address": "nobody"}, "e-mail address"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    shop: Any, owner: Asker, now: datetime, code: str, about: str, changed: dict[str, str], said: str
) -> None:
    """And what was typed is still there; nothing is saved."""
    open_shop(now)
    before = [form.version for form in forms.every(now)]
    refused = post(owner, f"policy/save/{code}/", typed(code, about, now, **changed))
    assert refused.status_code == 422 and said in text(refused)
    assert 'id="wrong"' in refused.content.decode()
    assert all(value in text(refused) for value in changed.values())
    assert [form.version for form in forms.every(now)] == before


def test_two_change_the_same_at_once(shop: Any, owner: Asker, now: datetime) -> None:
    """The second is told what it says now; what they typed is kept, and saved when they insist."""
    open_shop(now)
    mine = typed("budget", "", now, perMonth="9")
    contact_policy.decide(now=now, per_month=7)
    refused = post(owner, "policy/save/budget/", mine)
    assert refused.status_code == 409 and contact_policy.current().per_month == 7
    page = text(refused)
    assert "Somebody else has changed this meanwhile" in page and "<dd>7</dd>" in page and 'value="9"' in page
    form = forms.of("budget", "", now)
    assert form is not None
    assert post(owner, "policy/save/budget/", {**mine, "version": form.version}).status_code == 200
    assert contact_policy.current().per_month == 9


def test_what_holds_now_is_said_in_the_words_of_the_form(shop: Any, owner: Asker, now: datetime) -> None:
    """Names of days, of segments and of languages, yes and no: never what the form sends, in any form of any page."""
    open_shop(now)
    known = segments.create(
        name="Late ones", rule={"field": "stage", "operator": "is", "value": "lapsed"}, now=now
    )
    kinds = set()
    for form in [*forms.every(now), *checklist.all_forms(now)]:
        for field in form.fields:
            for value, words in field.options:
                told = replace(field, value=value).told
                assert told in (words, "–"), (form.code, field.name, value)
            if field.kind == "ticks" and len(field.options) > 1:
                (one, first), (two, second) = field.options[:2]
                assert replace(field, value=f"{one},{two}").told == f"{first}, {second}"
            if field.kind == "tick":
                assert (replace(field, value="on").told, replace(field, value="").told) == ("Yes", "No")
            kinds.add(field.kind)
    assert {"tick", "ticks", "choice", "text", "number", "time", "colour", "words"} <= kinds
    mine = typed("answering", "", now, openingDays=["1"])
    policy.decide(now=now, opening_days=[2, 3])
    said = text(post(owner, "policy/save/answering/", mine))
    assert "<dd>Tuesday, Wednesday</dd>" in said and "2,3" not in said
    mine = typed("look", "eur", now, signature="Eva")
    looks.decide("eur", who="", now=now, voice="usted")
    mine["voice"] = "tu"
    assert "<dd>usted</dd>" in text(post(owner, "policy/save/look/", mine))
    assert known.name


def test_exclusions_are_counted_after_the_page(shop: Any, owner: Asker, now: datetime) -> None:
    exclusions.add(now=now, address="*@tea.example")
    page = get(owner, "policy/").content.decode()
    assert "1 exclusion" not in page and 'hx-get="/dashboard/content/policy/exclusions/count/"' in page
    assert text(get(owner, "policy/exclusions/count/")) == "1 exclusion"


def test_the_storefront_shows_what_was_decided(shop: Any, owner: Asker, now: datetime) -> None:
    """Whoever changes only the link of an offer types no address again; two at once are told, here and in the
    checklist, which guards the same settings."""
    open_shop(now)
    shop.host.set_place(storefront_url="https://tea.example/{channel}")
    mine = typed("storefront_url", "", now, offerLink="/offer?code={code}")
    assert mine["storefrontUrl"] == "https://tea.example/{channel}"
    assert post(owner, "policy/save/storefront_url/", mine).status_code == 200
    assert shop.host.storefront_pattern() == "https://tea.example/{channel}"
    assert shop.host.offer_link() == "/offer?code={code}"
    late = typed("storefront_url", "", now, offerLink="/mine?code={code}")
    shop.host.set_place(storefront_url="https://new.example")
    for place in ("policy/save/storefront_url/", "checklist/storefront_url/"):
        refused = post(owner, place, late)
        said = text(refused)
        assert refused.status_code == 409 and "Somebody else has changed this meanwhile" in said
        assert "<dd>https://new.example</dd>" in said and 'value="/mine?code={code}"' in said
    assert (shop.host.storefront_pattern(), shop.host.offer_link()) == (
        "https://new.example", "/offer?code={code}",
    )  # fmt: skip


def test_two_who_name_the_same_topic_are_told(shop: Any, owner: Asker, now: datetime) -> None:
    """The names that the other gave stand there, what was typed is kept; another topic is nobody's business."""
    topics.declare("teas", {"en": "Teas"}, now=now)
    seen = re.findall(r'name="seen" value="([^"]*)"', text(get(owner, "policy/topics/")))[0]
    topics.declare("teas", {"en": "Fine teas"}, now=now)
    refused = post(owner, "policy/topics/declare/", {"seen": seen, "key": "teas", "en": "All teas"})
    said = text(refused)
    assert refused.status_code == 409 and "Somebody else has named this topic" in said
    assert "Fine teas" in said and 'value="All teas"' in said
    assert topics.declared()[0].names == {"en": "Fine teas"}
    assert (
        post(owner, "policy/topics/declare/", {"seen": seen, "key": "cups", "en": "Cups"}).status_code == 200
    )
    seen = re.findall(r'name="seen" value="([^"]*)"', said)[0]
    assert (
        post(owner, "policy/topics/declare/", {"seen": seen, "key": "teas", "en": "All teas"}).status_code
        == 200
    )


def test_who_may(shop: Any, owner: Asker, reader: Asker, now: datetime) -> None:
    open_shop(now)
    for place in ("policy/", "policy/budget/", "policy/look/eur/", "policy/exclusions/", "policy/topics/"):
        page = text(get(reader, place))
        assert "MANAGE_RELATIONSHIPS" in page and 'type="submit"' not in page
        assert get(None, place).status_code == 401
    for place in ("save/budget/", "exclusions/add/", "topics/declare/", "restart/"):
        assert post(reader, f"policy/{place}", {}).status_code == 403
    assert (
        get(owner, "policy/nothing/").status_code == 404 and get(owner, "policy/look/no/").status_code == 404
    )


def test_an_older_saleor_does_without_attributes_and_says_so(
    shop: Any, owner: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the host has none there is no form, and the page says from which version on there is one."""
    assert "From Saleor 3.23.26 on" not in text(get(owner, "policy/"))
    monkeypatch.setattr(type(shop.host), "attributes", lambda _host: None)
    page = text(get(owner, "policy/"))
    assert "From Saleor 3.23.26 on" in page and "policy/attributes" not in page
    assert "A partir de Saleor 3.23.26" in text(get(owner, "policy/", language="es"))


def test_what_was_switched_on_before_a_downgrade_can_be_switched_off(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Health leads to this form; once it is off there is none."""
    choice.decide(now=now, active=True)
    monkeypatch.setattr(type(shop.host), "attributes", lambda _host: None)
    assert "policy/attributes" in text(get(owner, "policy/"))
    off = {name: value for name, value in typed("attributes", "", now).items() if name != "active"}
    answer = post(owner, "policy/save/attributes/", off)
    assert answer.status_code == 200, text(answer)
    assert not choice.current().active and "policy/attributes" not in text(get(owner, "policy/"))


def test_exclusions_come_page_by_page(
    shop: Any, owner: Asker, reader: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, whichever moment they have in common; a person of ours, a guest too, leads to their page."""
    monkeypatch.setattr("saleor_relacional.dashboard.policy.exclusions.PAGE", 2)
    guest = person("Gina")
    exclusions.add(now=now, profile_id=guest.pk)
    for number in range(4):
        exclusions.add(now=now, address=f"*@m{number}.example")
    page, found = text(get(owner, "policy/exclusions/")), ""
    assert f'href="/dashboard/customers/{guest.public_id}" data-go' in page
    while more := re.search(r'hx-get="/dashboard/content/(policy/exclusions/rows/[^"]*)"', page):
        found, page = found + page, text(get(reader, more[1]))
        assert 'hx-post="' not in page
    assert [(found + page).count(f"<code>*@m{number}.example") for number in range(4)] == [1, 1, 1, 1]
    for wrong in ("", "?after=x&at=y", "?after=1&at=2026-01-01"):
        assert get(reader, f"policy/exclusions/rows/{wrong}").status_code == 404


def test_exclusions_are_added_and_removed(shop: Any, owner: Asker, now: datetime) -> None:
    assert "Nobody is excluded" in text(get(owner, "policy/exclusions/"))
    refused = post(owner, "policy/exclusions/add/", {"address": "nobody", "because": "ours"})
    assert (
        refused.status_code == 422
        and "pattern of addresses" in text(refused)
        and 'value="ours"' in text(refused)
    )
    added = post(owner, "policy/exclusions/add/", {"address": "*@tea.example", "because": CANARY})
    assert added.status_code == 200 and harmless(added) and "*@tea.example" in text(added)
    kept = Exclusion.objects.get()
    assert post(owner, f"policy/exclusions/{kept.public_id}/remove/").status_code == 200
    assert exclusions.all_of_them() == []


def test_topics_are_declared_and_removed(shop: Any, owner: Asker) -> None:
    refused = post(owner, "policy/topics/declare/", {"key": "New Teas", "en": "New teas"})
    assert refused.status_code == 422 and 'value="New Teas"' in text(refused)
    added = post(owner, "policy/topics/declare/", {"key": "new-teas", "en": CANARY, "es": "Tés nuevos"})
    assert harmless(added) and [one.key for one in topics.declared()] == ["new-teas"]
    assert post(owner, "policy/topics/new-teas/remove/").status_code == 200
    assert not topics.declared() and post(owner, "policy/topics/new-teas/remove/").status_code == 404


def test_mails_that_stopped_start_again_by_a_test(shop: Any, owner: Asker, now: datetime) -> None:
    open_shop(now)
    providers.ensure(now)
    MailProvider.objects.update(stopped_at=now, stop_reason="smtp_5.7.1")
    page = text(get(owner, "policy/"))
    assert "Sending has stopped" in page and "smtp_5.7.1" in page
    started = post(owner, "policy/restart/")
    assert started.status_code == 200 and "Mails leave again." in text(started)
    assert providers.current(now).stopped_at is None and len(mail.outbox) == 1


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime, language: str) -> None:
    open_shop(now)
    exclusions.add(now=now, address="*@tea.example", because="Our own people")
    refused = post(owner, "policy/save/look/", typed("look", "eur", now, ink="#eeeeee"), language=language)
    found = {
        "policy": content(owner, "policy/", language=language),
        "policy-hours": content(owner, "policy/hours/", language=language),
        "policy-look-refused": refused.content.decode(),
        "policy-exclusions": content(owner, "policy/exclusions/", language=language),
    }
    assert faults({f"{name}-{language}": page for name, page in found.items()}, language=language) == {}


def test_the_shops_own_list_is_filtered_by_what_is_chosen(shop: Any, owner: Asker, now: datetime) -> None:
    """Off by default; stages and bands of value are switched on here; what makes no sense is refused at its field."""
    assert "switched off" in text(get(owner, "policy/"))
    refused = post(
        owner, "policy/save/attributes/", typed("attributes", "", now, active="on", valueBands="50, x")
    )
    assert refused.status_code == 422 and "Give whole amounts of 1 or more." in text(refused)
    chosen = typed("attributes", "", now, active="on", stage="on", valueBands="50, 200", currency="eur")
    assert post(owner, "policy/save/attributes/", chosen).status_code == 200
    held = choice.current()
    assert (held.active, held.stage, held.value_bands, held.currency) == (True, True, [50, 200], "EUR")
