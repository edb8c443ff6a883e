"""What stands in the host's own dashboard beside the card: the week, a voucher's campaign and holders, the chosen."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from graphql_relay import to_global_id

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.contact import labels, several
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.operations import week
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone.models import VoucherCode
from saleor_relacional.models import Exclusion, Incentive, Label, Profile, StaffNote
from tests.api.asking import Asker
from tests.support.asked import Asked
from tests.support.campaign_stories import late, open_shop, win_back

pytestmark = pytest.mark.django_db


def fetch(path: str, asker: Asker | None, language: str = "en", **query: str) -> Any:
    """As the frame asks: the token in a header."""
    headers = {"Accept-Language": language} | ({"Authorization": asker.token} if asker else {})
    return Client().get(f"/dashboard/{path}", query, headers=headers)


def send_form(path: str, asker: Asker, **fields: str) -> Any:
    """As htmx sends a form."""
    return Client().post(f"/dashboard/content/{path}", fields, headers={"Authorization": asker.token})


@pytest.mark.parametrize(("place", "kind"), [("week", "widget"), ("voucher", "widget"), ("chosen", "page")])
def test_frames_hold_no_data_and_ask_nothing(shop: Any, ana: str, place: str, kind: str) -> None:
    """They are requested twice and by anybody, with and without a slash."""
    for each in (f"{place}", f"{place}/"):
        with Asked() as queries:
            answer = fetch(each, None, customerIds=to_global_id("User", ana), theme="dark")
        text = answer.content.decode()
        assert answer.status_code == 200 and len(queries) == 0
        assert f'data-kind="{kind}"' in text and 'data-theme="dark"' in text and "ana@" not in text


def test_the_week_on_the_homepage(shop: Any, reader: Asker, ana: str, now: datetime) -> None:
    """A complaint waits; in both languages; a glance says when there are too many to count."""
    profile = Profile.objects.get(identities__key=ana)
    tell.tell(profile.pk, kind="complaint", text="It broke.", source="page", now=now)
    text = fetch("content/week/", reader).content.decode()
    assert "This week" in text and "Answers to customers" in text and "ana@" not in text
    text = fetch("content/week/", reader, "es").content.decode()
    assert "Esta semana" in text and "Respuestas a clientes" in text
    campaigns.create(name="Begun", now=now, terms=Terms())
    text = fetch("content/week/", reader).content.decode()
    for place in ("checklist", "inbox", "campaigns", "customers?stage=recovered&amp;sort=since"):
        assert f'href="/dashboard/{place}" data-go' in text, place
    assert "Drafts of campaigns" in text and "Came back" in text


def test_the_week_counts_who_moved(
    shop: Any, reader: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has come into a stage by what happened; not who was only learnt."""
    profile = late("Ana", now)
    summary = profile.summary
    type(summary).objects.filter(pk=profile.pk).update(since=now, stage="lapsed", stage_cause="time")
    assert week.week(now).moved["lapsed"] == 1
    type(summary).objects.filter(pk=profile.pk).update(stage_cause="history")
    assert week.week(now).moved["lapsed"] == 0


