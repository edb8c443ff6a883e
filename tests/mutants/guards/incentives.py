"""Guards of incentives: what is promised is granted, once, in the money it was promised in."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="offers overshoot the month's money",
        symbol="saleor_relacional.flows.incentives.month_money.Purse.fits",
        old="amount * self.factors[currency] <= self.left",
        new="self.left > 0",
        tests="test_offers_never_overshoot_the_months_money",
    ),
    Breakage(
        name="a code holds the smaller of its two currencies",
        symbol="saleor_relacional.flows.incentives.month_money.most",
        old="    return max(offers, key=key)",
        new="    return next(iter(offers))",
        tests="test_twenty_checkouts_in_two_currencies_take_no_more_than_was_reserved",
    ),
    Breakage(
        name="tax that the shop never had is charged to the budget",
        symbol="saleor_relacional.flows.incentives.reserve._cost",
        old="min(amount, said)",
        new="amount",
        tests="test_an_amount_costs_itself_where_tax_comes_on_top",
    ),
    Breakage(
        name="what a month came to beyond its budget is forgotten",
        symbol="saleor_relacional.flows.incentives.accounts._accounts",
        old="carried = found[-1].excess * rates.get(found[-1].currency, NOTHING)",
        new="carried = NOTHING",
        tests="test_the_excess_of_a_month_is_charged_to_the_next",
    ),
    Breakage(
        name="what is learnt overspends the month",
        symbol="saleor_relacional.insight.ladder.draws._fits",
        old="(holds <= left[:, :, None])",
        new="(holds <= np.inf)",
        tests="test_what_does_not_fit_is_closed_and_nobody_waits_for_money",
    ),
    Breakage(
        name="the looser budget says the price of money",
        symbol="saleor_relacional.insight.ladder.price.updated",
        old="max(parts)",
        new="min(parts)",
        tests="test_a_price_rises_with_what_is_reserved_and_never_under_nothing",
    ),
    Breakage(
        name="a campaign that loses money goes on",
        symbol="saleor_relacional.flows.evidence.harm._of",
        old="pays.verdict == Verdict.HARMS and",
        new="False and",
        tests="test_a_campaign_that_loses_money_pauses_itself",
    ),
    Breakage(
        name="whoever objects is called all the same",
        symbol="saleor_relacional.flows.incentives.stop.stop",
        old="    staff_tasks.stop(profile_ids, now)\n",
        new="",
        tests="test_who_objects_is_not_called_although_it_was_promised",
    ),
    Breakage(
        name="a gift that is out of stock is promised",
        symbol="saleor_relacional.flows.incentives.codes._where_given",
        old="if gift and gift.sold_in(slug)",
        new="if gift",
        tests="test_a_gift_that_is_gone_gives_way_to_the_next_cheaper_rung",
    ),
    Breakage(
        name="a gift is given with an order that is worth less than it",
        symbol="saleor_relacional.flows.incentives.codes._where_given",
        old=" < (terms.minimum_in(currency) or NOTHING)",
        new=" >= NOTHING",
        tests="test_a_gift_that_became_dearer_than_its_minimum_gives_way",
    ),
    Breakage(
        name="several who promise at once overspend the month",
        symbol="saleor_relacional.flows.incentives.reserve.affordable",
        old="    locks.lock(Lock.CAPACITY)\n",
        new="",
        tests="test_twenty_issuers_at_once_promise_no_more_than_there_is",
    ),
    Breakage(
        name="what ends unused keeps its money",
        symbol="saleor_relacional.flows.incentives.incentive._expired",
        old="        reserve.book(over, now)\n",
        new="",
        tests="test_the_life_of_a_promise",
    ),
    Breakage(
        name="a code works before it has an owner",
        symbol="saleor_relacional.flows.incentives.incentive._entitle",
        old="        entitlement.entitle(\n",
        new="        list(\n",
        tests="test_it_has_an_owner_before_the_shop_knows_it",
    ),
    Breakage(
        name="a code that the shop could not take off a checkout is never tried again",
        symbol="saleor_relacional.flows.incentives.incentive._take_off",
        old="        return True\n    return False",
        new="        return True\n    return True",
        tests="test_a_code_that_cannot_be_taken_off_is_tried_again_and_keeps_no_other",
    ),
    Breakage(
        name="what was withdrawn while it was issued works",
        symbol="saleor_relacional.flows.incentives.incentive.issue_all",
        old="    _end_at_host([each.code for each in made if each.pk not in issued])",
        new="    _end_at_host([])",
        tests="test_withdrawn_while_the_host_was_issuing",
    ),
    Breakage(
        name="a promise that the person was told of is taken back",
        symbol="saleor_relacional.flows.incentives.incentive._WITHDRAW",
        old="      AND t.state IN ('handing_over', 'sent', 'unknown'))",
        new="      AND t.state IN ('handing_over'))",
        tests="test_a_promise_that_was_told_is_kept",
    ),
    Breakage(
        name="a withdrawn promise comes back by a cancellation",
        symbol="saleor_relacional.flows.incentives.incentive.give_back",
        old=" and not spent[incentive.code].withdrawn",
        new="",
        tests="test_a_withdrawn_promise_does_not_come_back_by_a_cancellation",
    ),
    Breakage(
        name="a withdrawal that is taken back has ended the code",
        symbol="saleor_relacional.flows.incentives.incentive._end_at_host",
        old="        sql.on_commit(end)\n",
        new="        end()\n",
        tests="test_a_withdrawal_that_is_taken_back_ends_nothing",
    ),
    Breakage(
        name="an entitlement names somebody who was forgotten meanwhile",
        symbol="saleor_relacional.flows.incentives.incentive._entitle",
        old=(
            "        held = sql.rows(_HELD, asked)\n"
            '        of = {"ids": sql.keys({owner for _, _, owner, _ in held}), "source": conf.host().source}\n'
            "        owners = {owner: (email, account) for owner, email, account in sql.rows(_OWNERS, of)}\n"
        ),
        new=(
            "        held = [(each.pk, each.code, each.profile_id, each.expires_at) for each in incentives]\n"
            "        owners = {each.profile_id: (each.profile.email, None) for each in incentives}\n"
        ),
        tests="test_forgotten_while_her_code_was_about_to_work",
    ),
    Breakage(
        name="three dollars become three euros",
        symbol="saleor_relacional.hosts.standalone.vouchers.issue",
        old="                if recipe.channels[slug] == currency  # promised in this money, or not at all\n",
        new="",
        tests="test_a_voucher_is_not_listed_where_the_currency_is_another",
    ),
    Breakage(
        name="money of an order that nobody has told us of is promised again",
        symbol="saleor_relacional.flows.incentives.incentive.expire",
        old="        due = [one for one in due if one[2] not in spending]\n",
        new="",
        tests="test_an_order_that_we_have_not_heard_of_holds_its_money",
    ),
    Breakage(
        name="what nobody can tell holds nothing",
        symbol="saleor_relacional.flows.campaigns.planning.holds._held",
        old="return month_money.UNKNOWN",
        new="return Decimal(0), currency",
        tests="test_what_nobody_can_tell_fits_no_budget",
    ),
    Breakage(
        name="an offer's days run before anybody was told",
        symbol="saleor_relacional.flows.incentives.incentive._lasting",
        old="max(now, due.get(enrolment.pk, now))",
        new="now",
        tests="test_an_offer_lasts_its_days_from_the_day_of_its_message",
    ),
    Breakage(
        name="a mail promises what staff have taken out of the voucher",
        symbol="saleor_relacional.flows.sending.offers.issued",
        old="if listing.as_promised(",
        new="if wanted_by or listing.as_promised(",
        tests="test_what_staff_make_of_the_voucher_is_what_is_told",
    ),
]
