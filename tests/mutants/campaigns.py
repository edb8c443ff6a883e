"""Guards of consent, campaigns, planning and lift."""

from tests.mutants.breakage import Breakage

CANDIDATES = "saleor_relacional/flows/candidates.py"
CAPACITY = "saleor_relacional/flows/capacity.py"
PLAN = "tests/flows/test_plan.py"
RESULTS = "saleor_relacional/flows/results.py"

BREAKAGES = [
    Breakage(
        name="the arm is drawn after suppression, for those only who pass it",
        file="saleor_relacional/flows/plan.py",
        old="for each in judged if each.candidate.enrolment is None]",
        new="for each in judged if each.candidate.enrolment is None and not each.judgement.reason]",
        tests=PLAN,
    ),
    Breakage(
        name="suppressed people are dropped from one arm only",
        file=CANDIDATES,
        old="return EnrolmentState.SUPPRESSED if self.judgement.reason else EnrolmentState.HELD",
        new='return EnrolmentState.SUPPRESSED if self.judgement.reason and self.candidate.arm == "treated"'
        " else EnrolmentState.HELD",
        tests=PLAN,
    ),
    Breakage(
        name="held-out people after the day's last treated one start too",
        file=CAPACITY,
        old="queue WHERE treated_above < %(room)s",
        new="queue WHERE treated_above < %(room)s OR (treated_above = %(room)s AND id IN"
        " (SELECT id FROM saleor_relacional_enrolment WHERE arm = 'held_out'))",
        tests=PLAN,
    ),
    Breakage(
        name="two workers give out the day's capacity at once",
        file=CAPACITY,
        old='        sql.lock("capacity")\n',
        new="",
        tests=PLAN,
    ),
    Breakage(
        name="mails of other campaigns take no room",
        file=CAPACITY,
        old="decided - int(used)",
        new="decided - int(used_here)",
        tests=PLAN,
    ),
    Breakage(
        name="a refit or a late order puts people in front of a campaign",
        file=CANDIDATES,
        old=" AND s.stage_cause IN ('time', 'history')",
        new="",
        tests=PLAN,
    ),
    Breakage(
        name="an old order that arrives late opens a second lapse",
        file=CANDIDATES,
        old="AND (e.cycle = s.last_day::text OR e.considered_at > s.last_at)",
        new="AND e.cycle = s.last_day::text",
        tests=PLAN,
    ),
    Breakage(
        name="soft opt-in beats an opt-out",
        file="saleor_relacional/flows/consent.py",
        old="if said is not None and said != Basis.SOFT_OPT_IN:",
        new="if said is not None and not (buyer and soft):",
        tests="tests/flows/test_consent.py",
    ),
    Breakage(
        name="an objection does not outlive the person",
        file="saleor_relacional/flows/consent.py",
        old="Basis.OPT_OUT if profile_id in objecting else _basis(said, buyer=buyer, soft=soft)",
        new="_basis(said, buyer=buyer, soft=soft)",
        tests="tests/flows/test_consent.py",
    ),
    Breakage(
        name="the shop's statement overrules a person's no",
        file="saleor_relacional/flows/consent.py",
        old="        if basis == Basis.OPT_IN and source in BY_THEMSELVES:",
        new="        if basis == Basis.OPT_IN:",
        tests="tests/flows/test_consent.py",
    ),
    Breakage(
        name="a copy of the shop sends",
        file="saleor_relacional/flows/campaigns.py",
        old="    if campaign.activated_url != host.public_url():",
        new="    if not host.public_url():",
        tests="tests/flows/test_campaigns.py",
    ),
    Breakage(
        name="who bought a minute ago is asked to come back",
        file="saleor_relacional/flows/suppression.py",
        old="AND u.placed_at > s.last_at AND",
        new="AND false AND",
        tests="tests/flows/test_suppression.py",
    ),
    Breakage(
        name="windows that still run are taken for results",
        file=RESULTS,
        old="person.window_ends_at <= %(now)s AS closed",
        new="person.started_at <= %(now)s AS closed",
        tests="tests/flows/test_results.py",
    ),
    Breakage(
        name="people whom nothing reached are left out of the treated arm",
        file=RESULTS,
        old="AND state = 'started' AND started_at <= %(now)s\n",
        new="AND state = 'started' AND started_at <= %(now)s AND NOT EXISTS (SELECT 1 FROM saleor_relacional_touch t"
        " WHERE t.enrolment_id = saleor_relacional_enrolment.id AND t.state = 'suppressed')\n",
        tests="tests/flows/test_results.py",
    ),
    Breakage(
        name="refunds do not lower kept",
        file=RESULTS,
        old="WHERE r.purchase_id = u.id AND r.currency = u.currency AND",
        new="WHERE false AND",
        tests="tests/flows/test_results.py",
    ),
    Breakage(
        name="the forgotten leave the result",
        file=RESULTS,
        old="coalesce(person.settled_kept, bought.kept, 0) AS kept",
        new="coalesce(bought.kept, 0) AS kept",
        tests="tests/flows/test_results.py",
    ),
]
