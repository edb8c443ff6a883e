"""Guards of erasure and identity: the forgotten stay forgotten, and nobody gets another's history."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="no tombstone check where facts come in",
        symbol="saleor_relacional.flows.ingest.record.record",
        old="[fact for fact in told if not (buried and _is_buried(fact, buried))]",
        new="list(told)",
        tests="test_nothing_is_left_and_nothing_comes_back",
    ),
    Breakage(
        name="no tombstone check where a file comes in",
        symbol="saleor_relacional.flows.importing.import_file._apply",
        old="matching.leave_out_forgotten(source)",
        new="0",
        tests="test_an_import_brings_nobody_back",
    ),
    Breakage(
        name="an address that nobody vouched for has no tombstone",
        symbol="saleor_relacional.flows.people.forget.forget",
        old="names = [*_names(ids), *_addresses(rows), *_deeds(ids)]",
        new="names = [*_names(ids), *_deeds(ids)]",
        tests="test_an_address_that_was_never_confirmed_is_forgotten_too",
    ),
    Breakage(
        name="old orders come back with their address",
        symbol="saleor_relacional.flows.ingest.record._is_buried",
        old="return since is not None and _happened(fact) <= since",
        new="return False",
        tests="test_who_comes_back_begins_anew",
    ),
    Breakage(
        name="an account that is deleted at the host is kept",
        symbol="saleor_relacional.flows.ingest.record._end",
        old="sum(forget.forget_account(source, one, now=now) for one in references)",
        new="len(references)",
        tests="test_nothing_is_left_and_nothing_comes_back",
    ),
    Breakage(
        name="an ill host forgets everybody",
        symbol="saleor_relacional.flows.ingest.patrol._look",
        old="    if kind is FactKind.CUSTOMER and len(gone) > max(MASS, len(references) // 2):\n",
        new="    if False:\n",
        tests="test_an_ill_host_forgets_nobody",
    ),
    Breakage(
        name="whoever was merged into the forgotten is kept",
        symbol="saleor_relacional.flows.people.forget._hold",
        old="    return _all_of(profile)\n",
        new="    return [profile]\n",
        tests="test_whoever_was_merged_into_them_goes_too",
    ),
    Breakage(
        name="forgetting leaves the e-mail on the profile",
        symbol="saleor_relacional.flows.people.forget.forget",
        old="        Profile.objects.filter(pk__in=ids).delete()\n",
        new="        Identity.objects.filter(profile_id__in=ids).delete()\n",
        tests="test_nothing_is_left_and_nothing_comes_back",
    ),
    Breakage(
        name="forgetting leaves the code working",
        symbol="saleor_relacional.flows.people.forget.forget",
        old="        _withdraw_codes(ids, now)\n",
        new="",
        tests="test_their_enrolment_stays_stripped",
    ),
    Breakage(
        name="forgetting leaves the owner on the entitlement",
        symbol="saleor_relacional.flows.incentives.entitlement.forget",
        old='rows.update(withdrawn=True, owner_account="", owner_email_digest=bytes(32))',
        new="rows.update(withdrawn=True)",
        tests="test_forgetting_strips_the_owner",
    ),
    Breakage(
        name="forgetting leaves a mail on its way",
        symbol="saleor_relacional.flows.people.forget.forget",
        old="        for statement in (_STOP, _ONCE, _STRIP):\n",
        new="        for statement in (_ONCE, _STRIP):\n",
        tests="test_their_enrolment_stays_stripped",
    ),
    Breakage(
        name="who was forgotten comes back with a rebuild",
        symbol="saleor_relacional.flows.scoring.shadow_tables._gone",
        old="WHERE p.id IS NULL OR p.merged_into_id IS NOT NULL\nUNION ALL",
        new="WHERE false\nUNION ALL",
        tests="test_who_is_forgotten_meanwhile_does_not_come_back",
    ),
    Breakage(
        name="who is scored while they are forgotten comes back",
        symbol="saleor_relacional.flows.people.forget.forget",
        old="stale.mark(ids, now)  # waits",
        new="pass  # waits",
        tests="test_who_is_forgotten_while_they_are_scored_does_not_come_back",
    ),
    Breakage(
        name="hashes of the forgotten are under no key",
        symbol="saleor_relacional.flows.people.tombstones._hash",
        old='return hmac.digest(secret, "\\0".join(name)',
        new='return hmac.digest(b"", "\\0".join(name)',
        tests="test_without_the_key_nobody_can_try_names",
    ),
    Breakage(
        name="personal data in the log of failures",
        symbol="saleor_relacional.flows.failures.kind_of",
        old="for part in (name, state, constraint) if part)",
        new="for part in (name, state, constraint, str(error)) if part)",
        tests="test_a_database_error_is_told_by_its_constraint",
    ),
    Breakage(
        name="a postal code is stored as it was typed",
        symbol="saleor_relacional.flows.ingest.places.of",
        old="hashes[named[fact.reference]].hex()[:LENGTH]",
        new="fact.postal_code[:LENGTH]",
        tests="test_the_address_itself_is_nowhere",
    ),
    Breakage(
        name="a registration that nobody confirmed merges a guest",
        symbol="saleor_relacional.flows.ingest.customer_facts.write",
        old="if fact.vouched and email_key(fact.email)]",
        new="if email_key(fact.email)]",
        tests="test_a_strangers_registration_reads_nothing",
    ),
    Breakage(
        name="the next owner of an address gets the relationship",
        symbol="saleor_relacional.flows.people.identify.vouch",
        old=(
            "    elif _is_account(owner, fact.source):  # the address changed hands: the relationship does not\n"
            "        identities.filter(kind=name.kind, key=name.key).update(profile_id=own)\n"
        ),
        new="",
        tests="test_a_changed_address",
    ),
]
