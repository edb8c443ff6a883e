"""Guards of evidence: arms drawn by chance alone, control kept, everybody counted in the arm drawn."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="the arm is drawn after suppression, for those only who pass it",
        symbol="saleor_relacional.flows.campaigns.judging.judge",
        old="for each in judged if each.found.candidate.enrolment is None]",
        new="for each in judged if each.found.candidate.enrolment is None and not each.found.judgement.reason]",
        tests="test_the_arm_is_drawn_for_everybody_before_anything_is_asked",
    ),
    Breakage(
        name="suppressed people are dropped from one arm only",
        symbol="saleor_relacional.flows.campaigns.candidates.Considered.state",
        old="if self.judgement.reason else",
        new='if self.judgement.reason and self.candidate.arm == "treated" else',
        tests="test_the_arm_is_drawn_for_everybody_before_anything_is_asked",
    ),
    Breakage(
        name="people in the control group get a mail",
        symbol="saleor_relacional.flows.campaigns.arbitration.give_out._Beginning._begun",
        old="for one in begins if one.treated]",
        new="for one in begins]",
        tests="test_treated_people_get_a_touch_and_held_out_people_nothing",
    ),
    Breakage(
        name="windows that still run are taken for results",
        symbol="saleor_relacional.flows.evidence.results._OUTCOMES",
        old="person.window_ends_at <= %(now)s AS closed",
        new="person.started_at <= %(now)s AS closed",
        tests="test_a_window_that_runs_gives_no_verdict",
    ),
    Breakage(
        name="people whom nothing reached are left out of the treated arm",
        symbol="saleor_relacional.flows.evidence.results._PERSON",
        old="AND state = 'started' AND started_at <= %(now)s\n",
        new="AND state = 'started' AND started_at <= %(now)s AND NOT EXISTS"
        " (SELECT FROM {tables.TOUCH} t WHERE t.enrolment_id = {tables.ENROLMENT}.id AND t.state = 'suppressed')\n",
        tests="test_everybody_counts_in_the_arm_drawn_whatever_happened_to_their_mail",
    ),
    Breakage(
        name="a second lapse is a person of its own in lift",
        symbol="saleor_relacional.flows.evidence.results._PERSON",
        old="SELECT DISTINCT ON (coalesce(profile_id, -id))",
        new="SELECT",
        tests="test_a_person_counts_once_with_the_first_start",
    ),
    Breakage(
        name="people are compared across control shares",
        symbol="saleor_relacional.flows.evidence.results._PERSON",
        old="profile_id, arm, drawn_share, currency,",
        new="profile_id, arm, 0 AS drawn_share, currency,",
        tests="test_people_are_compared_within_their_share",
    ),
    Breakage(
        name="a cancelled order counts in lift",
        symbol="saleor_relacional.flows.evidence.outcomes.outcome",
        old=" AND u.state = 'counts'",
        new="",
        tests="test_only_the_window_counts_to_its_edges",
    ),
    Breakage(
        name="refunds do not lower kept",
        symbol="saleor_relacional.flows.evidence.outcomes.outcome",
        old="WHERE r.purchase_id = u.id AND",
        new="WHERE false AND",
        tests="test_kept_is_what_the_windows_purchases_sold_less_their_refunds",
    ),
    Breakage(
        name="money of two currencies is added up in lift",
        symbol="saleor_relacional.flows.evidence.outcomes.worth",
        old="WHEN {paid} = {enrolment}.currency THEN 1 END",
        new="ELSE 1 END",
        tests="test_only_the_window_counts_to_its_edges",
    ),
    Breakage(
        name="what is paid in another currency than the reporting one is no outcome",
        symbol="saleor_relacional.flows.evidence.outcomes.worth",
        old="THEN (terms.rates ->> {paid})::numeric",
        new="AND {paid} = terms.currency THEN 1",
        tests="test_lift_is_that_of_the_same_shop_told_in_one_currency",
    ),
    Breakage(
        name="the forgotten leave the result",
        symbol="saleor_relacional.flows.evidence.results._OUTCOMES",
        old='coalesce(person.settled_kept * {outcomes.worth("person.currency", "person")}, bought.kept, 0) AS kept',
        new="coalesce(bought.kept, 0) AS kept",
        tests="test_the_forgotten_stay_in_the_result_with_what_they_kept",
    ),
    Breakage(
        name="a forgotten person counts twice in lift",
        symbol="saleor_relacional.flows.people.forget.forget",
        old="        for statement in (_STOP, _ONCE, _STRIP):\n",
        new="        for statement in (_STOP, _STRIP):\n",
        tests="test_a_forgotten_person_counts_once_in_lift",
    ),
    Breakage(
        name="a merge loses the earlier arm",
        symbol="saleor_relacional.flows.people.merge._adopt",
        old="target.arm_key, target.created_at = source.arm_key, source.created_at",
        new="target.created_at = source.created_at",
        tests="test_a_strangers_registration_reads_nothing",
    ),
    Breakage(
        name="a mail that never left is credited",
        symbol="saleor_relacional.flows.campaigns.attribution._CREDIT",
        old="    WHERE t.profile_id = %(profile)s AND t.state = 'sent'\n",
        new="    WHERE t.profile_id = %(profile)s AND t.ended_at IS NOT NULL\n",
        tests="test_a_mail_that_may_not_have_arrived_is_credited_with_nothing",
    ),
    Breakage(
        name="an interval of a single look is looked at every day",
        symbol="saleor_relacional.insight.inference.adjusted._reach",
        old="    if not fixed:\n",
        new="    if fixed:\n",
        tests="test_a_single_look_waits_for_buyers_in_proportion",
    ),
]
