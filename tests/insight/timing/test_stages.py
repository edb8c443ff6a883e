"""Stages: exactly one, toward lost by time alone, back by a purchase."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.insight.history import gap_statistics
from saleor_relacional.insight.timing import rhythm, stages
from saleor_relacional.insight.timing.stages import Stage
from tests.running.tries import tries

SHOP = rhythm.ShopRhythm(
    log_mean=math.log(40),
    between_variance=0.5,
    within_variance=0.8,
    own_scatter_weight=5.0,
    leave_a=0.4,
    leave_b=1.0,
    gaps=1000,
    customers=800,
    converged=True,
)
TOWARD_LOST = {Stage.SLIPPING: 1, Stage.LAPSED: 2, Stage.LOST: 3}
shops = st.builds(
    rhythm.ShopRhythm,
    log_mean=st.floats(0, 9),
    between_variance=st.floats(0.001, 4),
    within_variance=st.floats(0.001, 4),
    own_scatter_weight=st.floats(0.2, 500),
    leave_a=st.just(0.4),
    leave_b=st.just(1.0),
    gaps=st.just(1),
    customers=st.just(1),
    converged=st.just(True),
)
purchases = st.lists(st.integers(0, 6000), min_size=1, max_size=25).map(lambda days: sorted(set(days)))


def limits_of(days, shop=SHOP):
    """Boundaries of somebody who bought on these days."""
    found = gap_statistics(days)
    return stages.boundaries(rhythm.rhythms(shop, [found.gaps], [found.log_sum], [found.log_square_sum]))


def stage_of(days, today, shop=SHOP):
    """The stage on day `today` of somebody who bought on these days."""
    if not days:
        none = stages.boundaries(rhythm.rhythms(shop, [0], [0], [0]))
        return stages.names(stages.stage_at([0], [math.nan], none, [False]))[0]
    found = gap_statistics(days)
    lapsed = stages.was_lapsed(shop, [found.gaps], [found.log_sum], [found.log_square_sum], [found.last_gap])
    code = stages.stage_at([found.gaps + 1], [today - max(days)], limits_of(days, shop), lapsed)
    return stages.names(code)[0]


def test_a_life():
    """Ana: prospect, new, active, loyal; a silence makes her slip, lapse and be lost; she returns and is
    recovered, and is loyal again with the purchase after."""
    days = [0, 30, 60, 90]
    limits = limits_of(days)
    back = 90 + math.ceil(limits.lost_after[0]) + 1

    assert stage_of([], 0) is Stage.PROSPECT
    assert stage_of([0], 1) is Stage.NEW
    assert stage_of([0, 30], 31) is Stage.ACTIVE
    assert stage_of([0, 30, 60], 61) is Stage.ACTIVE
    assert stage_of(days, 91) is Stage.LOYAL
    assert stage_of(days, 90 + limits.slips_after[0]) is Stage.SLIPPING
    assert stage_of(days, 90 + limits.lapses_after[0]) is Stage.LAPSED
    assert stage_of(days, 90 + limits.lost_after[0]) is Stage.LOST
    assert stage_of([*days, back], back) is Stage.RECOVERED
    assert stage_of([*days, back, back + 30], back + 30) is Stage.LOYAL


def test_overdue_thresholds_are_the_documented_ones():
    """Where no bound interferes, slipping, lapsed and lost begin at overdue .80, .90 and .97 (to 85
    seconds)."""
    days = [0, 30, 60, 90]
    found = gap_statistics(days)
    own = rhythm.rhythms(SHOP, [found.gaps], [found.log_sum], [found.log_square_sum])
    limits = stages.boundaries(own)

    for at, p in ((limits.slips_after, 0.80), (limits.lapses_after, 0.90), (limits.lost_after, 0.97)):
        assert rhythm.overdue(own, at)[0] == pytest.approx(p, abs=1e-4)


def test_a_weekly_buyer_slips_long_before_a_yearly_one():
    """Each by their own rhythm: the same silence of six weeks is a lapse for one and nothing for the
    other."""
    weekly, yearly = list(range(0, 141, 7)), [0, 365, 730, 1095]

    assert (
        stage_of(weekly, weekly[-1] + 42) is Stage.LOST or stage_of(weekly, weekly[-1] + 42) is Stage.LAPSED
    )
    assert stage_of(yearly, yearly[-1] + 42) is Stage.LOYAL


def test_somebody_who_comes_every_other_year_is_not_called_lost_at_the_cap():
    """The caps in days give way to the own rhythm: 1.5, 2.5 and 4 of its medians."""
    limits = limits_of(range(0, 12_000, 700))

    assert limits.slips_after[0] > 700 > stages.RULES.slipping.at_most_days
    assert limits.lost_after[0] > 1000 > stages.RULES.lost.at_most_days


def test_a_heavy_tail_does_not_make_lost_take_decades():
    """In a shop of wild gaps somebody who bought once is lost after two years, not after 24."""
    wild = rhythm.ShopRhythm(
        log_mean=math.log(60), between_variance=1.5, within_variance=2.0, own_scatter_weight=5.0,
        leave_a=0.4, leave_b=1.0, gaps=9, customers=9, converged=True,
    )  # fmt: skip
    once = rhythm.rhythms(wild, [0], [0], [0])

    assert rhythm.quantile(once, 0.97)[0] > 730 * 2
    assert stages.boundaries(once).lost_after.tolist() == [730.0]


def test_recovered_is_judged_by_the_rhythm_before_the_gap():
    """The long gap itself changes the rhythm; whether it was a lapse is asked of the rhythm without it."""
    days = [0, 10, 20, 30]
    before = limits_of(days).lapses_after[0]
    back = 30 + math.ceil(before)

    assert stage_of([*days, back], back) is Stage.RECOVERED
    assert stage_of([*days, back - 1], back - 1) is Stage.LOYAL
    assert limits_of([*days, back]).lapses_after[0] > back - 30


def test_a_one_time_buyer_who_returns_late_is_recovered():
    """Their only gap is judged by the shop's rhythm."""
    lapse = math.ceil(limits_of([0]).lapses_after[0])

    assert stage_of([0, lapse], lapse) is Stage.RECOVERED
    assert stage_of([0, lapse - 1], lapse - 1) is Stage.ACTIVE


