"""Guards of facts: each order counts once, however often, late or concurrently it is told."""

from tests.mutants.breakage import Breakage

BREAKAGES = [
    Breakage(
        name="today's cost price changes what was sold long ago",
        symbol="saleor_relacional.flows.ingest.order_parts._cost",
        old="if kept or line.cost is None:",
        new="if line.cost is None:",
        tests="test_a_line_keeps_the_cost_of_its_day",
    ),
    Breakage(
        name="the host is read before the reference is locked",
        symbol="saleor_relacional.flows.ingest.record.record_references",
        old="        lock_references(kind, references)\n        facts = conf.host()",
        new="        facts = conf.host()",
        tests="test_an_old_reading_does_not_overwrite_a_newer_one",
    ),
    Breakage(
        name="two workers decide who somebody is at once",
        symbol="saleor_relacional.flows.ingest.record.record",
        old="        identify.lock({*names, *_numbers(told)})\n",
        new="",
        tests="test_two_orders_of_a_newcomer",
    ),
    Breakage(
        name="an order that stopped counting counts",
        symbol="saleor_relacional.flows.ingest.order_facts._state",
        old="STATE.get(fact.state, PurchaseState.WITHDRAWN)",
        new="STATE.get(fact.state, PurchaseState.COUNTS)",
        tests="test_a_sale_that_stops_counting_is_withdrawn",
    ),
    Breakage(
        name="an order that is gone at the host counts",
        symbol="saleor_relacional.flows.ingest.record._end",
        old="order_facts.withdraw(source, references, now)",
        new="order_facts.withdraw(source, [], now)",
        tests="test_an_order_that_the_host_no_longer_has",
    ),
    Breakage(
        name="no lease on a cursor",
        symbol="saleor_relacional.flows.cursors._TAKE",
        old=" AND (before.lease_until IS NULL OR before.lease_until < clock_timestamp())",
        new="",
        tests="test_a_killed_worker_is_replaced_when_its_lease_ran_out",
    ),
    Breakage(
        name="a part of an import is applied without a transaction",
        symbol="saleor_relacional.flows.importing.parts.apply_next",
        old="    with sql.atomic():\n",
        new="    if after is not Ellipsis:\n",
        tests="test_a_failure_leaves_no_part_half_loaded test_killed_anywhere_it_goes_on",
    ),
    Breakage(
        name="an order that the host has is imported beside it",
        symbol="saleor_relacional.flows.importing.parts._apply",
        old="apply.leave_to_host(options.cancellation_prefix)",
        new="0",
        tests="test_what_the_host_tells_itself_is_left_to_it",
    ),
    Breakage(
        name="an imported order stays beside the host's own",
        symbol="saleor_relacional.flows.ingest.order_facts.write",
        old="superseded.replace(numbers)",
        new="superseded.replace([])",
        tests="test_the_hosts_own_order_replaces_an_imported_one",
    ),
    Breakage(
        name="orders told word for word under another name count twice",
        symbol="saleor_relacional.flows.importing.parts.arrange",
        old='sql.rows(_ELSEWHERE, {"source": source})',
        new="[]",
        tests="test_the_same_orders_in_another_file_under_another_name",
    ),
    Breakage(
        name="an order that a later file cancels stays a purchase",
        symbol="saleor_relacional.flows.importing.apply.TOLD",
        old=" UNION SELECT ord FROM relacional_import_withdrawn",
        new="",
        tests="test_an_order_that_was_cancelled_since_is_taken_back",
    ),
    Breakage(
        name="all guests are one person",
        symbol="saleor_relacional.flows.importing.addresses.number",
        old="if _NOUGHT.fullmatch(text) or folded(text) in NOBODY:",
        new="if not text:",
        tests="test_spellings_of_nobody",
    ),
]
