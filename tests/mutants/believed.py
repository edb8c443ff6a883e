"""Guards of beliefs as people read them: intervals, reasons, what was declared, money, stages on a day."""

from tests.mutants.breakage import Breakage

BELIEFS = "tests/flows/profiles/test_beliefs.py"
DECLARED = "tests/flows/scoring/test_declarations.py"
MONEY = "tests/flows/test_money.py"
HISTORY = "tests/flows/profiles/test_stage_history.py"

BREAKAGES = [
    Breakage(
        name="a year forgets the second order of a day",
        file="saleor_relacional/flows/scoring/predict.py",
        old="expected[-1] * shop.orders_a_day * value]",
        new="expected[-1] * value]",
        tests=f"{BELIEFS}::test_a_year_counts_every_order_of_a_day",
    ),
    Breakage(
        name="reasons of a year do not add up to it",
        file="saleor_relacional/flows/profiles/beliefs/reasons.py",
        old="weight=fact.weight * shop.orders_a_day",
        new="weight=fact.weight",
        tests=f"{BELIEFS}::test_a_year_counts_every_order_of_a_day",
    ),
    Breakage(
        name="beliefs are read with whatever fit is adopted",
        file="saleor_relacional/flows/profiles/beliefs/fits.py",
        old="        shop = shops.get(one.fit_id) or adopted\n",
        new="        shop = adopted\n",
        tests=f"{BELIEFS}::test_beliefs_are_read_with_the_fit_they_were_made_with",
    ),
    Breakage(
        name="a stored value may lie outside its interval",
        file="saleor_relacional/flows/profiles/beliefs/timing.py",
        old="high=max(beat.overdue_80[1], beat.overdue)",
        new="high=beat.overdue / 2",
        tests=f"{BELIEFS}::test_a_buyer_is_told_everything_with_its_interval",
    ),
    Breakage(
        name="a shop without customers looks as if something were known",
        file="saleor_relacional/insight/sufficiency.py",
        old="        code = np.where(weight > 0, code, 0)\n",
        new="        code = np.where(weight > 0, code, 1)\n",
        tests=f"{BELIEFS}::test_nobody_stands_before_a_blank_panel",
    ),
    Breakage(
        name="reasons for never are those for an order",
        file="saleor_relacional/flows/profiles/beliefs/reasons.py",
        old="return told if name in ORDERING else [because.turned(facts) for facts in told]",
        new="return told",
        tests=f"{BELIEFS}::test_reasons_add_up",
    ),
    Breakage(
        name="what was declared waits for the next scoring",
        file="saleor_relacional/flows/profiles/rhythm_forecast.py",
        old="    return declared.rhythm(stored, every)\n",
        new="    return stored if every else stored\n",
        tests=f"{DECLARED}::test_every_six_weeks_wins_over_what_we_infer",
    ),
    Breakage(
        name="the window opens before the day they named",
        file="saleor_relacional/flows/profiles/rhythm_forecast.py",
        old="idle=declared.idle(idle, [_not_before(one, zone) for one in known])",
        new="idle=declared.idle(idle, [np.nan for one in known])",
        tests=f"{DECLARED}::test_not_before_march_holds_the_window_back_until_march",
    ),
    Breakage(
        name="an older word about when they buy beats a newer one",
        file="saleor_relacional/flows/scoring/declarations.py",
        old="\nWHERE saleor_relacional_declaration.declared_at <= excluded.declared_at",
        new="",
        tests=f"{DECLARED}::test_the_latest_word_wins_whoever_says_it",
    ),
    Breakage(
        name="declaring scores nobody anew",
        file="saleor_relacional/flows/scoring/declarations.py",
        old='"by": by, "now": now,\n        })  # fmt: skip\n        stale.mark([profile], now)\n',
        new='"by": by, "now": now,\n        })  # fmt: skip\n',
        tests=f"{DECLARED}::test_every_six_weeks_wins_over_what_we_infer",
    ),
    Breakage(
        name="a merge loses what one of the two declared",
        file="saleor_relacional/flows/scoring/declarations.py",
        old="    _swap(source, target)\n    return True\n",
        new="    return True\n",
        tests=f"{DECLARED}::test_a_merge_keeps_the_latest_word_and_can_be_undone",
    ),
    Breakage(
        name="undoing a merge takes back what was said since",
        file="saleor_relacional/flows/scoring/declarations.py",
        old="if target in said and said[target] <= merged_at:",
        new="if target in said:",
        tests=f"{DECLARED}::test_what_was_said_after_a_merge_stays_with_the_survivor",
    ),
    Breakage(
        name="a customer speaks for another one",
        file="saleor_relacional/graphql/mutations/rhythm.py",
        old="        require(info, MANAGE_RELATIONSHIPS)\n        return declarations.STAFF",
        new="        return declarations.STAFF",
        tests="tests/api/test_beliefs.py::test_she_cannot_speak_for_others",
    ),
    Breakage(
        name="an unconfirmed account speaks",
        file="saleor_relacional/graphql/mutations/rhythm.py",
        old="    if not asking.vouched:",
        new="    if asking.app is not None:",
        tests="tests/api/test_beliefs.py::test_she_cannot_speak_for_others",
    ),
    Breakage(
        name="who may not read customers is shown one for declaring",
        file="saleor_relacional/graphql/mutations/rhythm.py",
        old="shown = id is None or caller(info.context).may(MANAGE_USERS)",
        new="shown = True",
        tests="tests/api/test_beliefs.py::test_staff_note_it_for_anyone",
    ),
    Breakage(
        name="a withdrawn order is money",
        file="saleor_relacional/flows/money.py",
        old="WHERE profile_id = ANY(%(ids)s) AND state = 'counts'",
        new="WHERE profile_id = ANY(%(ids)s)",
        tests=f"{MONEY}::test_ana_pays_in_three_currencies",
    ),
    Breakage(
        name="money without a rate is counted one to one",
        file="saleor_relacional/flows/money.py",
        old="    valued = [each for each in spent if each.currency in rates]\n",
        new="    rates = {each.currency: Decimal(1) for each in spent} | rates\n    valued = list(spent)\n",
        tests=f"{MONEY}::test_ana_pays_in_three_currencies",
    ),
    Breakage(
        name="other rates wait for the next week's fit",
        file="saleor_relacional/flows/learning/fit.py",
        old="now - row.as_of >= REFIT_AFTER or money_outdated(row.as_of)",
        new="now - row.as_of >= REFIT_AFTER",
        tests=f"{MONEY}::test_other_rates_make_a_refit_due_at_once",
    ),
    Breakage(
        name="the past is told as it is known now",
        file="saleor_relacional/flows/profiles/stage_history.py",
        old="AND told.learned_at < %(until)s",
        new="AND told.happened_at < %(until)s",
        tests=f"{HISTORY}::test_what_we_believed_is_not_what_we_know_now",
    ),
    Breakage(
        name="days end at midnight in Greenwich",
        file="saleor_relacional/flows/profiles/stage_history.py",
        old="datetime.combine(day, time(), ZoneInfo(conf.host().time_zone()))",
        new='datetime.combine(day, time(), ZoneInfo("UTC"))',
        tests=f"{HISTORY}::test_a_day_ends_at_the_shops_midnight",
    ),
    Breakage(
        name="after a merge only the survivor's history is told",
        file="saleor_relacional/flows/profiles/stage_history.py",
        old="    JOIN family ON gone.merged_into_id = family.member\n",
        new="    JOIN family ON gone.merged_into_id = family.member AND false\n",
        tests=f"{HISTORY}::test_after_a_merge_both_histories_are_told",
    ),
    Breakage(
        name="three equal orders in a new shop prove the fourth",
        file="saleor_relacional/insight/timing/intervals.py",
        old="    share = PRIOR_WEIGHT / (PRIOR_WEIGHT + shop_orders)\n",
        new="    share = 0.0 * shop_orders\n",
        tests=f"{BELIEFS}::test_nobody_stands_before_a_blank_panel",
    ),
]