def test_a_voucher_says_its_campaign_and_pages_its_holders(
    shop: Any, reader: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hold a code of it; one on each page. A voucher of staff is said to be none of ours, and so is nonsense."""
    monkeypatch.setattr("saleor_relacional.dashboard.voucher.view.PAGE", 1)
    open_shop(now)
    campaign = win_back(now, control_share="0", discount="percentage", value=Decimal(10))
    late("Ana", now)
    late("Bea", now)
    plan.consider_all(now)
    send.send_due(now=now)
    code = Incentive.objects.order_by("pk").first()
    assert code is not None
    voucher = to_global_id("Voucher", VoucherCode.objects.get(code=code.code).voucher_id)
    text = fetch("content/voucher/", reader, voucherId=voucher).content.decode()
    assert f'campaigns/{campaign.public_id}" data-go>{campaign.name}</a>' in text and ">Running<" in text
    assert code.code in text and "Show more" in text
    assert f'href="/dashboard/customers/{code.profile.public_id}" data-go' in text
    with Asked() as queries:
        fetch("content/voucher/", reader, voucherId=voucher)
    assert not [one for one in queries.captured_queries if "COUNT(" in one["sql"]], "counted after the widget"
    counted = " ".join(fetch("content/voucher/counts/", reader, voucherId=voucher).content.decode().split())
    assert "Codes that still work</dt><dd>2</dd>" in counted and "Codes redeemed</dt><dd>0</dd>" in counted
    assert fetch("content/voucher/counts/", reader, voucherId="%%%").status_code == 404
    text = fetch("content/voucher/", reader, "es", voucherId=voucher, after=str(code.pk)).content.decode()
    assert code.code not in text and "vale hasta" in text and campaign.name not in text
    for other in (to_global_id("Voucher", 0), to_global_id("User", code.pk), "%%%"):
        assert "No campaign made" in fetch("content/voucher/", reader, voucherId=other).content.decode()


def chosen(*accounts: str) -> str:
    """As the dashboard joins them."""
    return ",".join(to_global_id("User", account) for account in accounts)


def test_the_chosen_are_labelled_noted_and_excluded(shop: Any, owner: Asker, ana: str) -> None:
    """Each in one step; whoever did it is kept."""
    told = send_form("chosen/label/", owner, customerIds=chosen(ana), labels="VIP, Press")
    assert told.status_code == 200 and b"Done, for 1 customer." in told.content
    assert set(Label.objects.values_list("name", flat=True)) == {"VIP", "Press"}
    assert Label.objects.first().set_by.startswith("staff:")  # type: ignore[union-attr]
    send_form("chosen/label/", owner, customerIds=chosen(ana), labels="press", take="on")
    assert labels.known() == [("VIP", 1)]
    send_form("chosen/note/", owner, customerIds=chosen(ana, ana), text="Rang about oak.")
    assert StaffNote.objects.get().text == "Rang about oak."
    send_form("chosen/exclude/", owner, customerIds=chosen(ana), because="Family")
    assert Exclusion.objects.get().because == "Family"


@pytest.mark.parametrize("form", ["customerIds", "customerIds[0]", "customerIds[]"])
def test_however_the_dashboard_writes_a_list(shop: Any, owner: Asker, ana: str, form: str) -> None:
    """Joined by commas, numbered, or with brackets."""
    text = fetch("content/chosen/", owner, **{form: chosen(ana)}).content.decode()
    assert "ana@example.com" in text and "Save the labels" in text


def test_what_cannot_be_is_said_and_kept_as_typed(shop: Any, owner: Asker, reader: Asker, ana: str) -> None:
    """A label too long; nobody chosen; too many; no right to change; somebody unknown."""
    told = send_form("chosen/label/", owner, customerIds=chosen(ana), labels="x" * 41)
    assert told.status_code == 422 and b"x" * 41 in told.content and not Label.objects.exists()
    assert b'name="take" value="on">' in told.content, "to put on"
    told = send_form("chosen/label/", owner, customerIds=chosen(ana), labels="x" * 41, take="on")
    assert told.status_code == 422 and b'name="take" value="on" checked>' in told.content, (
        "to take off, as asked"
    )
    assert send_form("chosen/note/", owner, customerIds="", text="Hm").status_code == 422
    many = chosen(*(str(each) for each in range(several.MOST + 1)))
    assert "at most 100" in fetch("content/chosen/", owner, customerIds=many).content.decode()
    assert send_form("chosen/exclude/", owner, customerIds=many).status_code == 422
    text = fetch("content/chosen/", reader, customerIds=chosen(ana)).content.decode()
    assert "MANAGE_RELATIONSHIPS" in text and "<form" not in text
    assert send_form("chosen/exclude/", reader, customerIds=chosen(ana)).status_code == 403
    unknown = shop.customer("new@example.com")
    assert "Nothing is known" in fetch("content/chosen/", owner, customerIds=chosen(unknown)).content.decode()
    assert not Exclusion.objects.exists() and not StaffNote.objects.exists()
