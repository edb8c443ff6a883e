"""Guards of codes: whose they are, that they are spent once, and that what is promised is granted."""

from tests.mutants.breakage import Breakage

CLAIM = "saleor_relacional/flows/incentives/entitlement.py"
GUARDED = "tests/flows/incentives/test_vouchers.py"
INCENTIVE = "saleor_relacional/flows/incentives/incentive.py"
TEST_ATTRIBUTE = "tests/flows/campaigns/test_attribution.py"
TEST_CLAIM = "tests/flows/incentives/test_entitlement.py"
TEST_INCENTIVE = "tests/flows/incentives/test_incentive.py"
WALLET = "saleor_relacional/flows/incentives/wallet.py"
WORTHLESS = f"{TEST_CLAIM}::test_expired_withdrawn_spent"

BREAKAGES = [
    Breakage(
        name="an expired code is spent",
        file=CLAIM,
        old="    return Reason.EXPIRED if claim.expires_at <= now else None\n",
        new="    return None\n",
        tests=WORTHLESS,
    ),
    Breakage(
        name="a withdrawn code is spent",
        file=CLAIM,
        old="    if claim.withdrawn:\n        return Reason.WITHDRAWN\n",
        new="",
        tests=WORTHLESS,
    ),
    Breakage(
        name="a spent code is spent again",
        file=CLAIM,
        old="    if claim.order:\n        return Reason.SPENT\n",
        new="",
        tests=WORTHLESS,
    ),
    Breakage(
        name="a second order takes over a spent code",
        file=CLAIM,
        old='claims.filter(order="").update(order=order)',
        new="claims.update(order=order)",
        tests=WORTHLESS,
    ),
    Breakage(
        name="rivals do not wait for each other",
        file=CLAIM,
        old="    if not _alone(code):\n        return verdict(Reason.HELD)\n",
        new="",
        tests=f"{TEST_CLAIM}::test_a_rival_that_takes_long",
    ),
    Breakage(
        name="the address of an account's code is enough for another account",
        file=CLAIM,
        old="    if claim.owner_account and account:\n",
        new="    if claim.owner_account == account:\n",
        tests=f"{TEST_CLAIM}::test_whose_code_it_is",
    ),
    Breakage(
        name="the beat frees a code that its checkout carries",
        file=CLAIM,
        old="    if held not in FREES or _unheard(seen, held, now):\n        return False\n",
        new="",
        tests=f"{TEST_CLAIM}::test_it_passes_on_only_when_the_holder_let_go",
    ),
    Breakage(
        name="who has not said who they are is a stranger",
        file=CLAIM,
        old="    said_who = bool(fact.customer or fact.email)\n",
        new="    said_who = True\n",
        tests=f"{TEST_CLAIM}::test_watching_takes_off_what_is_out_of_place",
    ),
    Breakage(
        name="a worthless code stays on an open checkout",
        file=CLAIM,
        old="    return stranger or worthless(claim, now) is not None",
        new="    return stranger",
        tests=f"{TEST_CLAIM}::test_watching_takes_off_what_is_worth_nothing",
    ),
    Breakage(
        name="nudges of checkouts are not watched",
        file="saleor_relacional/tasks.py",
        old="            claim.watch([fact for fact in facts if isinstance(fact, CheckoutFact)], now)\n",
        new="            pass\n",
        tests=f"{GUARDED}::test_a_nudge_takes_a_strangers_code_off",
    ),
    Breakage(
        name="after a change of SECRET_KEY nobody owns their code",
        file=CLAIM,
        old="    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]\n",
        new="    keys = [settings.SECRET_KEY]\n",
        tests=f"{TEST_CLAIM}::test_the_key_was_changed_last_week",
    ),
    Breakage(
        name="the shop's own codes are refused",
        file=CLAIM,
        old="PASSES = frozenset({Reason.TAKEN, Reason.UNKNOWN_CODE, Reason.UNCHECKED})",
        new="PASSES = frozenset({Reason.TAKEN, Reason.UNCHECKED})",
        tests=f"{TEST_CLAIM}::test_a_code_that_is_not_ours_is_none_of_our_business",
    ),
    Breakage(
        name="a check of ours that failed refuses the sale",
        file=CLAIM,
        old="PASSES = frozenset({Reason.TAKEN, Reason.UNKNOWN_CODE, Reason.UNCHECKED})",
        new="PASSES = frozenset({Reason.TAKEN, Reason.UNKNOWN_CODE})",
        tests="tests/faults/test_claims_broken.py::test_the_whole_sale_in_the_shop",
    ),
    Breakage(
        name="the check waits for a lock as long as the sale would",
        file="saleor_relacional/flows/incentives/guard.py",
        old='        _set_timeouts(cursor, f"{LOCK_TIMEOUT_MS}ms", f"{STATEMENT_TIMEOUT_MS}ms")\n',
        new='        _set_timeouts(cursor, "20s", "20s")\n',
        tests=f"{GUARDED}::test_the_check_is_in_a_hurry",
    ),
    Breakage(
        name="the shop completes without asking whose code it is",
        file="saleor_relacional/hosts/standalone/shop/completion.py",
        old="        if checkout.code and not _guarded(checkout, now):\n",
        new="        if False:\n",
        tests="tests/hosts/test_standalone_race.py::test_a_strangers_code_is_refused_and_not_burned",
    ),
    Breakage(
        name="an account's code is bound to its address alone",
        file=INCENTIVE,
        old="code=held.code, account=account,",
        new="code=held.code, account=None,",
        tests=f"{TEST_INCENTIVE}::test_an_account_s_code_names_its_account",
    ),
    Breakage(
        name="codes can be guessed",
        file="saleor_relacional/flows/incentives/codes.py",
        old="BITS = 80",
        new="BITS = 20",
        tests=f"{TEST_INCENTIVE}::test_a_code_is_eighty_random_bits",
    ),
    Breakage(
        name="the host's voucher outlives the promise",
        file="saleor_relacional/flows/incentives/codes.py",
        old="        ends_at=ends,\n",
        new="        ends_at=ends + timedelta(days=30),\n",
        tests=f"{TEST_INCENTIVE}::test_one_voucher_a_version_rung_and_day",
    ),
    Breakage(
        name="a voucher lacks a channel that was promised",
        file="saleor_relacional/flows/incentives/codes.py",
        old=':{day}:{where}"',
        new=':{day}"',
        tests=f"{TEST_INCENTIVE}::test_a_channel_that_gets_a_sender_later_has_its_own_voucher",
    ),
    Breakage(
        name="what was withdrawn while it was issued works",
        file=INCENTIVE,
        old="    _end_at_host([incentive.code])  # withdrawn while we were issuing it\n",
        new="",
        tests="tests/flows/sending/test_send.py::test_withdrawn_while_the_host_was_issuing",
    ),
    Breakage(
        name="a promise that the person was told of is taken back",
        file=INCENTIVE,
        old="      AND t.state IN ('handing_over', 'sent', 'unknown'))",
        new="      AND t.state IN ('handing_over'))",
        tests=f"{GUARDED}::test_a_promise_that_was_told_is_kept",
    ),
    Breakage(
        name="a promise expires a day early",
        file=INCENTIVE,
        old="WHERE state = ANY(%(live)s) AND expires_at <= %(now)s",
        new="WHERE state = ANY(%(live)s) AND expires_at <= %(now)s + interval '1 day'",
        tests=f"{TEST_INCENTIVE}::test_expired_at_the_end_of_its_day",
    ),
    Breakage(
        name="an expired code stays on an open checkout",
        file=INCENTIVE,
        old="        host.take_off(basket.reference, basket.code)\n",
        new="        pass\n",
        tests=f"{GUARDED}::test_a_code_that_ends_comes_off_open_checkouts",
    ),
    Breakage(
        name="a code of an import settles a promise",
        file=INCENTIVE,
        old="    if not purchase.codes or purchase.source != conf.host().source:\n        return\n    settled",
        new="    if not purchase.codes:\n        return\n    settled",
        tests=f"{TEST_ATTRIBUTE}::test_a_code_of_an_import_settles_nothing",
    ),
    Breakage(
        name="an order that spent nothing gives a code back",
        file=CLAIM,
        old='filter(code__in=list(codes), order__in=["", order])',
        new="filter(code__in=list(codes))",
        tests=f"{TEST_ATTRIBUTE}::test_a_cancelled_order_gives_the_code_back",
    ),
    Breakage(
        name="the wallet shows a code that does not work yet",
        file=WALLET,
        old="state=IncentiveState.ISSUED, expires_at__gt=now",
        new="state__in=[IncentiveState.PLANNED, IncentiveState.ISSUED], expires_at__gt=now",
        tests=f"{TEST_INCENTIVE}::test_it_has_an_owner_before_the_shop_knows_it",
    ),
    Breakage(
        name="the wallet shows a code that the check refuses",
        file=WALLET,
        old="    if not ours or claim.worthless(held, now):\n        return False\n",
        new="",
        tests=f"{TEST_INCENTIVE}::test_the_wallet_hides_what_the_owner_check_would_refuse",
    ),
    Breakage(
        name="the wallet shows a code that was spent a moment ago",
        file=WALLET,
        old="    return claim.usable(held, now)\n",
        new="    return True\n",
        tests=f"{TEST_INCENTIVE}::test_the_wallet_shows_what_the_checkout_grants",
    ),
]
