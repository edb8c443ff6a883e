"""Segments: built by choosing, counted while typed, explained, saved by one of two who edit."""

from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from saleor_relacional.dashboard.segments import nodes
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.segments import native_segments, segments
from saleor_relacional.models import Campaign, CampaignStep, CustomerSummary, Profile, Segment
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.support.asked import Asked
from tests.support.campaign_stories import late, open_shop, scored
from tests.support.instants import DAY
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

LATE = [
    ("name", "Late buyers"), ("group", "all"), ("field", "stage"), ("operator", "one_of"), ("value", "slipping"),
    ("value", "lapsed"), ("group", "none"), ("field", "email"), ("operator", "begins"), ("value", "bea"), ("end", "1"),
    ("end", "1"),
]  # fmt: skip
RULE = {
    "all": [
        {"field": "stage", "operator": "one_of", "value": ["slipping", "lapsed"]},
        {"not": {"field": "email", "operator": "begins", "value": "bea"}},
    ]
}


def send(place: str, asker: Asker, pairs: Any = ()) -> Any:
    """A form, in its order."""
    return Client().post(
        f"/dashboard/content/segments/{place}", urlencode(list(pairs)),
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": asker.token, "Accept-Language": "en"},
    )  # fmt: skip


@pytest.fixture
def people(shop: Any, now: datetime) -> None:
    """Ana and Bea are late; Dora never bought."""
    late("Ana", now)
    late("Bea", now)
    person("Dora")
    scored(now)


def test_every_campaign_that_uses_one_is_named(people: None, owner: Asker, now: datetime) -> None:
    """One is for its people, another gives them a rung of their own, a third is over: two links, on the list and on its
    own page, and no more questions for more segments."""
    kept = segments.create(name="Late buyers", rule=RULE, now=now)
    open_shop(now)
    for_them = campaigns.create(kind="segment", name="For them", now=now, terms=Terms(segment=kept.public_id))
    ruled = campaigns.create(kind="win_back", name="A rung", now=now, terms=Terms())
    CampaignStep.objects.filter(version__campaign=ruled).update(rules=[[str(kept.public_id), 1]])
    over = campaigns.create(kind="segment", name="Over", now=now, terms=Terms(segment=kept.public_id))
    Campaign.objects.filter(pk=over.pk).update(state="finished")
    one = f"segments/{kept.public_id}/"
    for place in ("segments/", one):
        told = content(owner, place)
        assert all(f"campaigns/{each.public_id}" in told for each in (for_them, ruled)) and "Over" not in told
    with Asked() as before:
        content(owner, "segments/")
    for number in range(3):
        segments.create(name=f"Other {number}", rule=RULE, now=now)
    with Asked() as after:
        content(owner, "segments/")
    assert len(after) == len(before)


@pytest.mark.parametrize(
    "rule", [RULE, *[each.rule for each in native_segments.NATIVE if each.key != "about_to_slip"]]
)
def test_a_rule_comes_back_from_the_form(rule: Any) -> None:
    """Whatever ships can be shown in it."""
    root = nodes.of_rule(rule)
    assert root is not None and nodes._plain(root.get()) in (
        nodes._plain(rule),
        nodes._plain({"all": [rule]}),
    )


def test_what_the_form_cannot_say_is_left_alone() -> None:
    """A moment to the second is not rounded behind anybody's back, nor a time from the past into the future."""
    assert (
        nodes.of_rule(next(each.rule for each in native_segments.NATIVE if each.key == "about_to_slip"))
        is None
    )
    exact = {"field": "last_at", "operator": "before", "value": "2026-03-31T12:00:00+02:00"}
    assert nodes.of_rule({"all": [{**exact, "until": "2026-01-01"}]}) is None


def test_counted_while_it_is_typed(people: None, reader: Asker) -> None:
    """With a sample; what is not complete says what lacks, and nothing is saved."""
    text = send("new/count/", reader, LATE).content.decode()
    assert "1 customer" in text and "ana@shop.example" in text and "bea@" not in text
    assert "Not complete yet" in send("new/count/", reader, [("group", "all"), ("end", "1")]).content.decode()
    assert not Segment.objects.exists()


