"""Guards of stages and beliefs."""

from tests.mutants.breakage import Breakage

TESTS = "tests/flows/test_score.py"

BREAKAGES = [
    Breakage(
        name="time moves a stage before its moment",
        file="saleor_relacional/flows/standings.py",
        old="WHERE step.at >= due.next_change_at AND step.at <= %(now)s",
        new="WHERE step.at >= due.next_change_at",
        tests=TESTS,
    ),
    Breakage(
        name="steps that nobody saw are left out of the history",
        file="saleor_relacional/flows/standings.py",
        old="WHERE step.at >= due.next_change_at AND step.at <= %(now)s",
        new="WHERE step.at = due.next_change_at AND step.at <= %(now)s",
        tests=TESTS,
    ),
    Breakage(
        name="a withdrawn purchase still counts",
        file="saleor_relacional/flows/histories.py",
        old="WHERE state = 'counts' AND profile_id = ANY(%(ids)s)",
        new="WHERE profile_id = ANY(%(ids)s)",
        tests=TESTS,
    ),
    Breakage(
        name="two currencies are added up",
        file="saleor_relacional/flows/histories.py",
        old="FROM counted JOIN latest USING (profile_id, currency) GROUP BY profile_id",
        new="FROM counted JOIN latest USING (profile_id) GROUP BY profile_id",
        tests=TESTS,
    ),
    Breakage(
        name="people who are no buyers any more keep their beliefs",
        file="saleor_relacional/flows/standings.py",
        old="    sql.run(DISBELIEVE, [list(without)])\n",
        new="",
        tests=TESTS,
    ),
]