def test_a_withdrawn_order_moves_back():
    """Stages are computed from what counts: without the cancelled order everything is as if it had not
    been."""
    assert stage_of([0, 30, 60, 90], 100) is Stage.LOYAL
    assert stage_of([0, 30, 60], 100) is Stage.ACTIVE
    assert stage_of([], 100) is Stage.PROSPECT


@settings(deadline=None, max_examples=tries(300))
@given(shops, purchases, st.floats(0, 20_000))
def test_boundaries_are_ordered_and_sane(shop, days, _):
    """Slipping before lapsed before lost, a day apart at least, none before its minimum."""
    limits = limits_of(days, shop)
    slips, lapses, lost = limits.slips_after[0], limits.lapses_after[0], limits.lost_after[0]

    assert 7 <= slips <= lapses - 1
    assert 21 <= lapses <= lost - 1
    assert 60 <= lost < math.inf


@settings(deadline=None, max_examples=tries(300))
@given(shops, purchases, st.lists(st.floats(0, 20_000), min_size=2, max_size=8))
def test_time_alone_only_moves_toward_lost(shop, days, waits):
    """As a customer waits the stage changes at most along present, slipping, lapsed, lost, and the present
    stage they left is the one they had at the purchase."""
    moments = [max(days) + wait for wait in sorted([0.0, *waits])]
    seen = [stage_of(days, moment, shop) for moment in moments]
    ranks = [TOWARD_LOST.get(stage, 0) for stage in seen]

    assert ranks == sorted(ranks)
    assert ranks[0] == 0
    assert len({stage for stage in seen if stage not in TOWARD_LOST}) == 1
    assert Stage.PROSPECT not in seen


