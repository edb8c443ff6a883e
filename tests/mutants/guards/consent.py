"""Guards of consent: nobody is written to without a basis, and a no is one click away and stays."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="no basis is basis enough",
        symbol="saleor_relacional.flows.campaigns.suppression._weigh",
        old="        else Suppression.NO_BASIS if basis is None and purpose is not Purpose.SERVICE\n",
        new="",
        tests="test_without_a_basis_nothing_leaves",
    ),
    Breakage(
        name="soft opt-in beats an opt-out",
        symbol="saleor_relacional.rules.consent_basis.basis",
        old=(
            "coalesce(nullif({_latest(profile, now, purpose, until)}, 'soft_opt_in'),\n"
            "    CASE WHEN {soft} AND {buyer} THEN 'soft_opt_in' ELSE '{NONE}' END)"
        ),
        new=(
            "CASE WHEN {soft} AND {buyer} THEN 'soft_opt_in'\n"
            "    ELSE coalesce({_latest(profile, now, purpose, until)}, '{NONE}') END"
        ),
        tests="test_an_opt_out_counts_without_an_address_to_object_for",
    ),
    Breakage(
        name="soft opt-in for people who never bought",
        symbol="saleor_relacional.rules.consent_basis.basis",
        old="WHEN {soft} AND {buyer} THEN",
        new="WHEN {soft} THEN",
        tests="test_soft_opt_in_is_the_owners_decision_and_covers_buyers_only",
    ),
    Breakage(
        name="soft opt-in where the owner decided nothing",
        symbol="saleor_relacional.flows.policy.current",
        old="Policy(pk=1, soft_opt_in=False,",
        new="Policy(pk=1, soft_opt_in=True,",
        tests="test_nobody_may_be_written_to_by_default",
    ),
    Breakage(
        name="an objection does not outlive the person",
        symbol="saleor_relacional.flows.consent.consent._read",
        old="    if objects:\n        return Basis.OPT_OUT\n",
        new="",
        tests="test_an_objection_outlives_the_person_until_they_opt_in_themselves",
    ),
    Breakage(
        name="the shop's statement overrules a person's no",
        symbol="saleor_relacional.flows.consent.consent.give",
        old="        if basis == Basis.OPT_IN and source in BY_THEMSELVES:",
        new="        if basis == Basis.OPT_IN:",
        tests="test_the_shop_cannot_overrule_a_no",
    ),
    Breakage(
        name="a no is no objection",
        symbol="saleor_relacional.flows.consent.consent.object_to",
        old="[Objection(digest=digest, purpose=one, objected_at=now, cause=cause) for digest, one in rows],\n",
        new="[],\n",
        tests="test_an_objection_outlives_the_person_until_they_opt_in_themselves",
    ),
    Breakage(
        name="a no stops nothing that is on its way",
        symbol="saleor_relacional.flows.consent.consent.record_objection",
        old="        stop.stop([profile.pk], stop.OPTED_OUT, now, reach=_reach(ended))\n",
        new="",
        tests="test_saying_no_stops_what_is_on_its_way",
    ),
    Breakage(
        name="one person's no stops everybody's mails",
        symbol="saleor_relacional.flows.incentives.stop._OPEN",
        old="WHERE t.profile_id = ANY(%(profiles)s) AND",
        new="WHERE %(profiles)s IS NOT NULL AND",
        tests="test_one_persons_no_is_theirs_alone",
    ),
    Breakage(
        name="a program agrees for a customer",
        symbol="saleor_relacional.graphql.mutations.consent.RelationshipConsentUpdate.mutate",
        old="        if asking.account is None or asking.app is not None:\n",
        new="        if False:\n",
        tests="test_a_program_cannot_agree_for_somebody",
    ),
    Breakage(
        name="an account that proved no address speaks for it",
        symbol="saleor_relacional.graphql.mutations.consent._say",
        old="    if not asking.vouched:\n",
        new="    if False:\n",
        tests="test_an_unconfirmed_address_opens_nothing",
    ),
    Breakage(
        name="looking at the unsubscribe page unsubscribes",
        symbol="saleor_relacional.views.leave.leave",
        old='        if request.method != "POST":\n',
        new='        if request.method != "POST":\n            _leave(profile, "page")\n',
        tests="test_looking_changes_nothing",
    ),
    Breakage(
        name="a forged link is accepted",
        symbol="saleor_relacional.flows.consent.links.who_leaves",
        old="_long(_signer(Purpose.LEAVE).unsign(token))",
        new='_long(token.partition(".")[0])',
        tests="test_a_link_that_we_did_not_sign",
    ),
    Breakage(
        name="whoever has the mail signs its person up again",
        symbol="saleor_relacional.views.leave._act",
        old='answer == "stay" and was_here',
        new='answer == "stay"',
        tests="test_only_who_left_here_can_undo",
    ),
    Breakage(
        name="taking back what somebody left gives them more",
        symbol="saleor_relacional.flows.consent.consent.left_lately",
        old=" if said in consent_basis.GROUNDS}",
        new="}",
        tests="test_the_undo_where_buyers_are_written_to",
    ),
    Breakage(
        name="the mail does not say how to leave",
        symbol="saleor_relacional/emails/_layout/en/layout.txt",
        old="{{ links.unsubscribe }}",
        new="",
        tests="test_says_who_writes_why_and_how_to_leave",
    ),
    Breakage(
        name="no List-Unsubscribe",
        symbol="saleor_relacional.emails.message._one_of_many",
        old='        "List-Unsubscribe": f"<{_one_click(unsubscribe_url)}>",\n',
        new="",
        tests="test_one_click_headers_are_in_the_bytes",
    ),
    Breakage(
        name="consent to words is consent to offers",
        symbol="saleor_relacional.rules.consent_basis._latest",
        old="said.profile_id = {profile} AND said.purpose = {purpose} AND said.medium",
        new="said.profile_id = {profile} AND said.medium",
        tests="test_offers_need_offers_and_words_need_content",
    ),
    Breakage(
        name="an unconfirmed signup counts",
        symbol="saleor_relacional.flows.signups.signups._invite",
        old="    if signup.source == CHECKOUT and profile.vouched and not typed:\n",
        new="    if signup.source:\n",
        tests="test_it_counts_once_it_is_confirmed",
    ),
    Breakage(
        name="a stranger ticks a box for whoever owns the address",
        symbol="saleor_relacional.flows.signups.signups._invite",
        old=" and not typed:\n",
        new=":\n",
        tests="test_a_stranger_ticks_nothing_for_anybody",
    ),
    Breakage(
        name="a pause is ignored",
        symbol="saleor_relacional.rules.contact.arbitration.earliest",
        old="        ContactReason.PAUSED: people.paused_until[who],\n",
        new="",
        tests="test_what_is_on_its_way",
    ),
    Breakage(
        name="a wish does not reach the mail that is being written",
        symbol="saleor_relacional.flows.preferences.preferences.change",
        old="        stop.ask_again([profile.pk])\n",
        new="",
        tests="test_what_is_asked_while_the_mail_is_written",
    ),
    Breakage(
        name="an objection to profiling keeps beliefs",
        symbol="saleor_relacional.flows.preferences.preferences._profiling",
        old="        private.forget_beliefs([profile.pk], now)\n",
        new="        stale.mark([profile.pk], now)\n",
        tests="test_what_was_believed_goes_at_once",
    ),
    Breakage(
        name="whoever ticked the box has agreed to what holds when we read it",
        symbol="saleor_relacional.flows.ingest.newsletter_ticks._agreed",
        old=", at=fact.placed_at)",
        new=")",
        tests="test_an_order_that_is_read_late_keeps_the_words_of_its_day",
    ),
    Breakage(
        name="an address that is gone hides what its owner said",
        symbol="saleor_relacional.flows.consent.consent.bounced",
        old=" if said != Basis.OPT_OUT}\n",
        new="}\n",
        tests="test_who_objected_at_another_address",
    ),
]
