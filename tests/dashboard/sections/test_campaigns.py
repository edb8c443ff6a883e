"""The page of campaigns: the kinds with what they would do here, the form, two admins at once, on and off."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows.campaigns import campaigns, plan, proposals
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.campaigns.owner import outlook
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.models import Campaign, CampaignChange, CampaignState, CampaignVersion
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db
CHANGES = ("save/", "form/", "activate/now/", "pause/", "finish/")


def post(asker: Asker | None, place: str, language: str = "en", **typed: Any) -> Any:
    token = {"Authorization": asker.token} if asker and asker.token else {}
    headers = {"Accept-Language": language, **token}
    return Client(enforce_csrf_checks=True).post(f"/dashboard/content/{place}", typed, headers=headers)


def fields(page: str) -> dict[str, Any]:
    """What the browser would send of the form of a page: name → value, or several."""
    form = page[page.index('id="campaign-form"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, inside in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>&#10;(.*?)</textarea>', form, re.S):
        sent[name] = [unescape(inside).replace("\n", "\r\n")]
    for name, inside in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        first = re.search(r'<option value="([^"]*)"', inside)
        sent[name] = [chosen[1] if chosen else first[1] if first else ""]
    return sent


def path(campaign: Campaign) -> str:
    return f"campaigns/{campaign.public_id}/"


def basis(text: str) -> str:
    """What the button sends: what was edited until the summary was read."""
    found = re.search(r'"basis": "(\d+)"', unescape(text))
    assert found
    return found[1]


def draft(now: datetime, kind: str = "win_back") -> Campaign:
    return campaigns.ensure(kind, now)


def test_kinds_say_what_they_would_do_in_this_shop(shop: Any, owner: Asker, now: datetime) -> None:
    """Nine are late, one of them may not be written to. The card of the win-back says so, and asking made nothing."""
    open_shop(now)
    crowd(8, now, value="20.00")
    late("Nobody", now, agreed=False)
    text = unescape(content(owner, "campaigns/"))
    assert all(
        f"campaigns/kinds/{name}/" in text and str(kind.title) in text for name, kind in kinds().items()
    )
    told = unescape(content(owner, "campaigns/kinds/win_back/"))
    assert "8 people" in told and "1 more may not be written to" in told
    assert (
        "nothing but the mail" in told and "about €" in told and "will know" in told
    ) or "be known" in told
    for name in kinds():
        content(owner, f"campaigns/kinds/{name}/")
    assert not Campaign.objects.exists()
    spanish = content(owner, "campaigns/kinds/win_back/", language="es")
    assert "8 personas" in spanish and "people" not in spanish


def test_a_card_says_that_it_estimates(shop: Any, owner: Asker, now: datetime, monkeypatch: Any) -> None:
    """Of many: about so many, in figures as people speak, never to the last person."""
    open_shop(now)
    told = outlook.of_kind("win_back", now)
    assert told is not None
    suppressed = {"no_basis": 12_345}
    many = replace(told.summary, waiting=149_392, suppressed=suppressed, estimated=True)
    monkeypatch.setattr(outlook, "of_kind", lambda *args: replace(told, summary=many))
    text = " ".join(unescape(content(owner, "campaigns/kinds/win_back/")).split())
    assert "about 150,000 people" in text and "12,000 more may not be written to" in text
    assert "alrededor de 150.000 personas" in " ".join(
        content(owner, "campaigns/kinds/win_back/", language="es").split()
    )


def test_pressing_twice_makes_one_draft_unless_another_is_asked_for(
    shop: Any, owner: Asker, now: datetime
) -> None:
    """The second click opens the first draft; `another` makes a second one."""
    post(owner, "campaigns/make/welcome/")
    post(owner, "campaigns/make/welcome/")
    assert Campaign.objects.count() == 1
    assert "Open “Welcome”" in unescape(content(owner, "campaigns/"))
    post(owner, "campaigns/make/welcome/", another="yes")
    assert Campaign.objects.count() == 2
    assert post(owner, "campaigns/make/nothing/").status_code == 404


def test_what_is_typed_is_what_is_kept(shop: Any, owner: Asker, now: datetime) -> None:
    """Control share in per cent, a comma for a point, an offer, a budget, days, a stricter policy: all of it in one
    version; and the form shows it again as it was typed."""
    open_shop(now)
    campaign = draft(now)
    typed = fields(content(owner, path(campaign)))
    typed |= {
        "name": "Come back", "controlShare": "12,5", "windowDays": "45", "dailyCapacity": "40", "monthBudget": "250",
        "startsOn": "2031-01-02", "endsOn": "2031-03-02", "contactPolicy.gapDays": "5",
        "contactPolicy.noWeekends": "on",
        "steps[1].wait": "10", "steps[1].waitUnit": "days", "steps[1].rungs[0].kind": "percentage",
        "steps[1].rungs[0].value": "7,5", "steps[1].rungs[0].minimum[EUR]": "30", "steps[1].offerDays": "10",
    }  # fmt: skip
    saved = post(owner, f"{path(campaign)}save/", **typed)
    assert saved.status_code == 200, unescape(saved.content.decode())
    terms = terms_of(campaigns.current(campaign))
    [rung] = terms.steps[1].rungs
    assert (rung.kind, rung.value, rung.minimum[0].amount) == ("percentage", Decimal("7.5"), Decimal(30))
    assert (terms.control_share, terms.daily_capacity, terms.month_budget) == (
        Decimal("0.125"),
        40,
        Decimal(250),
    )
    assert (terms.budget_currency, terms.steps[1].wait_days, terms.steps[1].offer_days) == ("EUR", 10, 10)
    assert terms.contact_policy.gap_days == 5 and terms.contact_policy.weekends is False
    kept = Campaign.objects.get()
    assert (kept.name, kept.window_days) == ("Come back", 45)
    again = fields(content(owner, path(campaign)))
    assert again["controlShare"] == ["12.5"] and again["steps[1].rungs[0].value"] == ["7.5"]
    edited = CampaignChange.objects.filter(event="edited").count()
    assert post(owner, f"{path(campaign)}save/", **again).status_code == 200
    assert CampaignChange.objects.filter(event="edited").count() == edited


def test_days_that_count_are_fixed_while_its_form_is_open(shop: Any, owner: Asker, now: datetime) -> None:
    """The page that switches it on names them. A colleague has switched it on meanwhile: the days stand as text, all
    else that was typed is still there and can be saved."""
    open_shop(now)
    campaign = draft(now)
    assert "buy within 90 days of their start" in content(owner, f"{path(campaign)}activate/")
    typed = {**fields(content(owner, path(campaign))), "windowDays": "30", "name": "Spring"}
    campaigns.activate(campaign, now=now)
    refused = post(owner, f"{path(campaign)}save/", **typed)
    page = unescape(refused.content.decode())
    assert refused.status_code == 422 and "What counts was fixed" in page
    assert "What people buy within 90 days of their start counts" in page and 'name="windowDays"' not in page
    again = fields(page)
    assert again["name"] == ["Spring"]
    assert post(owner, f"{path(campaign)}save/", **again).status_code == 200
    assert (Campaign.objects.get().name, Campaign.objects.get().window_days) == ("Spring", 90)


@pytest.mark.parametrize(
    ("typed", "field", "said", "spanish"),
    [
        ({"name": " "}, "name", "one line", "una línea"),
        ({"controlShare": "many"}, "controlShare", "Give a number", "un número"),
        ({"controlShare": "100"}, "controlShare", "control group", "grupo de control"),
        ({"windowDays": ""}, "windowDays", "1 to 365 days", "de 1 a 365 días"),
        ({"dailyCapacity": "1.5"}, "dailyCapacity", "whole number", "número entero"),
        ({"dailyCapacity": "-1"}, "dailyCapacity", "mails per day", "correos al día"),
        ({"monthBudget": "NaN"}, "monthBudget", "Give a number", "un número"),
        ({"startsOn": "2031-02-02", "endsOn": "2031-02-01"}, "endsOn", "comes before the first", "anterior"),
        ({"segment": "x"}, "segment", "no such segment", "segmento"),
        ({"steps[0].wait": "999"}, "steps[0].wait", "waits 0 to 365", "365"),
        ({"steps[1].rungs[0].kind": "percentage"}, "steps[1].rungs[0].value", "percentage up to 100", "porcentaje"),
        ({"steps[1].rungs[0].kind": "fixed"}, "steps[1].rungs[0].amounts[EUR]", "each currency", "moneda"),
        ({"contactPolicy.perWeek": "7"}, "contactPolicy.perWeek", "may allow fewer", "menos"),
        ({"steps[0].message": "replenishment"}, "steps[0].message", "does not know", "no conoce"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(
    shop: Any, owner: Asker, now: datetime, typed: dict[str, str], field: str, said: str, spanish: str
) -> None:
    """Refused in the reader's language, nothing kept, all that was typed still there."""
    open_shop(now)
    campaign = draft(now)
    sent = {**fields(content(owner, path(campaign))), **typed}
    for language, word in (("en", said), ("es", spanish)):
        refused = post(owner, f"{path(campaign)}save/", language, **sent)
        text = unescape(refused.content.decode())
        assert refused.status_code == 422 and 'role="alert"' in text
        assert re.search(rf'id="f-{re.escape(field)}"[^>]*aria-invalid="true"', text) or field in text
        assert word in text, (word, text[text.index('role="alert"') :][:300])
        assert f'id="f-{field}-error"' in text
    kept = fields(refused.content.decode())
    assert all(kept[name] == [value] for name, value in typed.items() if name in kept)
    assert CampaignVersion.objects.count() == 1 and Campaign.objects.get().name == "Win back"


