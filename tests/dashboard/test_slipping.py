"""The page "who is slipping and what we would do": the API's dry run, with a switch for whoever may."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from saleor_relacional.dashboard.slipping import view
from saleor_relacional.flows.campaigns import campaigns, plan, proposals
from saleor_relacional.flows.campaigns.owner import saving
from saleor_relacional.models import Campaign, CampaignState, Enrolment, Profile, Touch
from tests.api.asking import Asker
from tests.support.asked import Asked
from tests.support.campaign_stories import (
    a_fit,
    crowd,
    late,
    open_shop,
    win_back,
)

pytestmark = pytest.mark.django_db


def get(asker: Asker | None, path: str = "content/slipping/", language: str = "en") -> Any:
    return Client().get(f"/dashboard/{path}", headers=headers(asker, language))


def post(asker: Asker | None, path: str, **data: str) -> Any:
    return Client(enforce_csrf_checks=True).post(f"/dashboard/{path}", data, headers=headers(asker, "en"))


def headers(asker: Asker | None, language: str) -> dict[str, str]:
    token = {"Authorization": asker.token} if asker and asker.token else {}
    return {"Accept-Language": language, **token}


def test_who_gets_what_and_why(shop: Any, owner: Asker, now: datetime) -> None:
    """Treated, control, waiting and suppressed people, in words; looking starts nobody."""
    open_shop(now)
    win_back(now, discount="percentage", value=10, daily_capacity=2)
    crowd(9, now, value="20.00")
    late("Nobody", now, agreed=False)
    text = get(owner).content.decode()
    for said in (
        "A mail with 10 % off, today",
        "Nothing: has not agreed to be written to",
        "Waits: about",
        "€2.00",
    ):
        assert said in text, said
    assert not Enrolment.objects.exists() and not Touch.objects.exists()
    someone = Profile.objects.get(first_name="Person000")
    assert f'href="/dashboard/customers/{someone.public_id}" data-go' in text
    worth = re.findall(r'data-label="The year ahead">([^<]*)<', text)
    assert worth and not [each for each in worth if "." in each], "a guess has no cents"
    spanish = get(owner, language="es").content.decode()
    assert "Un correo con 10 % de descuento, hoy" in spanish and "Waits" not in spanish


def test_an_estimate_is_told_in_two_figures(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a sample nobody is counted to the last person; today's mails are where the mails per day limit them."""
    open_shop(now)
    win_back(now)
    crowd(3, now)
    real = proposals.dry_run
    many: dict[str, Any] = {
        "control": 1_234, "waiting": 149_392, "suppressed": {"no_basis": 12_345}, "estimated": True,
    }  # fmt: skip

    def estimated(*args: Any, **more: Any) -> proposals.DryRun:
        told = real(*args, **more)
        assert told.summary is not None
        return replace(told, summary=replace(told.summary, treated=1_111, **many))

    monkeypatch.setattr(proposals, "dry_run", estimated)
    text = get(owner).content.decode()
    for told in ("<b>1,111</b>", "<b>1,200</b>", "<b>150,000</b>", "<b>12,000</b>", "(12,000)"):
        assert told in text, told
    assert not re.search("1,234|149,392|12,345", text)
    many["treated_estimated"] = True
    assert "<b>1,100</b>" in get(owner).content.decode()


def test_many_campaigns_ask_no_more_than_a_few(shop: Any, owner: Asker, now: datetime) -> None:
    """What runs is shown, then the newest that may run; the others are counted, with the way to them, and cost
    nothing."""
    open_shop(now)
    runs = win_back(now)
    made = [campaigns.pause(win_back(now), now=now) for _ in range(view.MOST + 1)]
    get(owner)
    with Asked() as few:
        text = get(owner).content.decode()
    assert "2 more win-backs stand among your campaigns." in text
    shown = [str(one.public_id) in text for one in (runs, *made)]
    assert shown == [True, False, False, True, True, True, True]
    Campaign.objects.filter(pk=made[-1].pk).update(state=CampaignState.FINISHED)
    for _ in range(10):
        campaigns.pause(win_back(now), now=now)
    with Asked() as many:
        assert "12 more win-backs" in get(owner).content.decode()
    assert len(many) <= len(few)


