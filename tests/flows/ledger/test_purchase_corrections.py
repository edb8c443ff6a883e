"""What staff accept of somebody's words about a purchase: a gift, or not theirs."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import money
from saleor_relacional.flows.importing import superseded
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ledger import export, ledger, purchase_corrections, remarks
from saleor_relacional.flows.ledger.entries import name
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.scoring import rebuild, score, stale
from saleor_relacional.flows.segments import membership
from saleor_relacional.hosts.facts import OrderFact, OrderState
from saleor_relacional.models import (
    CustomerSummary,
    Prediction,
    Profile,
    Purchase,
    PurchaseCorrection,
    PurchaseLine,
    StageChange,
    Stale,
)
from saleor_relacional.rules import read as reading
from tests.support.campaign_stories import a_fit
from tests.support.instants import DAY, NOON
from tests.support.people import person
from tests.support.rebuilds import stands
from tests.support.tell import order, refund

BY = "staff:3"
SINCE = (NOON - 18 * DAY).isoformat()


def tell(*facts: Any) -> None:
    recording.record(facts, now=NOON)


def her() -> Profile:
    return Profile.objects.get(email_key="ana@shop.example")


def entry(reference: str) -> str:
    return name("purchase", Purchase.objects.get(reference=reference).pk)


def correct(reference: str, right: str, **more: Any) -> Purchase:
    purchase = Purchase.objects.get(reference=reference)
    return purchase_corrections.correct(
        purchase.profile, entry=entry(reference), right=right, by=BY, now=NOON, **more
    )


def summary() -> CustomerSummary:
    score.score_stale(NOON)
    return CustomerSummary.objects.get(profile=her())


@pytest.fixture
def ana(db: Any, shop: Any) -> Profile:
    """She bought every ten days for 20, the last time for 80."""
    a_fit(NOON)
    tell(*(order(f"o{days}", "ana@shop.example", days_ago=days) for days in (40, 30, 20)))
    tell(order("o15", "ana@shop.example", days_ago=15, total="80.00"))
    return her()


def test_what_was_not_hers_counts_in_nothing_of_hers(ana: Profile) -> None:
    """Neither as a day nor as money, nor does what went back of it. The order stands where it stood."""
    tell(order("o15", "ana@shop.example", days_ago=15, total="80.00", refunds=(refund("r", "o15", "5"),)))
    before = summary()
    assert (before.purchases, before.purchase_days, before.sold, before.refunded) == (4, 4, 140, 5)
    correct("o15", "not_mine")
    assert Stale.objects.filter(profile_id=ana.pk).exists()  # soon she is judged anew
    after = summary()
    assert (after.purchases, after.purchase_days, after.sold, after.refunded) == (3, 3, 60, 0)
    assert after.last_day == (NOON - 20 * DAY).date()
    [told] = money.per_currency([ana.pk])[ana.pk]
    assert (told.purchases, told.sold, told.refunded) == (3, 60, 0)
    assert Purchase.objects.filter(profile=ana).count() == 4


def test_a_gift_is_money_and_no_habit(ana: Profile) -> None:
    """It counts in what she paid and in what an order of hers is worth; her days and her gaps are those of the rest."""
    correct("o15", "gift")
    after = summary()
    assert (after.purchases, after.purchase_days, after.valued_purchases) == (3, 3, 4)
    assert (after.sold, after.sold_squares, after.last_gap) == (140, 3 * 400 + 6400, 10)
    [told] = money.per_currency([ana.pk])[ana.pk]
    assert (told.purchases, told.sold) == (4, 140)
    assert Prediction.objects.get(profile=ana).order_value > 20


def test_it_is_undone(ana: Profile) -> None:
    """Everything is as it was; who did what and when is kept."""
    before = summary()
    correct("o15", "gift")
    correct("o15", "not_mine")
    correct("o15", "not_mine")  # twice is once
    correct("o15", "")
    after = summary()
    names = ("purchases", "purchase_days", "sold", "valued_purchases", "gap_log_sum", "stage", "last_at")
    assert [getattr(after, each) for each in names] == [getattr(before, each) for each in names]
    rows = PurchaseCorrection.objects.order_by("pk").values_list("right", "made_by", "undone_by")
    assert list(rows) == [("gift", BY, BY), ("not_mine", BY, BY)]


@pytest.mark.parametrize("right", ["gift", "not_mine"])
def test_the_host_tells_the_order_anew(ana: Profile, right: str) -> None:
    """Sent, paid otherwise, cancelled, standing again: it stays corrected. Undone it is what the host says by then."""
    correct("o15", right)
    fact = order("o15", "ana@shop.example", days_ago=15, total="90.00")
    tell(fact)
    row = Purchase.objects.get(reference="o15")
    assert (row.state, row.corrected, row.sold) == (right, right, 90)
    tell(replace(fact, state=OrderState.WITHDRAWN))
    assert Purchase.objects.get(reference="o15").state == "withdrawn"
    tell(fact)
    assert Purchase.objects.get(reference="o15").state == right
    tell(replace(fact, refunds=(refund("r", "o15", "90"),)))
    assert Purchase.objects.get(reference="o15").state == ("empty" if right == "gift" else "not_mine")
    assert correct("o15", "").state == "empty"


def test_an_order_that_turns_out_to_be_anothers_is_corrected_no_more(ana: Profile) -> None:
    """She said it of herself; staff gave the order to Bea."""
    correct("o15", "not_mine")
    tell(order("o15", "bea@shop.example", days_ago=15, total="80.00"))
    row = Purchase.objects.get(reference="o15")
    assert (row.profile.email_key, row.state, row.corrected) == ("bea@shop.example", "counts", "")
    correct("o15", "gift")
    assert PurchaseCorrection.objects.get(undone_at=None).profile == row.profile


def test_an_imported_order_that_the_host_tells_later(ana: Profile) -> None:
    """The file's order goes, and what was corrected of it holds of the host's."""
    row = Purchase.objects.get(reference="o15")
    Purchase.objects.filter(pk=row.pk).update(source=f"{superseded.PREFIX}old", reference="7", number="Nhost")
    purchase_corrections.correct(ana, entry=name("purchase", row.pk), right="gift", by=BY, now=NOON)
    tell(order("host", "ana@shop.example", days_ago=15, total="80.00"))
    told = Purchase.objects.get(number="Nhost")
    assert (told.source, told.state) == (conf.host().source, "gift")
    assert PurchaseCorrection.objects.get().purchase == told
    assert summary().purchase_days == 3


def test_it_goes_along_with_a_merge_and_back(ana: Profile) -> None:
    """Also what was corrected while the two were one."""
    account = person("Both")
    correct("o15", "not_mine")
    done = merge.merge(ana.pk, account.pk, cause="confirmed", now=NOON)
    correct("o20", "gift")
    score.score_stale(NOON)
    both = CustomerSummary.objects.get(profile=account)
    assert (both.purchases, both.purchase_days, both.sold) == (2, 2, 60)
    assert set(PurchaseCorrection.objects.values_list("profile", flat=True)) == {account.pk}
    merge.undo(done, now=NOON)
    assert set(PurchaseCorrection.objects.values_list("profile", flat=True)) == {ana.pk}
    assert (summary().purchases, summary().sold) == (2, 60)


def test_the_remark_is_accepted_and_answered(ana: Profile, now: datetime) -> None:
    """In her language where staff say nothing of their own; her page says that it was corrected; the remark is
    closed."""
    Profile.objects.filter(pk=ana.pk).update(language="es")
    said = remarks.say(ana, kind="correction", now=NOON, entry=entry("o15"), right="not_mine")
    version = remarks.version(said)
    answered = purchase_corrections.accept(said.public_id, by=BY, now=NOON, seen=version)
    assert "lo hemos corregido" in answered.answer and answered.answered_by == BY
    assert PurchaseCorrection.objects.get().remark == said and purchase_corrections.is_made(said)
    told = ledger.of(her(), NOON).entry(entry("o15"))
    assert told and "it was not you who bought it" in told.detail
    with pytest.raises(Refused, match="answered meanwhile"):
        purchase_corrections.accept(said.public_id, by=BY, now=NOON, seen=version)
    note = remarks.say(ana, kind="note", now=NOON, words="Hello")
    with pytest.raises(BadInput):
        purchase_corrections.accept(note.public_id, by=BY, now=NOON)


def test_two_correct_at_once(ana: Profile) -> None:
    """Whoever has read it otherwise is told; of nobody else's order there is such an entry."""
    correct("o15", "gift", seen="")
    with pytest.raises(Refused) as refused:
        correct("o15", "not_mine", seen="")
    assert refused.value.code == "CONFLICT"
    bea = person("Bea", days_ago=[5])
    for wrong in ({"entry": entry("o15"), "right": "gift"}, {"entry": "x", "right": "gift"}):
        with pytest.raises(BadInput) as no:
            purchase_corrections.correct(bea, by=BY, now=NOON, **wrong)
        assert no.value.code == "NOT_FOUND"
    with pytest.raises(BadInput):
        correct("o15", "stolen")