def test_choosing_changes_the_form(people: None, reader: Asker) -> None:
    """Another field brings its own operators and inputs; conditions and groups come and go."""
    typed = [("group", "all"), ("field", "overdue"), ("value", "90"), ("end", "1")]
    text = send("new/preview/", reader, typed).content.decode()
    assert 'value="between"' in text and 'value="90"' in text and "%</span>" in text
    more = send("new/preview/", reader, [*typed, ("do", "group:0")]).content.decode()
    assert more.count("<fieldset") == 2 and more.count('name="field"') == 2
    less = send("new/preview/", reader, [*typed, ("do", "remove:0.0")]).content.decode()
    assert less.count('name="field"') == 0
    for wrong in ("remove:0", "add:7.7", "nonsense"):
        assert send("new/preview/", reader, [*typed, ("do", wrong)]).status_code == 200


def test_saved_changed_and_deleted(people: None, owner: Asker, now: datetime) -> None:
    """One of two who edit is told; what is in use stays; what was typed stays with its reason."""
    made = send("new/save/", owner, LATE)
    row = Segment.objects.get()
    assert row.rule == RULE and made["Desk-Place"] == f"/dashboard/segments/{row.public_id}"
    page = content(owner, f"segments/{row.public_id}/")
    assert 'value="Late buyers"' in page and "stage" in page
    before = row.updated_at.isoformat()
    kept = send(f"{row.public_id}/save/", owner, [*LATE[1:], ("name", "Later"), ("version", before)])
    assert kept.status_code == 200 and Segment.objects.get().name == "Later"
    Segment.objects.update(updated_at=now.replace(year=2027))
    clash = send(f"{row.public_id}/save/", owner, [*LATE[1:], ("name", "Mine"), ("version", before)])
    text = clash.content.decode()
    assert clash.status_code == 409 and "Somebody else has saved" in text and 'value="Mine"' in text
    now_said = " ".join(unescape(text).partition("It says now")[2].partition("</section>")[0].split())
    assert (
        now_said.startswith(": Later") and "All of these hold" in now_said and now_said.count("<li>") > 1
    ), now_said
    broken = [
        ("name", ""),
        ("group", "all"),
        ("field", "purchases"),
        ("value", "x"),
        ("end", "1"),
        ("version", before),
    ]
    faulty = send(f"{row.public_id}/save/", owner, broken)
    drawn = unescape(faulty.content.decode())
    assert faulty.status_code == 422 and f'name="version" value="{before}"' in drawn
    assert 'name="name" value=""' in drawn
    unnamed = send("new/save/", owner, LATE[1:])
    assert unnamed.status_code == 422 and 'aria-invalid="true"' in unnamed.content.decode()
    bad = send(
        "new/save/",
        owner,
        [("name", "Bad"), ("group", "all"), ("field", "purchases"), ("value", "x"), ("end", "1")],
    )
    assert bad.status_code == 422 and "Give a number." in bad.content.decode()
    exclusions.add(now=now, segment=row.public_id)
    assert send(f"{row.public_id}/delete/", owner).status_code == 409
    exclusions.remove(exclusions.all_of_them()[0].public_id)
    late_to_it = send(f"{row.public_id}/delete/", owner, [("version", before)])
    assert late_to_it.status_code == 409 and "It says now" in late_to_it.content.decode()
    page = content(owner, f"segments/{row.public_id}/")
    assert Segment.objects.get().updated_at.isoformat() in page.partition("delete/")[2].partition(">")[0]
    assert "is deleted" in send(f"{row.public_id}/delete/", owner).content.decode()
    assert not Segment.objects.exists()


def test_why_somebody_is_or_is_not(people: None, reader: Asker, now: datetime) -> None:
    """By the beginning of an address, which stands in no address of ours."""
    known = segments.create(name="Late", rule=RULE, now=now)
    text = send(f"{known.public_id}/why/", reader, [("search", "ana")]).content.decode()
    assert "is in." in text and "stage: one of slipping, lapsed" in text
    assert "is not in." in send(f"{known.public_id}/why/", reader, [("search", "bea")]).content.decode()
    assert "Nobody has such" in send(f"{known.public_id}/why/", reader, [("search", "zoe")]).content.decode()
    assert content(reader, f"segments/{known.public_id}/members/?short=1").strip() == "1"


