"""Guards of facts, identity, sweep, patrol and import."""

from tests.mutants.breakage import Breakage

AT_ONCE = "tests/flows/ingest/test_at_once.py"
CURSORS = "saleor_relacional/flows/cursors.py"
FORGET = "tests/flows/people/test_forget.py"
IDENTIFY = "saleor_relacional/flows/people/identify.py"
IMPORT = "tests/flows/importing/test_import.py"
IMPORT_APPLY = "saleor_relacional/flows/importing/apply.py"
IMPORT_HISTORY = "saleor_relacional/flows/importing/import_file.py"
ORDERS = "saleor_relacional/flows/ingest/order_facts.py"
ORDER_PARTS = "saleor_relacional/flows/ingest/order_parts.py"
PATROL = "saleor_relacional/flows/ingest/patrol.py"
RECORD = "saleor_relacional/flows/ingest/record.py"
SWEEP = "saleor_relacional/flows/ingest/sweep.py"
TEST_RECORD = "tests/flows/ingest/test_record.py"
TEST_SWEEP = "tests/flows/ingest/test_sweep.py"

BREAKAGES = [
    Breakage(
        name="the host is read before the reference is locked",
        file=RECORD,
        old="        lock_references(kind, references)\n        facts = conf.host()",
        new="        facts = conf.host()",
        tests="tests/flows/ingest/test_facts_kept_apart.py::test_an_old_reading_does_not_overwrite_a_newer_one",
    ),
    Breakage(
        name="two workers decide who somebody is at once",
        file=RECORD,
        old="        identify.lock(names)\n",
        new="",
        tests=f"{AT_ONCE}::test_a_merge_races_with_new_orders {AT_ONCE}::test_many_workers_with_overlapping_batches",
    ),
    Breakage(
        name="hearing a fact twice writes it twice",
        file=ORDERS,
        old="    return bytes(row.digest) != digest(fact, place)\n",
        new="    return True\n",
        tests=f"{TEST_RECORD}::test_hearing_it_twice_writes_nothing",
    ),
    Breakage(
        name="of two tellings in one call the older wins",
        file=RECORD,
        old="latest[key].changed_at <= fact.changed_at",
        new="latest[key].changed_at >= fact.changed_at",
        tests="tests/flows/ingest/test_facts_kept_apart.py::test_of_two_tellings_the_later_counts",
    ),
    Breakage(
        name="a draft makes a customer",
        file=ORDERS,
        old="return fact.state in STATE and identify.person_of(fact) is not None",
        new="return identify.person_of(fact) is not None",
        tests=f"{TEST_RECORD}::test_what_does_not_count_is_not_stored",
    ),
    Breakage(
        name="an order that stopped counting counts",
        file=ORDERS,
        old="STATE.get(fact.state, PurchaseState.WITHDRAWN)",
        new="STATE.get(fact.state, PurchaseState.COUNTS)",
        tests=f"{TEST_RECORD}::test_a_sale_that_stops_counting_is_withdrawn",
    ),
    Breakage(
        name="an order that is gone at the host counts",
        file=RECORD,
        old="        done = record_orders.withdraw(source, references, now)\n",
        new="        done = record_orders.withdraw(source, [], now)\n",
        tests="tests/flows/ingest/test_facts_kept_apart.py::test_an_order_that_the_host_no_longer_has",
    ),
    Breakage(
        name="the purchase day is a day in London",
        file=ORDERS,
        old="row.placed_at.astimezone(zone).date()",
        new="row.placed_at.date()",
        tests=f"{TEST_RECORD}::test_the_purchase_day_is_a_day_of_the_shop",
    ),
    Breakage(
        name="an order of a mistyped year is believed",
        file=ORDERS,
        old="    row.placed_at = min(fact.placed_at, row.learned_at)\n",
        new="    row.placed_at = fact.placed_at\n",
        tests="tests/flows/ingest/test_bad_input.py::test_future_dates",
    ),
    Breakage(
        name="nobody scores whom a fact concerns",
        file=RECORD,
        old="    stale.mark(customers.touched | orders.touched | checkouts.touched, now)\n",
        new="",
        tests=f"{TEST_RECORD}::test_a_guest_has_a_profile",
    ),
    Breakage(
        name="a registration that nobody confirmed merges a guest",
        file="saleor_relacional/flows/ingest/customer_facts.py",
        old="if fact.vouched and email_key(fact.email)]",
        new="if email_key(fact.email)]",
        tests=f"{TEST_RECORD}::test_a_strangers_registration_reads_nothing",
    ),
    Breakage(
        name="a merge loses the earlier arm",
        file="saleor_relacional/flows/people/merge.py",
        old="target.arm_key, target.created_at = source.arm_key, source.created_at",
        new="target.created_at = source.created_at",
        tests=f"{TEST_RECORD}::test_a_strangers_registration_reads_nothing",
    ),
    Breakage(
        name="an undone merge happens again",
        file=IDENTIFY,
        old="    if merge.was_undone(guest, into):\n        return False\n",
        new="",
        tests=f"{FORGET}::test_merging_takes_everything_along_and_can_be_undone",
    ),
    Breakage(
        name="undoing a merge leaves the arm of the other",
        file="saleor_relacional/flows/people/merge.py",
        old="source.merged_into, target.arm_key = None, fresh.arm_key_before",
        new="source.merged_into = None",
        tests=f"{FORGET}::test_merging_takes_everything_along_and_can_be_undone",
    ),
    Breakage(
        name="the next owner of an address gets the relationship",
        file=IDENTIFY,
        old="    elif _is_account(owner, fact.source):  # the address changed hands: the relationship does not\n"
        "        identities.filter(kind=name.kind, key=name.key).update(profile_id=own)\n",
        new="",
        tests=f"{TEST_RECORD}::test_a_changed_address",
    ),
    Breakage(
        name="one order that moves takes another guest's along",
        file=ORDERS,
        old="        if guest in guests and identify.join(",
        new="        if identify.join(",
        tests=f"{TEST_RECORD}::test_an_order_moved_to_another_address_moves_alone",
    ),
    Breakage(
        name="an old order renames a guest",
        file=ORDERS,
        old="ORDER BY profile_id, placed_at DESC, reference DESC",
        new="ORDER BY profile_id, id DESC",
        tests=f"{TEST_RECORD}::test_the_latest_order_says_how_to_address_a_guest",
    ),
    Breakage(
        name="a refund that the host took back stays",
        file=ORDER_PARTS,
        old="    rows.filter(gone).delete()\n",
        new="",
        tests=f"{TEST_RECORD}::test_refunds_follow_their_order",
    ),
    Breakage(
        name="a refund is not subtracted",
        file="saleor_relacional/flows/scoring/histories.py",
        old='"sold_squares": "sum(sold * sold)", "refunded": "sum(amount)",',
        new='"sold_squares": "sum(sold * sold)", "refunded": "0 * sum(amount)",',
        tests="tests/flows/scoring/test_score.py::test_statistics_are_the_facts_aggregated",
    ),
    Breakage(
        name="an order leaves its basket open",
        file=ORDER_PARTS,
        old="    _refunds(purchases, now)\n    _close(purchases)\n",
        new="    _refunds(purchases, now)\n",
        tests=f"{TEST_RECORD}::test_a_basket_ends_in_its_purchase",
    ),
    Breakage(
        name="a basket that was bought opens again",
        file="saleor_relacional/flows/ingest/checkout_facts.py",
        old="rows.get(fact.reference) or Basket(learned_at=now), fact.reference in bought",
        new="rows.get(fact.reference) or Basket(learned_at=now), False",
        tests=f"{TEST_RECORD}::test_a_basket_ends_in_its_purchase",
    ),
    Breakage(
        name="one bad reference loses the others of its nudge",
        file="saleor_relacional/tasks.py",
        old="        for reference in references:\n            _record(kind, [reference], now)\n",
        new='        failures.count(f"record:{kind}", error, now=now)\n',
        tests="tests/flows/test_failures.py::test_one_bad_reference_does_not_lose_the_others",
    ),
    Breakage(
        name="no cursor overlap",
        file=SWEEP,
        old="OVERLAP = timedelta(minutes=20)",
        new="OVERLAP = timedelta()",
        tests=f"{TEST_SWEEP}::test_what_commits_late_is_found_by_the_overlap",
    ),
    Breakage(
        name="the sweep reads past now less ten minutes",
        file=SWEEP,
        old="MARGIN = timedelta(minutes=10)",
        new="MARGIN = timedelta()",
        tests=f"{TEST_SWEEP}::test_a_sweep_reads_what_changed_up_to_ten_minutes_ago",
    ),
    Breakage(
        name="no lease on a cursor",
        file=CURSORS,
        old=" AND (before.lease_until IS NULL OR before.lease_until < clock_timestamp())",
        new="",
        tests=f"{TEST_SWEEP}::test_a_killed_worker_is_replaced_when_its_lease_ran_out",
    ),
    Breakage(
        name="a worker that lost its cursor moves it",
        file=CURSORS,
        old="    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)\n"
        "WHERE name = %(name)s AND lease_token = %(token)s",
        new="    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)\nWHERE name = %(name)s",
        tests=f"{TEST_SWEEP}::test_a_worker_that_lost_its_cursor_stops",
    ),
    Breakage(
        name="a round that was cut short forgets its row",
        file=SWEEP,
        old="    if stands.position_reference and (paused is None or paused <= PAUSE):\n",
        new="    if False:\n",
        tests=f"{TEST_SWEEP}::test_a_killed_worker_is_replaced_when_its_lease_ran_out",
    ),
    Breakage(
        name="a round that lay cut short misses what committed meanwhile",
        file=SWEEP,
        old="    if stands.position_reference and (paused is None or paused <= PAUSE):\n",
        new="    if stands.position_reference:\n",
        tests=f"{TEST_SWEEP}::test_what_commits_late_while_a_round_lies_cut_short",
    ),
    Breakage(
        name="the sweep begins anew after a sync",
        file=SWEEP,
        old="        _hand_over(kind, now)\n    return swept",
        new="        pass\n    return swept",
        tests=f"{TEST_SWEEP}::test_a_sync_that_broke_goes_on",
    ),
    Breakage(
        name="a host's purge of old orders withdraws them",
        file=PATROL,
        old="([] if kind is FactKind.ORDER else gone)",
        new="gone",
        tests=f"{TEST_SWEEP}::test_a_purge_is_no_erasure",
    ),
    Breakage(
        name="the patrol overlooks a deleted account",
        file=PATROL,
        old="([] if kind is FactKind.ORDER else gone)",
        new="([] if kind is not FactKind.CHECKOUT else gone)",
        tests=f"{TEST_SWEEP}::test_the_patrol_finds_what_moved_no_date",
    ),
    Breakage(
        name="the patrol overlooks what changed without a date",
        file=PATROL,
        old="look_again = compare.differing(kind, facts) + ",
        new="look_again = ",
        tests=f"{TEST_SWEEP}::test_the_patrol_finds_what_moved_no_date",
    ),
    Breakage(
        name="an ill host forgets everybody",
        file=PATROL,
        old="    if kind is FactKind.CUSTOMER and len(gone) > max(MASS, len(references) // 2):\n",
        new="    if False:\n",
        tests=f"{TEST_SWEEP}::test_an_ill_host_forgets_nobody",
    ),
    Breakage(
        name="an import is applied without a transaction",
        file=IMPORT_HISTORY,
        old="    with sql.atomic():\n        sql.lock(imported.PREFIX)\n",
        new="    if progress is not Ellipsis:\n        sql.lock(imported.PREFIX)\n",
        tests=f"{IMPORT}::test_a_failure_leaves_nothing_half_loaded",
    ),
    Breakage(
        name="rejects are swallowed",
        file="saleor_relacional/flows/importing/reading.py",
        old="            tally.rejects.append((line, str(error), row))\n",
        new="            del error\n",
        tests=f"{IMPORT}::test_bad_rows_are_told_with_line_and_reason",
    ),
    Breakage(
        name="a second import writes everything again",
        file=IMPORT_APPLY,
        old="    WHERE u.digest <> excluded.digest\n",
        new="",
        tests=f"{IMPORT}::test_a_corrected_file_corrects",
    ),
    Breakage(
        name="identical lines of a file are one",
        file=IMPORT_APPLY,
        old="min(currency) AS currency, sum(amount) AS sold",
        new="min(currency) AS currency, sum(DISTINCT amount) AS sold",
        tests=f"{IMPORT}::test_lines_with_every_column_named",
    ),
    Breakage(
        name="an order that the host has is imported beside it",
        file=IMPORT_HISTORY,
        old="    known = import_apply.leave_to_host(options.cancellation_prefix)\n",
        new="    known = 0\n",
        tests="tests/flows/importing/test_import.py::test_what_the_host_tells_itself_is_left_to_it",
    ),
    Breakage(
        name="an imported order stays beside the host's own",
        file=ORDERS,
        old="imported.replace([fact.number for fact in news if fact.state in STATE])",
        new="imported.replace([])",
        tests="tests/flows/importing/test_import.py::test_the_hosts_own_order_replaces_an_imported_one",
    ),
    Breakage(
        name="orders told word for word under another name count twice",
        file=IMPORT_HISTORY,
        old="    _refuse_told(import_apply.told_elsewhere(source))\n",
        new="",
        tests="tests/flows/ingest/test_facts_kept_apart.py::test_the_same_orders_in_another_file_under_another_name",
    ),
]
