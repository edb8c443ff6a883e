"""Guards of forgetting, of what outlives it, and of what we log."""

from tests.mutants.breakage import Breakage

FORGET = "saleor_relacional/flows/people/forget.py"
GUARDED = "tests/flows/people/test_forgotten_everywhere.py"
RECORD = "saleor_relacional/flows/ingest/record.py"
TEST_FORGET = "tests/flows/people/test_forget.py"
STRIPPED = f"{TEST_FORGET}::test_their_enrolment_stays_stripped"
TOMBSTONES = "saleor_relacional/flows/people/tombstones.py"

BREAKAGES = [
    Breakage(
        name="no tombstone check where facts come in",
        file=RECORD,
        old="[fact for fact in told if not (buried and _is_buried(fact, buried))]",
        new="list(told)",
        tests=f"{TEST_FORGET}::test_nothing_is_left_and_nothing_comes_back",
    ),
    Breakage(
        name="no tombstone check where a file comes in",
        file="saleor_relacional/flows/importing/import_file.py",
        old="    forgotten = import_people.leave_out_forgotten(source)\n",
        new="    forgotten = 0\n",
        tests=f"{TEST_FORGET}::test_an_import_brings_nobody_back",
    ),
    Breakage(
        name="an order has no tombstone of its own",
        file=RECORD,
        old="tombstones.forgotten([*names, *(name for fact in told for name in _deeds(fact))])",
        new="tombstones.forgotten(names)",
        tests=f"{TEST_FORGET}::test_an_order_whose_address_changed_stays_forgotten",
    ),
    Breakage(
        name="an address that nobody vouched for has no tombstone",
        file=FORGET,
        old="names = [*_names(ids), *_addresses(rows), *_deeds(ids)]",
        new="names = [*_names(ids), *_deeds(ids)]",
        tests=f"{GUARDED}::test_an_address_that_was_never_confirmed_is_forgotten_too",
    ),
    Breakage(
        name="a forgotten address is shut out for ever",
        file=RECORD,
        old="return since is not None and _happened(fact) <= since",
        new="return since is not None",
        tests=f"{TEST_FORGET}::test_who_comes_back_begins_anew",
    ),
    Breakage(
        name="old orders come back with their address",
        file=RECORD,
        old="return since is not None and _happened(fact) <= since",
        new="return False",
        tests=f"{TEST_FORGET}::test_who_comes_back_begins_anew",
    ),
    Breakage(
        name="an account that is deleted at the host is kept",
        file=RECORD,
        old="sum(forget.forget_account(source, one, now=now) for one in references)",
        new="len(references)",
        tests=f"{TEST_FORGET}::test_nothing_is_left_and_nothing_comes_back",
    ),
    Breakage(
        name="whoever was merged into the forgotten is kept",
        file=FORGET,
        old="        ids = _all_of(profile)\n",
        new="        ids = [profile]\n",
        tests=f"{TEST_FORGET}::test_whoever_was_merged_into_them_goes_too",
    ),
    Breakage(
        name="forgetting leaves the e-mail on the profile",
        file=FORGET,
        old="        Profile.objects.using(conf.database()).filter(pk__in=ids).delete()\n",
        new="        Identity.objects.using(conf.database()).filter(profile_id__in=ids).delete()\n",
        tests=f"{TEST_FORGET}::test_nothing_is_left_and_nothing_comes_back",
    ),
    Breakage(
        name="forgetting leaves the history of stages",
        file=FORGET,
        old="        StageChange.objects.using(conf.database()).filter(profile_id__in=ids).delete()\n",
        new="",
        tests=STRIPPED,
    ),
    Breakage(
        name="forgetting leaves the code working",
        file=FORGET,
        old="        _withdraw_codes(ids, now)\n",
        new="",
        tests=STRIPPED,
    ),
    Breakage(
        name="forgetting leaves the owner on the claim",
        file="saleor_relacional/flows/incentives/entitlement.py",
        old='claims.update(withdrawn=True, owner_account="", owner_email_digest=bytes(32))',
        new="claims.update(withdrawn=True)",
        tests="tests/flows/incentives/test_entitlement.py::test_forgetting_strips_the_owner",
    ),
    Breakage(
        name="forgetting leaves the account in a cursor",
        file=FORGET,
        old="        _leave_cursors(names)\n",
        new="",
        tests=f"{GUARDED}::test_a_cursor_that_stands_at_an_account_forgets_it_too",
    ),
    Breakage(
        name="forgetting leaves a mail on its way",
        file=FORGET,
        old="        for statement in (_STOP, _ONCE, _STRIP):\n",
        new="        for statement in (_ONCE, _STRIP):\n",
        tests=STRIPPED,
    ),
    Breakage(
        name="a forgotten person counts twice in lift",
        file=FORGET,
        old="        for statement in (_STOP, _ONCE, _STRIP):\n",
        new="        for statement in (_STOP, _STRIP):\n",
        tests=f"{TEST_FORGET}::test_a_forgotten_person_counts_once_in_lift",
    ),
    Breakage(
        name="forgetting takes what was kept out of lift",
        file=FORGET,
        old='        sql.run(_SETTLE, {"ids": ids})\n',
        new="",
        tests=STRIPPED,
    ),
    Breakage(
        name="hashes of the forgotten are under no key",
        file=TOMBSTONES,
        old='return hmac.digest(secret, "\\0".join(name)',
        new='return hmac.digest(b"", "\\0".join(name)',
        tests=f"{GUARDED}::test_without_the_key_nobody_can_try_names",
    ),
    Breakage(
        name="a mail's hash of data is under no key",
        file="saleor_relacional/flows/sending/compose.py",
        old="emails.data_hash(values, key=key)",
        new="emails.data_hash(values)",
        tests=f"{GUARDED}::test_the_hash_of_a_mails_data_is_keyed",
    ),
    Breakage(
        name="personal data in the log of failures",
        file="saleor_relacional/flows/failures.py",
        old="for part in (name, state, constraint) if part)",
        new="for part in (name, state, constraint, str(error)) if part)",
        tests="tests/flows/test_failures.py::test_a_database_error_is_told_by_its_constraint",
    ),
]
