"""Guards of what is learnt of the shop."""

from tests.mutants.breakage import Breakage

TESTS = "tests/flows/learning/test_fit.py"

BREAKAGES = [
    Breakage(
        name="what a large shop learns depends on the keys of its customers",
        file="saleor_relacional/insight/history.py",
        old="np.lexsort(vectors[::-1])[step // 2 :: step]",
        new="np.arange(count)[::step]",
        tests="tests/insight/timing/test_rhythm.py::test_a_large_shop_is_learnt_alike_whatever_keys_its_customers_have",
    ),
    Breakage(
        name="a fit that did not converge is adopted",
        file="saleor_relacional/flows/learning/fit.py",
        old="if not row.converged and fits",
        new="if False and fits",
        tests=f"{TESTS}::test_a_failed_fit_is_kept_and_not_adopted",
    ),
    Breakage(
        name="a fit that failed is tried again at once",
        file="saleor_relacional/flows/learning/fit.py",
        old="if failed is not None and now - failed.as_of < RETRY_AFTER:",
        new="if False:",
        tests=f"{TESTS}::test_a_failed_fit_is_kept_and_not_adopted",
    ),
    Breakage(
        name="the level is corrected whether or not it helps",
        file="saleor_relacional/insight/inference/backtest.py",
        old="best = int(np.argmin(losses))",
        new="best = 3",
        tests="tests/insight/inference/test_backtest.py::test_no_correction_where_seasons_disagree",
    ),
    Breakage(
        name="a season is judged by what it taught",
        file="saleor_relacional/insight/inference/backtest.py",
        old="_of(_pool(_without(estimates, out), mask), len(told) - 1",
        new="_of(_pool(estimates, mask), len(told) - 1",
        tests="tests/insight/inference/test_backtest.py::test_a_period_is_judged_by_the_others",
    ),
    Breakage(
        name="a purchase of tomorrow counts today",
        file="saleor_relacional/flows/learning/sampling.py",
        old="state = 'counts' AND placed_at <= %(now)s AND day <= %(today)s",
        new="state = 'counts' AND (placed_at <= %(now)s OR day > %(today)s)",
        tests=f"{TESTS}::test_bad_input_is_no_error",
    ),
    Breakage(
        name="the day is that of Greenwich",
        file="saleor_relacional/flows/learning/sampling.py",
        old="today = now.astimezone(ZoneInfo(conf.host().time_zone())).date()",
        new="today = now.astimezone(ZoneInfo('UTC')).date()",
        tests=f"{TESTS}::test_the_day_is_the_shops_own",
    ),
    Breakage(
        name="gaps from before a change of habit are learnt from",
        file="saleor_relacional/flows/learning/buyer_histories.py",
        old="CASE WHEN before >= coalesce(since, before) THEN",
        new="CASE WHEN before IS NOT NULL THEN",
        tests=f"{TESTS}::test_a_rhythm_is_learnt_since_habits_changed",
    ),
    Breakage(
        name="money without a rate counts at par",
        file="saleor_relacional/flows/learning/sampling.py",
        old="CASE currency {known} END",
        new="CASE currency {known} ELSE 1.0 END",
        tests=f"{TESTS}::test_money_in_one_currency",
    ),
    Breakage(
        name="euros and dollars of a day are added up",
        file="saleor_relacional/flows/learning/sampling.py",
        old="CASE WHEN min(currency) = max(currency) THEN sum(value) END AS worth",
        new="sum(value) AS worth",
        tests=f"{TESTS}::test_a_day_in_two_currencies_has_no_value",
    ),
    Breakage(
        name="anybody reads the calibration",
        file="saleor_relacional/graphql/queries/calibration.py",
        old="    @needs(MANAGE_USERS)\n",
        new="",
        tests="tests/api/test_authorisation.py",
    ),
]
"""Each is a way to believe what is not so."""
