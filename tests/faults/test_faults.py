"""`make faults` at its smallest: mails refused, cut off and slow, poisoned rows, opt-outs at each state, clocks that
differ, an outage, the hours of summer time, webhooks forged and repeated."""

import json
import os
import subprocess
import sys

WANTED = "smtp poison opt_out skew outage summer_time webhooks"


def test_the_faults_of_a_small_shop() -> None:
    """In processes and a database of their own: nobody gets two mails, none is lost, nobody is written to after an
    opt-out, a poisoned row keeps nobody else's mail."""
    given = {**os.environ, "MAILS": "40", "ONLY": WANTED}
    given["DJANGO_SETTINGS_MODULE"] = "saleor_relacional.hosts.standalone.settings"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults"], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["neighbours_unaffected"] is True
    promised = ("duplicates", "lost", "after_opt_out", "forged_taken")
    assert {name: told[name] for name in promised} == dict.fromkeys(promised, 0)