def test_the_rest_is_a_click_away(shop: Any, owner: Asker, now: datetime) -> None:
    """25 rows, then the next ones by keyset, each person once."""
    open_shop(now)
    win_back(now)
    crowd(30, now)
    first = get(owner).content.decode()
    link = re.search(r'hx-get="/dashboard/(content/slipping/more/[^"]+)"', first)
    assert link
    rest = get(owner, link[1].replace("&amp;", "&")).content.decode()
    people = re.findall(r"person\d+@shop\.example", first + rest)
    assert len(people) == 30 == len(set(people)) and "hx-get" not in rest


def test_whoever_is_looked_after_already_is_shown(shop: Any, owner: Asker, now: datetime) -> None:
    """All six were started: the page names them with what was done, and says that nobody else is late."""
    open_shop(now)
    campaign = win_back(now)
    people = crowd(6, now)
    plan.consider(campaign, now)
    one, other = Touch.objects.order_by("pk")[:2]
    Touch.objects.filter(pk=one.pk).update(state="sent", ended_at=now)
    Touch.objects.filter(pk=other.pk).update(state="suppressed", reason="opted_out", ended_at=now)
    text = get(owner).content.decode()
    assert "Nobody else is slipping" in text and "Nobody is slipping" not in text
    assert all(person.email in text for person in people)
    control = Enrolment.objects.filter(arm="control").count()
    assert text.count("control group, to measure against") == control + 1  # and the tile
    assert (text.count("Written to on"), text.count("stopped before it left")) == (1, 1)
    assert text.count("on its way") == 4 - control
    spanish = get(owner, language="es").content.decode()
    assert "Written to" not in spanish and "Nobody else" not in spanish


def test_a_mail_that_left_is_told_though_the_next_is_queued(shop: Any, owner: Asker, now: datetime) -> None:
    """The shipped campaign has a second mail, which is queued while she is still late: the page says when she was
    written to, and does not promise the first one again. A second mail that is stopped takes nothing back."""
    open_shop(now)
    campaign = campaigns.activate(campaigns.ensure("win_back", now), now=now)
    campaigns.edit(campaign, now=now, control_share=0)
    crowd(1, now)
    plan.consider(campaign, now)
    Touch.objects.update(state="sent", ended_at=now)
    second = campaigns.current(campaign).steps.get(number=2)
    queued = Touch.objects.get()
    queued.pk, queued.public_id, queued.step = None, uuid4(), second
    queued.state, queued.ended_at = "queued", None
    queued.save()
    text = get(owner).content.decode()
    assert "Written to on" in text and "on its way" not in text
    Touch.objects.filter(step__number=2).update(state="suppressed", reason="opted_out", ended_at=now)
    text = get(owner).content.decode()
    assert "Written to on" in text and "stopped before it left" not in text


def test_an_owner_makes_activates_and_pauses(shop: Any, owner: Asker, now: datetime) -> None:
    """Each button changes one thing and shows how it stands; what is missing is said, and nothing changed."""
    assert b"There is no win-back campaign yet" in get(owner).content
    assert b"Draft" in post(owner, "content/slipping/make/").content
    campaign = Campaign.objects.get()
    place, read = f"content/slipping/{campaign.public_id}/activate/", str(saving.seen(campaign))
    refused = post(owner, place, basis=read)
    assert refused.status_code == 409 and b'role="alert"' in refused.content
    assert Campaign.objects.get().state == CampaignState.DRAFT

    open_shop(now)
    assert f'"basis": "{read}"' in unescape(get(owner).content.decode())
    campaigns.edit(campaign, now=now, daily_capacity=7)
    overtaken = post(owner, place, basis=read)
    assert overtaken.status_code == 409 and b"<ins>7</ins>" in overtaken.content
    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert post(owner, place, basis=str(saving.seen(campaign))).status_code == 200
    assert Campaign.objects.get().state == CampaignState.ACTIVE
    assert post(owner, f"content/slipping/{campaign.public_id}/pause/").status_code == 200
    assert Campaign.objects.get().state == CampaignState.PAUSED