def test_segments_count_it_as_it_counts(ana: Profile) -> None:
    """What was bought lately: a gift is no purchase of hers and money all the same; what was not hers is neither, nor
    has she bought that product."""
    PurchaseLine.objects.filter(purchase__reference="o15").update(product_key="globe")
    summary()

    def matches(field: str, value: object, **more: object) -> bool:
        rule = {"field": field, "operator": "at_least", "value": value, "since": SINCE, **more}
        if field == "product":
            rule = {"field": field, "operator": "any_of", "value": value}
        node, problems = reading.read(rule)
        assert node is not None, problems
        return bool(membership.page(node, first=5, after=None, now=NOON)[0])

    worth = {"currency": "EUR"}
    assert matches("purchases", 1) and matches("sold", 80, **worth) and matches("product", ["globe"])
    correct("o15", "gift")
    summary()
    assert not matches("purchases", 1) and matches("sold", 80, **worth) and not matches("product", ["globe"])
    correct("o15", "not_mine")
    summary()
    assert not matches("sold", 80, **worth)


def test_exported_and_forgotten(ana: Profile) -> None:
    """It stands in her data without who accepted it, and goes with her."""
    correct("o15", "gift")
    [row] = export.of(ana, NOON).tables["purchasecorrection"]
    assert row["right"] == "gift" and "made_by" not in row and "undone_by" not in row
    assert forget.forget(ana, now=NOON)
    assert not PurchaseCorrection.objects.exists()


