"""Guards of the contact budget: how often, when and after what somebody hears from the shop, whatever their arm."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="two plans book more than the caps allow",
        symbol="saleor_relacional.flows.contact.booking._BOOK",
        old="WHERE NOT told.commercial OR ({_WITHIN} < least(",
        new="WHERE true OR ({_WITHIN} < least(",
        tests="test_what_the_caps_do_not_allow_is_not_booked test_two_plans_at_once_book_one_message_of_one_person",
    ),
    Breakage(
        name="who acquires comes before who recovers",
        symbol="saleor_relacional.rules.contact.arbitration._queue",
        old="-gain, wants.goal[some]",
        new="-gain, -wants.goal[some]",
        tests="test_recover_comes_before_retain_before_acquire_whatever_the_gain",
    ),
    Breakage(
        name="the arm decides who has room",
        symbol="saleor_relacional.rules.contact.arbitration._give_out",
        old="elif shop <= 0:",
        new="elif shop <= 0 and treated:",
        tests="test_no_want_is_decided_by_its_own_arm",
    ),
    Breakage(
        name="somebody is sold to after a disappointment",
        symbol="saleor_relacional.rules.contact.arbitration.earliest",
        old="ContactReason.SILENCE: people.silent_until[who],",
        new="ContactReason.SILENCE: people.gap_until[who],",
        tests="test_one_reason_and_the_next_try",
    ),
    Breakage(
        name="what is queued goes at any hour",
        symbol="saleor_relacional.flows.sending.batch._closed",
        old="if opens is not None and opens <= now",
        new="if opens is not None",
        tests="test_a_mail_waits_for_the_morning_where_the_person_lives",
    ),
    Breakage(
        name="the control group hears, as the budget tells it, of nothing",
        symbol="saleor_relacional.flows.campaigns.arbitration.wants._later",
        old="AND e.state = 'started' AND",
        new="AND e.state = 'started' AND e.arm = 'treated' AND",
        tests="test_later_steps_are_booked_in_both_arms",
    ),
    Breakage(
        name="somebody excluded is written to",
        symbol="saleor_relacional.flows.campaigns.suppression.weigh",
        old="for profile_id in exclusions.excluded([*found], now):",
        new="for profile_id in ():",
        tests="test_nobody_writes_to_them",
    ),
]
