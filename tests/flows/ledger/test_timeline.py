"""What happened with one person, read page by page: everything once, in order."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.ledger import timeline
from saleor_relacional.flows.ledger.timeline import Happening, HappeningKind
from saleor_relacional.models import Contact, Profile, Purchase, Refund, StageChange
from tests.support import ledger_stories
from tests.support.asked import Asked
from tests.support.ledger_stories import history
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db


def pages(who: Profile, now: datetime, first: int = timeline.PAGE) -> Iterator[list[Happening]]:
    """All pages, one after the other."""
    after = ""
    while True:
        found = timeline.page(who.pk, now, language="en", after=after, first=first)
        yield list(found.rows)
        if not found.place:
            return
        after = found.place


@pytest.mark.parametrize("first", [1, 7, 60, 149, 150])
def test_everything_once_in_order(shop: Any, now: datetime, first: int) -> None:
    """However long a page is, and though fifteen things share each moment, also at a page's edge."""
    ana = history(now)
    read = list(pages(ana, now, first))
    found = [one for page in read for one in page]
    assert len(found) == len({one.place for one in found}) == 150
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert [len(page) for page in read[:-1]] == [first] * (len(read) - 1)
    whole = timeline.page(ana.pk, now, language="en", first=150)
    assert [one.place for one in found] == [one.place for one in whole.rows] and not whole.more


def test_what_happens_meanwhile_moves_nothing(shop: Any, now: datetime) -> None:
    """Whoever reads on finds what was before, though she has bought again; what a page ended with may be gone: then the
    latest are shown."""
    ana = history(now)
    first = timeline.page(ana.pk, now, language="en")
    expected = timeline.page(ana.pk, now, language="en", after=first.place)
    buys(ana, now)
    assert timeline.page(ana.pk, now, language="en", after=first.place) == expected
    last = first.rows[-1]
    source, _dot, key = last.place.rpartition(".")
    {"purchase": Purchase, "contact": Contact, "stage": StageChange}[source].objects.filter(pk=key).delete()
    latest = timeline.page(ana.pk, now, language="en", after=first.place)
    assert latest.rows[0].at == now


@pytest.mark.parametrize(
    "after", ["", "nonsense", "purchase.x", "purchase.-1", "purchase.٣", f"stage.{10**30}"]
)
def test_an_address_that_names_nothing_shows_the_latest(shop: Any, now: datetime, after: str) -> None:
    """It may have been kept for years."""
    ana = history(now, 9)
    assert len(timeline.page(ana.pk, now, language="en", after=after).rows) == 9


def test_another_persons_place_is_none_of_theirs(shop: Any, now: datetime) -> None:
    """The latest, as for nonsense."""
    ana, bea = history(now, 9), person("Bea")
    order = buys(bea, now - timedelta(days=2))
    assert len(timeline.page(ana.pk, now, language="en", after=f"purchase.{order.pk}").rows) == 9


def test_something_of_everything(shop: Any, now: datetime) -> None:
    """Each kind with what it says; a withdrawn order is none, a contact that is told of elsewhere stands once, and what
    happened to whoever was merged into her is hers."""
    zoe = ledger_stories.known(now)
    told = tell.tell(zoe.pk, kind="rating", stars=2, text="Cold", source="page", now=now)
    notes.note(zoe.pk, kind="staff", at=now, now=now)
    gone = buys(zoe, now - timedelta(days=3))
    Purchase.objects.filter(pk=gone.pk).update(state="withdrawn")
    other = Profile.objects.create(first_name="Zo", created_at=now, merged_into=zoe)
    StageChange.objects.create(
        profile_id=other.pk, stage="new", previous="", happened_at=now, learned_at=now, cause="purchase"
    )
    [found] = pages(zoe, now)
    by_kind: dict[HappeningKind, list[Happening]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    assert set(by_kind) == set(HappeningKind)
    assert f"purchase.{gone.pk}" not in {one.place for one in found}
    [back] = by_kind[HappeningKind.REFUND]
    assert (back.amount, back.currency) == (Decimal("4.00"), "EUR")
    assert "Green tea" in {one.text for one in by_kind[HappeningKind.PURCHASE]}
    assert told.contact_id and [one.code for one in by_kind[HappeningKind.CONTACT]] == ["staff", "complaint"]
    assert {(one.code, one.stars, one.state) for one in by_kind[HappeningKind.TOLD]} >= {
        ("rating", 2, "waiting")
    }
    assert {"offer", "answer", "apology"} <= {one.code for one in by_kind[HappeningKind.PROMISE]}
    [message] = by_kind[HappeningKind.MESSAGE]
    assert message.code and message.text
    assert "new" in {one.code for one in by_kind[HappeningKind.STAGE]}
    assert Refund.objects.count() == 1


def test_one_statement(shop: Any, now: datetime) -> None:
    """Whatever the history."""
    ana = history(now)
    timeline.page(ana.pk, now, language="en")
    with Asked() as queries:
        timeline.page(ana.pk, now, language="en")
    assert len(queries) == 1