@settings(deadline=None, max_examples=tries(300))
@given(shops, purchases, st.integers(1, 9000))
def test_a_purchase_never_moves_toward_lost(shop, days, wait):
    """After whatever silence, the day of a purchase is a present stage; after a lapse it is recovered,
    else not."""
    today = max(days) + wait
    before, after = stage_of(days, today, shop), stage_of([*days, today], today, shop)

    assert after in {Stage.ACTIVE, Stage.LOYAL, Stage.RECOVERED}
    assert (after is Stage.RECOVERED) == (before in {Stage.LAPSED, Stage.LOST})


@settings(deadline=None, max_examples=tries(300))
@given(shops, purchases, st.floats(0, 20_000))
def test_the_next_change_is_exactly_when_the_stage_changes(shop, days, idle):
    """Until next_change_at nothing changes, at it the next stage holds; lost people have none."""
    found = gap_statistics(days)
    limits = limits_of(days, shop)
    at = stages.next_change_at([found.gaps + 1], [idle], limits)[0]
    now = stage_of(days, max(days) + idle, shop)

    def code(wait):
        return stages.stage_at([found.gaps + 1], [wait], limits, [False])[0]

    if math.isinf(at):
        assert now is Stage.LOST
        assert code(1e9) == code(idle)
    else:
        assert at > idle
        assert code(np.nextafter(at, 0)) == code(idle) or np.nextafter(at, 0) < idle
        assert code(at) > code(idle)


@settings(deadline=None)
@given(shops, purchases)
def test_boundaries_survive_the_trip_through_timestamps(shop, days):
    """last purchase + boundary as a timestamp, and back to days, is the boundary to the last bit: no task
    wakes up a microsecond early and finds nothing changed."""
    last = datetime.datetime(2026, 3, 28, 23, 0, tzinfo=datetime.UTC)
    for after in (limits_of(days, shop).slips_after[0], limits_of(days, shop).lapses_after[0]):
        moment = last + datetime.timedelta(days=float(after))
        assert (moment - last) / datetime.timedelta(days=1) == after


def test_prospects_have_no_next_change():
    """Time alone never changes a prospect, whose idle time is not a number."""
    limits = limits_of([0])

    assert stages.next_change_at([0], [math.nan], limits).tolist() == [math.inf]
    assert stages.names(stages.stage_at([0], [math.nan], limits, [False])) == [Stage.PROSPECT]


def test_many_at_once_are_as_one_by_one():
    """Arrays give what each customer alone gives."""
    people = [[0], [0, 5], [0, 30, 60, 90], [0, 400], list(range(0, 70, 7))]
    rows = np.array([gap_statistics(days) for days in people]).T
    own = rhythm.rhythms(SHOP, rows[0], rows[1], rows[2])
    idle = np.array([500 - max(days) for days in people])
    lapsed = stages.was_lapsed(SHOP, *rows)

    found = stages.names(stages.stage_at(rows[0] + 1, idle, stages.boundaries(own), lapsed))

    assert found == [stage_of(days, 500) for days in people]


def test_the_table_names_every_stage_once():
    """The table for people and the code speak of the same eight stages."""
    assert [row.stage for row in stages.TABLE] == list(stages.STAGES)
    assert {str(stage) for stage in Stage} == {
        "prospect", "new", "active", "loyal", "slipping", "lapsed", "lost", "recovered",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: stages.stage_at([-1], [0], limits_of([0]), [False]), "row 0: purchase_days is not"),
        (lambda: stages.stage_at([1], [-1], limits_of([0]), [False]), "row 0: idle is not"),
        (lambda: stages.stage_at([1], [math.nan], limits_of([0]), [False]), "row 0: idle is not"),
        (lambda: stages.was_lapsed(SHOP, [1], [0], [0], [math.nan]), "row 0: last_gap is not"),
        (lambda: stages.Rules(loyal_from=1), "loyal_from is 1"),
        (
            lambda: stages.Rules(
                lapsed=stages.Threshold(overdue=0.7, at_least_days=21, at_most_days=548, at_most_medians=2.5)
            ),
            "overdue must be positive and increase",
        ),
    ],
)
def test_bad_input_is_named(call, complaint):
    """Input that cannot be is refused with the row and the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()
