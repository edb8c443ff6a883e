"""Guards of scores: money of one currency, less what went back, and nothing scored twice or half."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="a withdrawn purchase still counts",
        symbol="saleor_relacional.flows.scoring.history_sql._bought",
        old="WHERE state = 'counts' AND profile_id {whose}",
        new="WHERE profile_id {whose}",
        tests="test_a_withdrawn_purchase_corrects_the_stage",
    ),
    Breakage(
        name="a refund is not subtracted",
        symbol="saleor_relacional.flows.scoring.history_money.OWN_CURRENCY",
        old='refunded="sum(amount)"',
        new='refunded="0 * sum(amount)"',
        tests="test_statistics_are_the_facts_aggregated",
    ),
    Breakage(
        name="two currencies are added up",
        symbol="saleor_relacional.flows.scoring.histories._several_currencies",
        old="    if len(mixed):\n",
        new="    if False:\n",
        tests="test_statistics_are_the_facts_aggregated",
    ),
    Breakage(
        name="money without a rate is counted one to one",
        symbol="saleor_relacional.flows.money.reported",
        old="    valued = [each for each in spent if each.currency in rates]\n",
        new="    rates = {each.currency: Decimal(1) for each in spent} | rates\n    valued = list(spent)\n",
        tests="test_ana_pays_in_three_currencies",
    ),
    Breakage(
        name="half an import is scored",
        symbol="saleor_relacional.flows.scoring.stale._TAKE",
        old=" AND {_TOLD_WHOLE}",
        new="",
        tests="test_nothing_is_concluded_from_half_of_it",
    ),
]