def test_why_is_asked_of_whoever_the_sample_shows(people: None, owner: Asker, now: datetime) -> None:
    """By a button beside the name: guests whose address nobody can type, too. Of a rule that is not saved nobody
    asks."""
    known = segments.create(name="Late", rule=RULE, now=now)
    nameless = late("Noa", now)
    Profile.objects.filter(pk=nameless.pk).update(email="", email_key="")
    typed = [("known", str(known.public_id)), *LATE]
    shown = send("new/count/", owner, typed).content.decode()
    place = f"segments/{known.public_id}/why/"
    assert shown.count(f'hx-post="/dashboard/content/{place}"') == shown.count("<li>") > 0
    assert "why/" not in send("new/count/", owner, LATE).content.decode()
    assert "why/" in content(owner, f"segments/{known.public_id}/members/")
    told = send(f"{known.public_id}/why/", owner, [("person", str(nameless.public_id)), *LATE])
    assert "<b>Noa</b>: is in." in " ".join(told.content.decode().split())


def test_between_two_numbers_of_days_is_said_either_way(people: None, owner: Asker, now: datetime) -> None:
    """ "Between 30 and 400 days ago" is what people say."""
    counted = []
    for value, high in (("30", "400"), ("400", "30")):
        rule = [
            ("group", "all"), ("field", "last_at"), ("operator", "between"), ("when", "days_ago"), ("value", value),
            ("high", high), ("end", "1"),
        ]  # fmt: skip
        counted.append(send("new/count/", owner, rule).content.decode())
    assert counted[0] == counted[1] and "2 customers" in counted[0]


def test_a_currency_that_the_shop_has_no_more_stays(people: None, owner: Asker, now: datetime) -> None:
    """The owner renames the segment: its amounts are of what they were."""
    rule = {"field": "kept", "operator": "at_least", "value": 500, "currency": "PLN"}
    known = segments.create(name="Old", rule=rule, now=now)
    page = content(owner, f"segments/{known.public_id}/")
    assert "<option selected>PLN</option>" in page and page.count("selected>PLN") == 1


def test_a_whole_address_comes_before_one_that_begins_like_it(
    shop: Any, reader: Asker, now: datetime
) -> None:
    """Ana of ana@shop.example is asked for, whatever became later of ana@shop.example.mx."""
    ana, other = late("Ana", now), late("Bea", now)
    Profile.objects.filter(pk=other.pk).update(email="ana@shop.example.mx", email_key="ana@shop.example.mx")
    CustomerSummary.objects.filter(pk=ana.pk).update(since=now - 90 * DAY)
    known = segments.create(name="Late", rule=RULE, now=now)
    for text, whose in (
        (" Ana@shop.example ", "ana@shop.example"), ("ana@shop.example.m", "ana@shop.example.mx"),
        ("ana@", "ana@shop.example.mx"),
    ):  # fmt: skip
        told = send(f"{known.public_id}/why/", reader, [("search", text)]).content.decode()
        assert f"<b>{whose}</b>" in told
        page = profile_list.called(text, now=now)
        assert page is not None and page.email == whose
    assert profile_list.called(" ", now=now) is None


def test_why_says_that_it_goes_by_the_saved_rule(people: None, reader: Asker, now: datetime) -> None:
    """Where the page has another one; not where it has the same, or none."""
    known = segments.create(name="Late", rule=RULE, now=now)
    said = "By the saved rule"
    asked = [("search", "ana")]
    changed = [("value", "lost") if pair == ("value", "lapsed") else pair for pair in LATE]
    for more, told in ((LATE, False), (changed, True), ([], False)):
        answered = send(f"{known.public_id}/why/", reader, [*asked, *more]).content.decode()
        assert "is in." in answered and (said in answered) is told


def test_a_reader_sees_and_changes_nothing(people: None, reader: Asker, now: datetime) -> None:
    """The rule in words; every door is shut."""
    known = segments.create(name="Late", rule=RULE, now=now)
    text = content(reader, f"segments/{known.public_id}/")
    assert 'id="rule"' not in text and "stage: one of" in text and "MANAGE_RELATIONSHIPS" in text
    for place in ("new/save/", f"{known.public_id}/save/", f"{known.public_id}/delete/"):
        assert send(place, reader, LATE).status_code == 403


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_everybody_can_read_it(people: None, owner: Asker, now: datetime) -> None:
    """axe finds nothing: the list, and one with its form."""
    known = segments.create(name="Late", rule=RULE, now=now)
    sample = send("new/count/", owner, LATE).content.decode()
    one = content(owner, f"segments/{known.public_id}/").replace('<p class="muted">…</p>', sample, 1)
    assert faults({"segments": content(owner, "segments/"), "segment": one}) == {}
    spanish = content(owner, f"segments/{known.public_id}/", language="es")
    assert faults({"segment-es": spanish}, language="es") == {}
