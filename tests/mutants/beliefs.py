"""Guards of stages and beliefs."""

from tests.mutants.breakage import Breakage

TESTS = "tests/flows/test_score.py"

BREAKAGES = [
    Breakage(
        name="time moves a stage before its moment",
        file="saleor_relacional/flows/standings.py",
        old="WHERE step.at >= due.next_change_at AND step.at <= %(now)s",
        new="WHERE step.at >= due.next_change_at",
        tests="tests/flows/test_score.py::test_time_moves_exactly_when_it_must",
    ),
    Breakage(
        name="steps that nobody saw are left out of the history",
        file="saleor_relacional/flows/standings.py",
        old="WHERE step.at >= due.next_change_at AND step.at <= %(now)s",
        new="WHERE step.at = due.next_change_at AND step.at <= %(now)s",
        tests="tests/flows/test_score.py::test_time_alone_moves_towards_lost_and_tells_each_step",
    ),
    Breakage(
        name="a withdrawn purchase still counts",
        file="saleor_relacional/flows/histories.py",
        old="WHERE state = 'counts' AND profile_id = ANY(%(ids)s)",
        new="WHERE profile_id = ANY(%(ids)s)",
        tests="tests/flows/test_score.py::test_a_withdrawn_purchase_corrects_the_stage",
    ),
    Breakage(
        name="two currencies are added up",
        file="saleor_relacional/flows/histories.py",
        old="FROM counted JOIN latest USING (profile_id, currency) GROUP BY profile_id",
        new="FROM counted JOIN latest USING (profile_id) GROUP BY profile_id",
        tests="tests/flows/test_score.py::test_statistics_are_the_facts_aggregated",
    ),
    Breakage(
        name="people who are no buyers any more keep their beliefs",
        file="saleor_relacional/flows/standings.py",
        old="    sql.run(DISBELIEVE, [list(without)])\n",
        new="",
        tests="tests/flows/test_score.py::test_a_withdrawn_purchase_corrects_the_stage",
    ),
]
