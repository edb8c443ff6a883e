"""Guards of two databases: each table in its own, and nothing wrong when somebody dies between two commits."""

from tests.mutants.breakage import Breakage

INCENTIVE = "saleor_relacional/flows/incentives/incentive.py"
ROUTERS = "saleor_relacional/routers.py"
APART = "tests/databases/test_apart.py"

BREAKAGES = [
    Breakage(
        name="the shop's tables are made in our database too",
        file=ROUTERS,
        old="            return False if db == conf.database() else None\n",
        new="            return None\n",
        tests=APART,
    ),
    Breakage(
        name="claims leave the shop's database",
        file=ROUTERS,
        old="    return conf.HOST_DATABASE if model_name == CLAIM else conf.database()\n",
        new="    return conf.database()\n",
        tests=APART,
    ),
    Breakage(
        name="a withdrawal that is taken back has ended the code",
        file=INCENTIVE,
        old="        sql.on_commit(end)\n",
        new="        end()\n",
        tests=APART,
    ),
    Breakage(
        name="nobody finishes a withdrawal",
        file="saleor_relacional/tasks.py",
        old="        incentive.finish_withdrawals(now)\n",
        new="",
        tests=APART,
    ),
    Breakage(
        name="a claim names somebody who was forgotten meanwhile",
        file=INCENTIVE,
        old="        if held is None or held.profile is None:\n            return False\n",
        new="        held = incentive\n",
        tests=APART,
    ),
    Breakage(
        name="the order that really spent a code is not the one that redeemed it",
        file=INCENTIVE,
        old=" | Q(code__in=settled) & ~Q(redeemed_by=purchase.reference)",
        new="",
        tests=APART,
    ),
]