def test_a_copy_of_the_shop_asks_twice(shop: Any, owner: Asker, now: datetime, settings: Any) -> None:
    """Activated at another address: refused with the question, done with the answer."""
    open_shop(now)
    campaign = win_back(now)
    settings.PUBLIC_URL = "https://staging.example"
    Campaign.objects.update(state=CampaignState.PAUSED)
    place, read = f"content/slipping/{campaign.public_id}/activate/", str(saving.seen(campaign))
    asked = post(owner, place, basis=read)
    assert asked.status_code == 409 and b"The shop has moved: activate it" in asked.content
    assert Campaign.objects.get().state == CampaignState.PAUSED
    assert post(owner, place, basis=read, confirm="yes").status_code == 200
    assert Campaign.objects.get().activated_url == "https://staging.example"


@pytest.mark.parametrize(
    "button", ["content/slipping/make/", "content/slipping/{}/activate/", "content/slipping/{}/pause/"]
)
def test_whoever_may_not_switch_changes_nothing(shop: Any, reader: Asker, now: datetime, button: str) -> None:
    """Readers see no button, and pressing it all the same is refused; so are nobody, customers and GET."""
    open_shop(now)
    campaign = win_back(now)
    before = list(Campaign.objects.values())
    assert b"hx-post" not in get(reader).content and b"MANAGE_RELATIONSHIPS" in get(reader).content
    path = button.format(campaign.public_id)
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    only_switch = Asker(shop.context(account=shop.staff("MANAGE_RELATIONSHIPS")))
    for asker, status, needed in (
        (reader, 403, b"MANAGE_RELATIONSHIPS"), (customer, 403, b"MANAGE_USERS"), (None, 401, b"MANAGE_USERS"),
        (only_switch, 403, b"MANAGE_USERS"),
    ):  # fmt: skip
        answer = post(asker, path)
        assert answer.status_code == status and needed in answer.content
    assert get(reader, path).status_code == 405
    assert list(Campaign.objects.values()) == before


def test_the_months_money_goes_along_to_the_next_page(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine euros a month, two off each of six orders of twenty: four start today; on the second page, too, whoever is
    beyond the money is told so."""
    open_shop(now)
    a_fit(now, high_orders={"EUR": 1.0})
    money = {"month_budget": Decimal(9), "budget_currency": "EUR", "channels": ("eur",)}
    win_back(now, control_share="0", discount="percentage", value=Decimal(10), **money)
    crowd(6, now, value="20.00")
    monkeypatch.setattr("saleor_relacional.dashboard.campaigns.in_person.PAGE", 3)
    page = get(owner, "content/slipping/").content.decode()
    assert page.count("A mail with") == 3 and "month's budget" not in unescape(page)
    [following] = re.findall(r"content/slipping/more/[^\"]+", unescape(page))
    page = unescape(get(owner, following).content.decode())
    assert page.count("A mail with") == 1 and page.count("no offer of the month's budget") == 2


def test_nobody_reads_the_list_without_permission(shop: Any, now: datetime) -> None:
    """Not the list, not its next page."""
    open_shop(now)
    campaign = win_back(now)
    crowd(3, now)
    staff = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    place = "place=-99&profile_id=0&room=1&treated_above=0"
    for path in ("content/slipping/", f"content/slipping/more/{campaign.public_id}/?{place}"):
        for asker, status in ((None, 401), (staff, 403)):
            answer = get(asker, path)
            assert answer.status_code == status and b"person0" not in answer.content


@pytest.mark.parametrize(
    "query",
    [
        "",
        "place=x&profile_id=0&room=1&treated_above=0",
        *(
            f"place=1&profile_id=0&room=1&treated_above=0&left={money}"
            for money in ("x", "NaN", "Infinity", "sNaN")
        ),
    ],
)
def test_a_page_that_is_none(shop: Any, owner: Asker, now: datetime, query: str) -> None:
    """A made-up place is not found."""
    open_shop(now)
    assert get(owner, f"content/slipping/more/{win_back(now).public_id}/?{query}").status_code == 404
