"""The season: what a day weighs, the shop's own time that follows from it, and what the counts of days teach."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.timing import forecast, next_order, rhythm, season, season_fit
from saleor_relacional.insight.timing.season import FLAT, Season
from tests.insight.shops import seasonal, simulated

waves = st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=12)
days = st.integers(date(1975, 1, 1).toordinal(), date(2090, 1, 1).toordinal())
CHRISTMAS = Season(cosine=(0.5, 0.4, 0.3), sine=(0.0, 0.0, 0.0))


@settings(deadline=None)
@given(waves, waves, days, st.integers(0, 2000))
def test_own_time_runs_forward_and_back(cosine, sine, day, later):
    """What is at a day is found again from its time; a later day is later; whatever the waves are."""
    size = min(len(cosine), len(sine))
    some = Season(cosine=tuple(cosine[:size]), sine=tuple(sine[:size]))

    there = some.at([day, day + later, day + later + 0.25])

    assert some.day(there) == pytest.approx([day, day + later, day + later + 0.25], abs=1e-3)
    assert (np.diff(there) >= 0).all() and there[2] > there[1]


@settings(deadline=None)
@given(waves, waves, st.integers(1972, 2090))
def test_a_year_is_as_long_as_in_the_calendar(cosine, sine, year):
    """In leap years too, and the same date weighs about the same in each: nothing drifts in a hundred years."""
    size = min(len(cosine), len(sine))
    some = Season(cosine=tuple(cosine[:size]), sine=tuple(sine[:size]))
    first, next_first = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()

    length = float(some.at(next_first) - some.at(first))

    assert length == pytest.approx(next_first - first, rel=2e-3)
    assert some.weights([date(year, 12, 10).toordinal()]) == pytest.approx(
        some.weights([date(1970, 12, 10).toordinal()]), rel=0.35
    )


def test_without_a_season_nothing_changes():
    """The time is the calendar's, bit for bit: what is learnt, the chances and the windows."""
    rows = simulated("random")
    period, _ = summary_columns.at(*rows, 300, 90)
    bare = replace(period.past, as_of=None, season_log_sum=None, season_log_square_sum=None)
    with_days, without = (
        forecast.learn(period.past, season=Season(cosine=(0.0,), sine=(0.0,))),
        forecast.learn(bare),
    )

    told, plain = (
        forecast.signals(shop, past, 90) for shop, past in ((with_days, period.past), (without, bare))
    )

    assert with_days.mbg_nbd == without.mbg_nbd and with_days.rhythm == without.rhythm
    assert (told.random == plain.random).all() and (told.rhythmic == plain.rhythmic).all()
    assert (told.orders == plain.orders).all()
    ends = [
        next_order.windows(forecast.next_order(shop, past, 90))
        for shop, past in ((with_days, period.past), (without, bare))
    ]
    assert all((one == other).all() for one, other in zip(*ends, strict=True))


def test_days_outside_the_table_weigh_one():
    """Before 1970 and after 2100 nothing is counted, and nothing fails."""
    far = [date(1900, 1, 1).toordinal(), date(2200, 1, 1).toordinal()]

    assert CHRISTMAS.day(CHRISTMAS.at(far)) == pytest.approx(far)
    assert float(np.diff(CHRISTMAS.at([far[0], far[0] + 10]))[0]) == pytest.approx(10.0)


def test_a_season_is_found_and_none_where_there_is_none():
    """Two years of a shop with a season: its weights within a fifth, on most days. The same shop without: no season."""
    rows, true = seasonal(swing=0.8, seed=3)
    flat_rows, _ = seasonal(swing=0.0, seed=3)
    last = rows[1].max()

    found = season_fit.learn(season_fit.counts(rows[0], rows[1], last))

    year = np.arange(int(last) - 365, int(last))
    off = np.log(found.weights(year)) - np.log(true[-365:])
    assert np.sqrt(np.mean(off**2)) < 0.2 < np.std(np.log(true[-365:]))
    assert season_fit.learn(season_fit.counts(flat_rows[0], flat_rows[1], flat_rows[1].max())) == FLAT


def test_growth_is_no_season():
    """A shop that doubles every year, evenly over the year, has none."""
    rows, _ = seasonal(swing=0.0, growth=1.4, seed=5)

    assert season_fit.learn(season_fit.counts(rows[0], rows[1], rows[1].max())).flat


@pytest.mark.parametrize("known, lacking, told", [(1, 547, False), (364, 184, False), (500, 48, True)])
def test_a_short_history_says_how_much_is_lacking(known, lacking, told):
    """Under a year nothing is told of the season, however clear it looks; under a year and a half it may have happened
    once."""
    rows, _ = seasonal(swing=1.0, seed=2)
    first = int(rows[1].min())

    found = season_fit.learn(season_fit.counts(rows[0], rows[1], first + known - 1))

    assert (not found.flat, found.days_lacking) == (told, lacking)


