"""Guards of stages and beliefs."""

from tests.mutants.breakage import Breakage

REBUILD = "tests/flows/scoring/test_rebuild.py"
GENERATION = "saleor_relacional/flows/scoring/shadow_tables.py"

BREAKAGES = [
    Breakage(
        name="time moves a stage before its moment",
        file="saleor_relacional/flows/scoring/score_store.py",
        old="WHERE step.at >= due.next_change_at AND step.at <= %(now)s",
        new="WHERE step.at >= due.next_change_at",
        tests="tests/flows/scoring/test_score.py::test_time_moves_exactly_when_it_must",
    ),
    Breakage(
        name="steps that nobody saw are left out of the history",
        file="saleor_relacional/flows/scoring/score_store.py",
        old="WHERE step.at >= due.next_change_at AND step.at <= %(now)s",
        new="WHERE step.at = due.next_change_at AND step.at <= %(now)s",
        tests="tests/flows/scoring/test_score.py::test_time_alone_moves_towards_lost_and_tells_each_step",
    ),
    Breakage(
        name="a withdrawn purchase still counts",
        file="saleor_relacional/flows/scoring/histories.py",
        old="FROM saleor_relacional_purchase WHERE state = 'counts' AND profile_id {whose}\n    ) stepped",
        new="FROM saleor_relacional_purchase WHERE profile_id {whose}\n    ) stepped",
        tests="tests/flows/scoring/test_score.py::test_a_withdrawn_purchase_corrects_the_stage",
    ),
    Breakage(
        name="two currencies are added up",
        file="saleor_relacional/flows/scoring/histories.py",
        old="        if len(mixed):\n",
        new="        if False:\n",
        tests="tests/flows/scoring/test_score.py::test_statistics_are_the_facts_aggregated",
    ),
    Breakage(
        name="money is told in a currency that was left long ago",
        file="saleor_relacional/flows/scoring/histories.py",
        old="ORDER BY profile_id, paid.at DESC NULLS LAST,",
        new="ORDER BY profile_id, paid.at NULLS LAST,",
        tests="tests/flows/scoring/test_score.py::test_statistics_are_the_facts_aggregated",
    ),
    Breakage(
        name="a refund makes a currency the last one that was paid in",
        file="saleor_relacional/flows/scoring/histories.py",
        old="ORDER BY profile_id, paid.at DESC NULLS LAST,",
        new="ORDER BY profile_id, greatest(paid.at, back.at) DESC NULLS LAST,",
        tests="tests/flows/scoring/test_score.py::test_money_is_told_in_the_currency_of_the_last_purchase",
    ),
    Breakage(
        name="a rebuild trusts a planner that has never looked at the tables",
        file="saleor_relacional/flows/scoring/rebuild.py",
        old="    look()\n",
        new="",
        tests=f"{REBUILD}::test_a_shop_that_was_read_a_moment_ago_is_counted_first",
    ),
    Breakage(
        name="people who are no buyers any more keep their beliefs",
        file="saleor_relacional/flows/scoring/score_store.py",
        old='    sql.run(_DISBELIEVE, [history["profile"][~history.bought].tolist()])\n',
        new="",
        tests="tests/flows/scoring/test_score.py::test_a_withdrawn_purchase_corrects_the_stage",
    ),
    Breakage(
        name="two workers take the same range",
        file="saleor_relacional/flows/scoring/rebuild.py",
        old=" LIMIT 1 FOR UPDATE OF range SKIP LOCKED",
        new=" LIMIT 1",
        tests=f"{REBUILD}::test_a_worker_is_killed_within_a_range",
    ),
    Breakage(
        name="a rebuild ends before all its ranges are done",
        file="saleor_relacional/flows/scoring/rebuild.py",
        old="    return rebuild is not None and ready(rebuild) and generation.adopt(rebuild, now)",
        new="    return rebuild is not None and generation.adopt(rebuild, now)",
        tests=f"{REBUILD}::test_the_last_range_ends_it",
    ),
    Breakage(
        name="two rebuilds at once both go on",
        file="saleor_relacional/flows/scoring/rebuild.py",
        old="        if found is not None:\n            learnt.delete()\n            return found\n",
        new="",
        tests=f"{REBUILD}::test_two_at_once",
    ),
    Breakage(
        name="a mark that came after the range was scored is taken away",
        file=GENERATION,
        old="  AND pg_visible_in_snapshot(m.version::text::xid8, range.snapshot::pg_snapshot)\n",
        new="",
        tests=f"{REBUILD}::test_an_order_under_way_when_it_began",
    ),
    Breakage(
        name="what was scored meanwhile is overwritten",
        file=GENERATION,
        old="SELECT profile_id FROM {STANDING} WHERE age(xmin) <=",
        new="SELECT profile_id FROM {STANDING} WHERE false AND age(xmin) <=",
        tests=f"{REBUILD}::test_an_order_that_arrives_meanwhile_is_not_lost",
    ),
    Breakage(
        name="who was scored meanwhile keeps the old fit",
        file=GENERATION,
        old="    sql.run(_MARK, [now])\n",
        new="",
        tests=f"{REBUILD}::test_an_order_that_arrives_meanwhile_is_not_lost",
    ),
    Breakage(
        name="who was forgotten comes back with a rebuild",
        file=GENERATION,
        old="WHERE p.id IS NULL OR p.merged_into_id IS NOT NULL\nUNION ALL",
        new="WHERE false\nUNION ALL",
        tests=f"{REBUILD}::test_who_is_forgotten_meanwhile_does_not_come_back",
    ),
    Breakage(
        name="a stage is told by time and by the rebuild",
        file=GENERATION,
        old="    sql.run(_UNTELL.format(told=names.told))\n",
        new="",
        tests=f"{REBUILD}::test_what_time_told_meanwhile_is_told_once",
    ),
    Breakage(
        name="stages are told of a rebuild that was not adopted",
        file=GENERATION,
        old="            transaction.set_rollback(True, using=conf.database())",
        new="            pass",
        tests=f"{REBUILD}::test_somebody_reads_for_long",
    ),
    Breakage(
        name="who is scored while they are forgotten comes back",
        file="saleor_relacional/flows/people/forget.py",
        old="        stale.mark(ids, now)  # first",
        new="        pass  # first",
        tests=f"{REBUILD}::test_who_is_forgotten_while_they_are_scored_does_not_come_back",
    ),
]
