"""Guards of codes at completion: whose they are, and that each is spent once."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="no owner check",
        symbol="saleor_relacional.flows.incentives.entitlement.check",
        old=(
            "    if not owns(row, account=account, email=email):\n        return verdict(CodeCheck.OWNER)\n"
        ),
        new="",
        tests="test_whose_code_it_is",
    ),
    Breakage(
        name="the address of an account's code is enough for another account",
        symbol="saleor_relacional.flows.incentives.entitlement.owns",
        old="    if row.owner_account and account:\n",
        new="    if row.owner_account == account:\n",
        tests="test_whose_code_it_is",
    ),
    Breakage(
        name="an expired code is spent",
        symbol="saleor_relacional.flows.incentives.entitlement.worthless",
        old="    return CodeCheck.EXPIRED if row.expires_at <= now else None\n",
        new="    return None\n",
        tests="test_expired_withdrawn_spent",
    ),
    Breakage(
        name="a spent code is spent again",
        symbol="saleor_relacional.flows.incentives.entitlement.worthless",
        old="    if row.order:\n        return CodeCheck.SPENT\n",
        new="",
        tests="test_expired_withdrawn_spent",
    ),
    Breakage(
        name="a second order takes over a spent code",
        symbol="saleor_relacional.flows.incentives.entitlement.settle",
        old='rows.filter(order="").update(order=order)',
        new="rows.update(order=order)",
        tests="test_expired_withdrawn_spent",
    ),
    Breakage(
        name="two checkouts take one code",
        symbol="saleor_relacional.flows.incentives.entitlement.check",
        old=(
            '    if row.holder not in ("", checkout) and (held := conf.host().holder(row.holder, code)) not in FREES:\n'
            "        return verdict(CodeCheck.SPENT if held is Holder.ORDERED else CodeCheck.HELD)\n"
        ),
        new="",
        tests="test_the_claims_alone_decide",
    ),
    Breakage(
        name="rivals do not wait for each other",
        symbol="saleor_relacional.flows.incentives.entitlement.check",
        old="    if not _alone(code):\n        return verdict(CodeCheck.HELD)\n",
        new="",
        tests="test_a_rival_that_takes_long",
    ),
    Breakage(
        name="a code passes on while its holder carries it",
        symbol="saleor_relacional.flows.incentives.entitlement.FREES",
        old="FREES = frozenset({Holder.GONE, Holder.DROPPED})",
        new="FREES = frozenset({Holder.GONE, Holder.DROPPED, Holder.CARRIES})",
        tests="test_it_passes_on_only_when_the_holder_let_go",
    ),
    Breakage(
        name="the code of a vanished checkout is freed before its cancelled order is heard of",
        symbol="saleor_relacional.flows.incentives.entitlement._unheard",
        old="held is Holder.GONE and seen.held_since is not None and",
        new="False and seen.held_since is not None and",
        tests="test_cancelled_before_we_heard_of_the_order"
        " test_the_wallet_is_silent_until_we_have_heard_of_the_cancelled_order",
    ),
    Breakage(
        name="a cancelled order gives back what the next order spent",
        symbol="saleor_relacional.flows.incentives.entitlement.spent_by",
        old="if row.order or not _ordered(row)]",
        new="]",
        tests="test_cancelled_twice_and_spent_in_between",
    ),
    Breakage(
        name="a cancelled order frees what another order spent meanwhile",
        symbol="saleor_relacional.flows.incentives.entitlement.free",
        old='filter(code=code, order__in=["", order])',
        new="filter(code=code)",
        tests="test_freeing_leaves_what_another_order_spent",
    ),
    Breakage(
        name="a code that the same checkout took again is let go",
        symbol="saleor_relacional.flows.incentives.entitlement._let_go",
        old=" AND held_since IS NOT DISTINCT FROM %(since)s",
        new="",
        tests="test_a_code_that_the_same_checkout_took_again_is_not_let_go",
    ),
    Breakage(
        name="a check of ours that failed refuses the sale",
        symbol="saleor_relacional.flows.incentives.entitlement.PASSES",
        old=", CodeCheck.UNCHECKED})",
        new="})",
        tests="test_the_whole_sale_in_the_shop",
    ),
    Breakage(
        name="no savepoint around the check of a code",
        symbol="saleor_relacional.flows.incentives.guard.guarded_check",
        old="with transaction.atomic(using=conf.HOST_DATABASE), _impatient():",
        new="with _impatient():",
        tests="test_the_order_goes_through",
    ),
    Breakage(
        name="a wallet answers about a stranger's checkout, and puts codes on it",
        symbol="saleor_relacional.flows.incentives.checkout_offers._theirs",
        old="return fact if fact.customer in wallet.accounts_of([profile]).get(profile, ()) else None",
        new="return fact",
        tests="test_a_checkout_that_is_not_hers_is_none",
    ),
    Breakage(
        name="the wallet shows what another checkout holds",
        symbol="saleor_relacional.flows.incentives.checkout_offers._granted",
        old="reason = None if held in entitlement.FREES else WhyNot.HELD",
        new="reason = None",
        tests="test_wallet_equals_checkout test_why_not_is_said_to_its_owner",
    ),
]
