"""Guards of campaigns: whom they start, once, within one day's capacity, in one shop."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="saving a campaign widens a rung of one channel to all",
        symbol="saleor_relacional.dashboard.campaigns.form._rung",
        old="    if given or rung.channels:",
        new="    if False:",
        tests="test_a_rung_of_one_channel_stays_one_of_one_channel",
    ),
    Breakage(
        name="what somebody else edited meanwhile is overwritten without a word",
        symbol="saleor_relacional.flows.campaigns.owner.saving._hold",
        old=".filter(pk__gt=basis)",
        new=".filter(pk__lt=0)",
        tests="test_two_admins_at_once",
    ),
    Breakage(
        name="two workers give out the day's capacity at once",
        symbol="saleor_relacional.flows.campaigns.arbitration.give_out.give_out",
        old="        locks.lock(Lock.CAPACITY)\n",
        new="",
        tests="test_the_room_is_not_given_out_twice",
    ),
    Breakage(
        name="considering again writes a new row for an old lapse",
        symbol="saleor_relacional.flows.campaigns.cycles.own",
        old="(e.cycle = {kind.cycle} OR e.considered_at > {kind.begun_at})",
        new="(e.cycle = {kind.cycle})",
        tests="test_an_old_order_that_arrives_late_opens_no_second_lapse",
    ),
    Breakage(
        name="a copy of the shop considers people",
        symbol="saleor_relacional.flows.campaigns.hindrance.hindrance",
        old="    if campaign.activated_url != host.public_url():",
        new="    if not host.public_url():",
        tests="test_a_copy_of_the_shop_refuses_to_send_until_confirmed",
    ),
    Breakage(
        name="who bought a minute ago is asked to come back",
        symbol="saleor_relacional.flows.campaigns.suppression.grounds",
        old=" AND NOT ({kind.ended})",
        new="",
        tests="test_who_has_bought_since_is_left_alone_before_they_are_scored",
    ),
    Breakage(
        name="a purchase stops nothing",
        symbol="saleor_relacional.flows.campaigns.attribution.purchase_arrived",
        old="    credit(profile_id)\n    stopping.facts_arrived(profile_id, now)\n",
        new="    credit(profile_id)\n",
        tests="test_no_credit_without_a_mail",
    ),
    Breakage(
        name="a dry run writes",
        symbol="saleor_relacional.flows.campaigns.candidates.consider",
        old="    known = {each.profile_id: each.grounds for each in found}\n",
        new=(
            "    Campaign.objects.update(created_at=now)\n"
            "    known = {each.profile_id: each.grounds for each in found}\n"
        ),
        tests="test_it_runs_in_a_read_only_transaction",
    ),
    Breakage(
        name="leaving a shop leaves mails on their way",
        symbol="saleor_relacional.flows.operations.uninstall.uninstall",
        old='        stopped = waiting.update(state=TouchState.SUPPRESSED, reason="uninstalled", ended_at=now)\n',
        new="        stopped = 0\n",
        tests="test_leaving_ends_everything",
    ),
    Breakage(
        name="somebody is thanked for an order that was paid back",
        symbol="saleor_relacional.flows.campaigns.kinds.thanks_first_order.KIND",
        old="({fragments.REFUNDED} OR {fragments.NOTHING_BOUGHT})",
        new="({fragments.NOTHING_BOUGHT})",
        tests="test_a_refund_stops_it",
    ),
    Breakage(
        name="who has been let go is sold to again",
        symbol="saleor_relacional.flows.campaigns.suppression._weigh",
        old="        else Suppression.LEFT_IN_PEACE if one.in_peace\n",
        new="",
        tests="test_afterwards_nobody_sells_to_them_until_they_act",
    ),
    Breakage(
        name="whoever was held out once is told to be held out for ever",
        symbol="saleor_relacional.flows.sending.person_plan._entry",
        old=' or told_state == "was_held_out"',
        new="",
        tests="test_a_control_group_that_is_over_holds_nobody",
    ),
]
