"""Guards of sending: no mail twice, none that nobody wants any more, none beyond the day's capacity."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="no lease: claims of the living are taken away",
        symbol="saleor_relacional.flows.sending.lease._BACK",
        old="WHERE state = 'claimed' AND lease_until < clock_timestamp()",
        new="WHERE state = 'claimed'",
        tests="test_a_dead_sender_s_claims_go_back",
    ),
    Breakage(
        name="an interrupted hand-over is sent again",
        symbol="saleor_relacional.flows.sending.lease._UNKNOWN",
        old="SET state = 'unknown', reason = 'interrupted', ended_at = %(now)s",
        new="SET state = 'queued', reason = 'interrupted', ended_at = NULL",
        tests="test_a_sender_dead_in_the_hand_over_leaves_an_unknown",
    ),
    Breakage(
        name="a stopped touch is handed over all the same",
        symbol="saleor_relacional.flows.sending.lease._BEGIN",
        old="AND t.claim_token = %(token)s AND t.state = 'claimed' AND t.profile_id = %(profile)s",
        new="AND t.profile_id = %(profile)s",
        tests="test_stopped_between_the_claim_and_the_hand_over",
    ),
    Breakage(
        name="nobody asks again before the hand-over",
        symbol="saleor_relacional.flows.sending.send._carry",
        old="    if profile is None or judged.reason is not None:",
        new="    if profile is None:",
        tests="test_asked_again_right_before",
    ),
    Breakage(
        name="a copy of the shop sends",
        symbol="saleor_relacional.flows.sending.lease._CLAIM",
        old="AND c.state = 'active' AND c.activated_url = %(url)s\n    JOIN LATERAL",
        new="AND c.state = 'active'\n    JOIN LATERAL",
        tests="test_a_copy_of_the_shop_sends_nothing",
    ),
    Breakage(
        name="what may have left is tried again",
        symbol="saleor_relacional.flows.sending.send._say",
        old="        SubmissionResult.UNKNOWN: TouchState.UNKNOWN,",
        new="        SubmissionResult.UNKNOWN: TouchState.QUEUED,",
        tests="test_what_the_mail_server_says",
    ),
    Breakage(
        name="a plugin that is switched off within a batch sends on",
        symbol="saleor_relacional.flows.sending.send._send",
        old="        if not conf.host().active():\n            return _lost(lease.put_back",
        new="        if False:\n            return _lost(lease.put_back",
        tests="test_switched_off_in_the_middle_of_a_batch",
    ),
    Breakage(
        name="a campaign that is paused while a mail is written sends it",
        symbol="saleor_relacional.flows.sending.lease._BEGIN",
        old="WHERE e.id = t.enrolment_id AND c.state = 'active' AND c.activated_url = %(url)s",
        new="WHERE e.id = t.enrolment_id",
        tests="test_a_campaign_paused_while_the_mail_is_written",
    ),
    Breakage(
        name="the day's mails may be exceeded",
        symbol="saleor_relacional.flows.sending.lease._CLAIM",
        old="%(capacity)s - (SELECT coalesce(sum(mails), 0) FROM used)",
        new="%(capacity)s",
        tests="test_capacity_holds_when_the_owner_lowers_it",
    ),
    Breakage(
        name="the code of a mail that did not leave works",
        symbol="saleor_relacional.flows.sending.send._end",
        old="        stop.release([(touch.enrolment_id, touch.service_id)], now)",
        new="        pass",
        tests="test_asked_again_right_before",
    ),
    Breakage(
        name="somebody who has left the segment is written to",
        symbol="saleor_relacional.flows.campaigns.suppression._outside",
        old="    return Suppression.CYCLE_OVER, audience.outside(version, people, now) if leaving else set()\n",
        new="    return Suppression.CYCLE_OVER, set()\n",
        tests="test_who_has_left_since_the_plan_is_not_written_to",
    ),
    Breakage(
        name="who ordered an hour ago is told that she is missed",
        symbol="saleor_relacional.flows.sending.send._carry",
        old="    if objection is not None:",
        new="    if False:",
        tests="test_who_ordered_an_hour_ago_is_not_told_that_she_is_missed test_who_is_shopping_is_left_alone",
    ),
    Breakage(
        name="orders that wait for money are not asked about",
        symbol="saleor_relacional.hosts.standalone.activity.bought_since",
        old="Order.objects.exclude(status=Status.DRAFT)",
        new='Order.objects.filter(status__in=["paid", "fulfilled", "canceled"])',
        tests="test_who_ordered_an_hour_ago_is_not_told_that_she_is_missed",
    ),
    Breakage(
        name="mails leave while nobody reads the shop's orders",
        symbol="saleor_relacional.flows.sending.send.send_due",
        old="    late = not sweep.finished_within(FactKind.ORDER, SWEPT_WITHIN)",
        new="    late = False",
        tests="test_nothing_leaves_while_the_orders_are_unread",
    ),
]
