"""Guards of sending, claims, credit and the unsubscribe page."""

from tests.mutants.breakage import Breakage

CLAIM = "saleor_relacional/flows/claim.py"
GUARD = "saleor_relacional/flows/guard.py"
LEASE = "saleor_relacional/flows/lease.py"
SEND = "saleor_relacional/flows/send.py"

BREAKAGES = [
    Breakage(
        name="no savepoint around the check of a code",
        file=GUARD,
        old="with transaction.atomic(using=conf.HOST_DATABASE), _impatient():",
        new="with _impatient():",
        tests="tests/faults/test_claims_broken.py",
    ),
    Breakage(
        name="the check's timeouts stay on the sale",
        file=GUARD,
        old="        yield\n        _set_timeouts(cursor, *before)\n",
        new="        yield\n",
        tests="tests/faults/test_claims_broken.py",
    ),
    Breakage(
        name="no owner check",
        file=CLAIM,
        old="    if not owns(claim, account=account, email=email):\n        return verdict(Reason.OWNER)\n",
        new="",
        tests="tests/flows/test_claim.py",
    ),
    Breakage(
        name="a rival that takes long counts as an error of ours",
        file=CLAIM,
        old='        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:\n            raise\n'
        "        return False",
        new="        raise",
        tests="tests/flows/test_claim.py",
    ),
    Breakage(
        name="a claim passes on while its holder carries the code",
        file=CLAIM,
        old="FREES = frozenset({Holder.GONE, Holder.DROPPED})",
        new="FREES = frozenset({Holder.GONE, Holder.DROPPED, Holder.CARRIES})",
        tests="tests/flows/test_claim.py",
    ),
    Breakage(
        name="two checkouts take one code",
        file=CLAIM,
        old='    if claim.holder not in ("", checkout) and '
        "(held := conf.host().holder(claim.holder, code)) not in FREES:\n"
        "        return verdict(Reason.SPENT if held is Holder.ORDERED else Reason.HELD)\n",
        new="",
        tests="tests/flows/test_claim.py",
    ),
    Breakage(
        name="a stranger's code stays on an open checkout",
        file=CLAIM,
        old="    return stranger or worthless(claim, now) is not None",
        new="    return worthless(claim, now) is not None",
        tests="tests/flows/test_claim.py",
    ),
    Breakage(
        name="no lease: claims of the living are taken away",
        file=LEASE,
        old="WHERE state = 'claimed' AND lease_until < clock_timestamp()",
        new="WHERE state = 'claimed'",
        tests="tests/flows/test_send.py",
    ),
    Breakage(
        name="an interrupted hand-over is sent again",
        file=LEASE,
        old="SET state = 'unknown', reason = 'interrupted', ended_at = %(now)s",
        new="SET state = 'queued', reason = 'interrupted', ended_at = NULL",
        tests="tests/flows/test_send.py",
    ),
    Breakage(
        name="a stopped touch is handed over all the same",
        file=LEASE,
        old="AND t.claim_token = %(token)s AND t.state = 'claimed' AND t.profile_id = %(profile)s",
        new="AND t.profile_id = %(profile)s",
        tests="tests/flows/test_send.py",
    ),
    Breakage(
        name="nobody asks again before the hand-over",
        file=SEND,
        old="    if profile is None or judged.reason is not None:",
        new="    if profile is None:",
        tests="tests/flows/test_send.py",
    ),
    Breakage(
        name="a copy of the shop sends",
        file=LEASE,
        old="AND c.state = 'active' AND c.activated_url = %(url)s\n    JOIN LATERAL",
        new="AND c.state = 'active'\n    JOIN LATERAL",
        tests="tests/flows/test_send.py",
    ),
    Breakage(
        name="what may have left is tried again",
        file=SEND,
        old="        Fate.UNKNOWN: TouchState.UNKNOWN,",
        new="        Fate.UNKNOWN: TouchState.QUEUED,",
        tests="tests/flows/test_send.py",
    ),
    Breakage(
        name="a code works before it has an owner",
        file="saleor_relacional/flows/incentive.py",
        old="        _promise(held)\n    return len(held)",
        new="    return len(held)",
        tests="tests/flows/test_incentive.py",
    ),
    Breakage(
        name="a purchase stops nothing",
        file="saleor_relacional/flows/attribute.py",
        old="    stop.stop_bought(profile_id, now)\n",
        new="",
        tests="tests/flows/test_attribute.py",
    ),
    Breakage(
        name="an old order that arrives late stops a mail",
        file="saleor_relacional/flows/stop.py",
        old="_stop(_STOP + _LAPSE_ENDED, [profile_id], PURCHASED, now)",
        new="_stop(_STOP, [profile_id], PURCHASED, now)",
        tests="tests/flows/test_attribute.py",
    ),
    Breakage(
        name="an order after the window is credited",
        file="saleor_relacional/flows/attribute.py",
        old="AND u.placed_at >= sent.ended_at AND u.placed_at < sent.until",
        new="AND u.placed_at >= sent.ended_at",
        tests="tests/flows/test_attribute.py",
    ),
    Breakage(
        name="a cancelled order keeps its code",
        file="saleor_relacional/flows/attribute.py",
        old="    incentive.give_back(purchase, now)\n",
        new="",
        tests="tests/flows/test_attribute.py",
    ),
    Breakage(
        name="looking at the unsubscribe page unsubscribes",
        file="saleor_relacional/views.py",
        old='        if request.method != "POST":\n',
        new='        if request.method != "POST":\n            _leave(profile, "page")\n',
        tests="tests/views/test_leave.py",
    ),
    Breakage(
        name="a link made for one thing permits another",
        file="saleor_relacional/flows/links.py",
        old='    return Signer(salt=f"saleor_relacional.{purpose}", sep=".")',
        new='    return Signer(sep=".")',
        tests="tests/views/test_leave.py",
    ),
]