@dataclass
class _Told:
    """An order as the story has it."""

    fact: OrderFact
    right: str = ""

    @property
    def back(self) -> Decimal:
        return sum((one.amount for one in self.fact.refunds), Decimal(0))

    @property
    def stands(self) -> bool:
        return self.fact.state is OrderState.COUNTS

    @property
    def counts(self) -> bool:
        return self.stands and self.back < self.fact.total


def expected(orders: Mapping[str, _Told]) -> dict[str, tuple[int, int, Decimal, Decimal, int]]:
    """Address → (purchases, days, sold, refunded, valued), added up by hand."""
    found: dict[str, list[_Told]] = {}
    for one in orders.values():
        found.setdefault(one.fact.email, []).append(one)
    return {
        email: (
            sum(one.counts and not one.right for one in some),
            len({one.fact.placed_at.date() for one in some if one.counts and not one.right}),
            sum((one.fact.total for one in some if one.stands and one.right != "not_mine"), Decimal(0)),
            sum((one.back for one in some if one.stands and one.right != "not_mine"), Decimal(0)),
            sum(one.counts and one.right != "not_mine" for one in some),
        )
        for email, some in found.items()
    }


FACTS = ("purchases", "purchase_days", "sold", "refunded", "valued_purchases")
OF_FACTS = (
    *FACTS,
    "first_day",
    "last_day",
    "last_at",
    "gap_log_sum",
    "gap_log_squares",
    "sold_squares",
    "currency",
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_a_rebuild_comes_to_what_came_step_by_step(
    shop: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Random lives: orders, orders told anew, cancelled, given back, corrected this way and that, undone, in any order,
    scored in between. What stands is what adding up by hand comes to, and what everybody from nothing comes to."""
    monkeypatch.setattr(rebuild, "SMALL", 0)
    monkeypatch.setattr(rebuild, "RANGE", 3)
    chance, orders = random.Random(seed), dict[str, _Told]()
    a_fit(NOON)

    def anew(one: _Told, **changed: Any) -> None:
        one.fact = replace(one.fact, **changed)
        tell(one.fact)

    for number in range(70):
        act = chance.random()
        if act < 0.45 or not orders:
            fact = order(
                f"o{number}", f"p{chance.randrange(6)}@shop.example", days_ago=chance.randrange(1, 300),
                total=f"{chance.randrange(10, 90)}.50", placed_at=NOON - chance.randrange(1, 300) * DAY,
            )  # fmt: skip
            orders[fact.reference] = _Told(fact)
            tell(fact)
        else:
            one = orders[chance.choice(sorted(orders))]
            if act < 0.75:
                right = chance.choice(["gift", "not_mine", ""])
                if Purchase.objects.get(reference=one.fact.reference).state != "withdrawn" or right:
                    correct(one.fact.reference, right)
                    one.right = right
            elif act < 0.85:
                anew(one, state=chance.choice([OrderState.COUNTS, OrderState.WITHDRAWN]))
            else:
                part = chance.choice([Decimal(3), one.fact.total])
                anew(one, refunds=(refund(f"r{number}", one.fact.reference, str(part)),))
        if chance.random() < 0.3:
            score.score_stale(NOON)
    score.score_stale(NOON)
    by_hand = expected(orders)
    for email, wanted in by_hand.items():
        row = CustomerSummary.objects.get(profile__email_key=email)
        assert tuple(getattr(row, each) for each in FACTS) == wanted, email
    before = [[row[each] for each in ("profile_id", *OF_FACTS)] for row in stands()]
    score.refit(NOON + timedelta(minutes=1))
    after = [[row[each] for each in ("profile_id", *OF_FACTS)] for row in stands()]
    assert len(before) == len(after)
    for one_by_one, rebuilt in zip(before, after, strict=True):
        assert _alike(one_by_one, rebuilt), (one_by_one, rebuilt)
    found, news = stands(), StageChange.objects.count()
    stale.mark(Profile.objects.values_list("pk", flat=True), NOON)
    score.score_stale(NOON + timedelta(minutes=1))
    assert (stands(), StageChange.objects.count()) == (found, news)


def _alike(some: list[Any], others: list[Any]) -> bool:
    """Sums of floats may be added up in another order."""
    return all(
        left == right or (isinstance(left, float) and left == pytest.approx(right))
        for left, right in zip(some, others, strict=True)
    )