def test_two_admins_at_once(shop: Any, owner: Asker, now: datetime) -> None:
    """The second is told what the first changed and who it was; what they typed is there, and saving again keeps it."""
    open_shop(now)
    campaign = draft(now)
    mine = {**fields(content(owner, path(campaign))), "dailyCapacity": "70"}
    other = Asker(shop.context(account=(colleague := shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS"))))
    theirs = {**fields(content(other, path(campaign))), "controlShare": "30", "name": "Theirs"}
    assert post(other, f"{path(campaign)}save/", **theirs).status_code == 200
    refused = post(owner, f"{path(campaign)}save/", **mine)
    text = unescape(refused.content.decode())
    assert refused.status_code == 409 and "Somebody else has changed this campaign" in text
    assert "<del>20 %</del> → <ins>30 %</ins>" in text and "<ins>Theirs</ins>" in text
    assert (shop.host.staff_address(colleague) or "staff no longer") in text
    assert terms_of(campaigns.current(campaign)).daily_capacity == 100
    again = fields(refused.content.decode())
    assert again["dailyCapacity"] == ["70"] and again["controlShare"] == ["20"]
    assert post(owner, f"{path(campaign)}save/", **again).status_code == 200
    assert terms_of(campaigns.current(campaign)).daily_capacity == 70


def test_adding_and_taking_away_keeps_what_was_typed(shop: Any, owner: Asker, now: datetime) -> None:
    """A rung more, a line that says who gets which, a message less; nothing is saved by any of it."""
    open_shop(now)
    campaign = draft(now)
    sent = {**fields(content(owner, path(campaign))), "name": "Half typed"}
    place = f"{path(campaign)}form/"
    drawn = post(owner, place, do="rung.add.1", **sent).content.decode()
    sent = fields(drawn)
    assert sent["name"] == ["Half typed"] and sent["steps[1].rungs[1].kind"] == ["percentage"]
    assert "autofocus" in drawn
    sent = fields(post(owner, place, do="rule.add.1", **sent).content.decode())
    assert "steps[1].rules[0].segment" in sent
    sent = fields(post(owner, place, do="step.remove.0", **sent).content.decode())
    assert sent["steps[0].rungs[1].kind"] == ["percentage"] and "steps[1].message" not in sent
    for nonsense in ("", "rung.add.9", "step.remove.77", "step", "rung.remove.0.x", "rule.add"):
        assert post(owner, place, do=nonsense, **sent).status_code == 200
    assert CampaignVersion.objects.count() == 1 and Campaign.objects.get().name == "Win back"


def test_who_may_look_and_who_may_change(shop: Any, reader: Asker, now: datetime) -> None:
    """Readers see all of it without a button that changes something; posting all the same, and GET, are refused."""
    open_shop(now)
    campaign = win_back(now)
    crowd(2, now)
    for place in ("campaigns/", path(campaign), f"{path(campaign)}activate/", f"{path(campaign)}people/"):
        text = content(reader, place)
        assert "hx-post" not in text and "MANAGE_RELATIONSHIPS" in text, place
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    only_switch = Asker(shop.context(account=shop.staff("MANAGE_RELATIONSHIPS")))
    for each in (*(f"{path(campaign)}{change}" for change in CHANGES), "campaigns/make/welcome/"):
        for asker, status in ((reader, 403), (customer, 403), (None, 401), (only_switch, 403)):
            assert post(asker, each).status_code == status, each
        headers = {"Authorization": reader.token}
        assert Client().get(f"/dashboard/content/{each}", headers=headers).status_code == 405
    for each in ("", "outlook/", "people/", "said/", "activate/", "activate/figures/"):
        assert "person" not in content(None, f"{path(campaign)}{each}")
    assert "mails on the first day" in content(reader, f"{path(campaign)}activate/figures/")
    assert "mails on the first day" not in content(customer, f"{path(campaign)}activate/figures/")
    assert Campaign.objects.count() == 1 and Campaign.objects.get().state == CampaignState.ACTIVE


def test_many_campaigns_come_page_by_page(shop: Any, owner: Asker, now: datetime) -> None:
    """Twenty-five, then the rest by a link that goes on where the page ended; each once."""
    for number in range(30):
        campaigns.create(name=f"Campaign {number:02}", now=now, terms=terms_of_kind())
    text = content(owner, "campaigns/")
    link = re.search(r'hx-get="/dashboard/content/(campaigns/rows/open/\?after=\d+)"', text)
    assert link
    rest = content(owner, link[1])
    names = re.findall(r"data-go>(Campaign \d\d)<", text + rest)
    assert len(names) == 30 == len(set(names)) and "Show more" not in rest
    for bad in ("campaigns/rows/open/?after=x", "campaigns/rows/nothing/?after=1"):
        headers = {"Authorization": owner.token}
        assert Client().get(f"/dashboard/content/{bad}", headers=headers).status_code == 404


def terms_of_kind() -> Any:
    from saleor_relacional.flows.campaigns.terms import Terms

    return Terms(daily_capacity=10)


def test_the_people_of_any_kind(shop: Any, owner: Asker, now: datetime) -> None:
    """Whom a win-back would write to, and why not; nobody yet of a welcome."""
    open_shop(now)
    campaign = win_back(now)
    crowd(3, now)
    text = content(owner, f"{path(campaign)}people/")
    assert len(re.findall(r"person\d+@shop\.example", text)) == 3
    assert "Nobody, at the moment" in content(owner, f"{path(draft(now, 'welcome'))}people/")


def test_in_a_large_shop_no_page_waits_for_a_dry_run(
    shop: Any, owner: Asker, now: datetime, monkeypatch: Any
) -> None:
    """Whom a campaign would write to, and who is slipping, are asked for after their pages, of one that runs and of a
    draft; what comes is what a small shop has in its page. Colleagues alone may ask."""
    open_shop(now)
    crowd(3, now)
    runs, fresh = win_back(now), campaigns.create(name="Come back", now=now, terms=terms_of_kind())
    small = {
        place: content(owner, place)
        for place in ("slipping/", *(f"{path(one)}people/" for one in (runs, fresh)))
    }
    monkeypatch.setattr(rebuild, "SMALL", 0)
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    for place, whole in small.items():
        with monkeypatch.context() as patched:
            patched.setattr(proposals, "dry_run", lambda *args, **more: pytest.fail("the page waits"))
            page = content(owner, place)
            assert "Un momento…" in content(owner, place, language="es")
        comes = 'hx-trigger="(?:load|htmx:afterSettle from:#run-1 once)" hx-target="this"'
        parts = re.findall(f'hx-get="/dashboard/content/([^"]*)" {comes}', page)
        assert len(parts) == (2 if place == "slipping/" else 1) and page.count("One moment…") == len(parts)
        assert not re.search(r"person\d+@shop\.example", page)
        told = "".join(content(owner, part) for part in parts)
        for who in set(re.findall(r"person\d+@shop\.example", whole)):
            assert told.count(who) == whole.count(who)
        assert "would be written to" in told or place != "slipping/"
        assert all("shop.example" not in content(asker, part) for part in parts for asker in (customer, None))


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime, language: str) -> None:
    """With people, a campaign that runs, one with a ladder, errors at their fields: light and dark, desk and phone."""
    from saleor_relacional.flows.calendar import calendars

    open_shop(now)
    crowd(9, now, value="42.00")
    late("Nobody", now, agreed=False)
    runs = win_back(
        now,
        discount="percentage",
        value=10,
        month_budget=Decimal(300),
        budget_currency="EUR",
        channels=("eur",),
    )
    plan.consider(runs, now)
    calendars.make(now, days=5)
    one = draft(now, "welcome")
    wrong = {**fields(content(owner, path(runs))), "controlShare": "many"}
    wrong = fields(post(owner, f"{path(runs)}form/", do="rung.add.0", **wrong).content.decode())
    wrong = fields(post(owner, f"{path(runs)}form/", do="rule.add.0", **wrong).content.decode())
    page = content(owner, "campaigns/", language=language)
    for name in kinds():
        told = content(owner, f"campaigns/kinds/{name}/", language=language)
        page = re.sub(
            rf'(kinds/{name}/"[^>]*>)<p class="muted">[^<]*</p>',
            lambda found, told=told: found[1] + told,
            page,
        )
    page = page.replace("Reading what came of it…", content(owner, f"{path(runs)}said/", language=language))
    editor = content(owner, path(runs), language=language)
    outlook = content(owner, f"{path(runs)}outlook/", language=language)
    editor = re.sub(
        r'(outlook/"[^>]*>)<h2>.*?</section>',
        lambda found: f"{found[1]}{outlook}</section>",
        editor,
        flags=re.S,
    )
    figures = content(owner, f"{path(runs)}activate/figures/", language=language)
    summary = re.sub(
        r'(activate/figures/"[^>]*>).*?</section>\s*</div>',
        lambda found: f"{found[1]}{figures}</div>",
        content(owner, f"{path(runs)}activate/", language=language),
        flags=re.S,
    )
    assert "…" not in summary
    found = {
        "campaigns": page, "campaign": editor, "campaign summary": summary,
        "campaign activate": content(owner, f"{path(one)}activate/", language=language),
        "campaign people": content(owner, f"{path(runs)}people/", language=language),
        "campaign refused": post(owner, f"{path(runs)}save/", language, **wrong).content.decode(),
    }  # fmt: skip
    assert faults({f"{name} {language}": each for name, each in found.items()}, language=language) == {}