def test_orders_after_the_last_day_teach_nothing():
    """Whatever comes later: the season is that of the days up to the cut."""
    rows, _ = seasonal(swing=0.8, seed=4)
    cut = rows[1].max() - 100
    before = rows[1] <= cut

    everything = season_fit.counts(rows[0], rows[1], cut)

    assert season_fit.learn(everything) == season_fit.learn(
        season_fit.counts(rows[0][before], rows[1][before], cut)
    )


def test_counts_are_what_was_bought():
    """Ana buys on days 10, 10 and 12, Ben on 11 and 40: two who join, and who returns by how long they are known."""
    found = season_fit.counts([1, 1, 1, 2, 2], [10, 10, 12, 11, 40], 40)

    assert found.first == 10 and len(found) == 31
    assert found.joined[:3].tolist() == [1, 1, 0] and found.joined.sum() == 2
    assert found.returned.sum() == 2 and found.returned[2, 0] == 1 and found.returned[30, 2] == 1
    assert season_fit.age_class([0, 1, 7, 8, 29, 5000]).tolist() == [0, 1, 1, 2, 3, len(season_fit.AGES)]


def test_a_window_waits_for_the_season():
    """Bought on 10 January, asked on the 20th in a shop that sells at Christmas: the window ends in the next season.
    The same rhythm in a flat shop would say summer."""
    own = rhythm.Rhythm(log_mean=np.log([180.0]), log_sd=np.array([0.5]))
    bought, asked = date(2024, 1, 10).toordinal(), date(2024, 1, 20).toordinal()
    idle, last = np.array([float(asked - bought)]), np.array([float(bought)])
    shop = Season(cosine=(1.2, 0.8), sine=(0.0, 0.0))

    flat = next_order.Within(rhythm=own, idle=idle, reach=365)
    wave = next_order.Within(rhythm=own, idle=idle, reach=365, season=shop, last=last)

    assert flat.quantile(0.5)[0] == pytest.approx(170, abs=10)
    assert date.fromordinal(int(last[0] + wave.quantile(0.9)[0])).month in (10, 11, 12)
    assert wave.quantile(0.5)[0] > flat.quantile(0.5)[0] + 30
    assert wave.cdf(wave.quantile(0.3)) == pytest.approx([0.3], abs=1e-6)
    with pytest.raises(ValueError, match="last is not given"):
        next_order.Within(rhythm=own, idle=idle, reach=365, season=shop)


def test_an_unknown_season_widens_the_window():
    """While the history is too short to show a season, it may lie in any quarter: the window of 80 % is wider."""
    own = rhythm.Rhythm(log_mean=np.log([30.0, 90.0, 200.0]), log_sd=np.array([0.3, 0.5, 0.6]))
    idle, last = np.array([5.0, 20.0, 100.0]), np.full(3, float(date(2024, 1, 10).toordinal()))

    told, untold = (
        next_order.windows(next_order.Within(rhythm=own, idle=idle, reach=365, season=one, last=last))
        for one in (FLAT, Season(days_lacking=100))
    )

    assert (untold[4] - untold[0] > told[4] - told[0]).all()


def test_a_season_seen_once_widens_the_window_too():
    """It may come otherwise the next time: the window is a little wider on both sides."""
    own = rhythm.Rhythm(log_mean=np.log([180.0]), log_sd=np.array([0.2]))
    idle, last = np.array([10.0]), np.array([float(date(2024, 1, 10).toordinal())])
    once = Season(cosine=(1.2, 0.8), sine=(0.0, 0.0), days_lacking=100)

    twice, seen_once = (
        next_order.windows(next_order.Within(rhythm=own, idle=idle, reach=365, season=one, last=last))
        for one in (replace(once, days_lacking=0), once)
    )

    assert seen_once[0] < twice[0] < twice[4] < seen_once[4] < twice[4] + 30


def test_statistics_of_two_days_have_no_common_horizon():
    """The days ahead are other days for each: they are asked about apart."""
    period, _ = summary_columns.at(*simulated("random"), 300, 90)
    other = replace(period.past, as_of=np.append(299.0, period.past.as_of[1:]))

    with pytest.raises(ValueError, match="as_of is another day"):
        CHRISTMAS.horizon(other, 90)
    assert CHRISTMAS.horizon(period.past, 0) == 0
    assert FLAT.horizon(other, 90) == 90
    assert season.possible(CHRISTMAS) == (CHRISTMAS,)
    assert len(season.possible(replace(CHRISTMAS, days_lacking=1))) == 4
