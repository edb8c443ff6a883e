"""`make faults`: everything that can go wrong while mails leave, on a real database and a real mail server.

MAILS=5000 for the kills; the other faults use a twentieth. ONLY="kills smtp" for some. Each fault begins with the same
shop, whose mails are due, and ends when nothing is on its way. Counted are mails that came twice, messages without an
end, and mails that came after their person had opted out.

Last line: {"duplicates", "lost", "unknown", "kills", "neighbours_unaffected", "after_opt_out", "forged_taken",
"seconds"}. The exit code is 1 where it is not as promised.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable

from benchmarks.crowd_database import scratch

MAILS = int(os.environ.get("MAILS", "5000"))
SOME = max(40, MAILS // 20)
MADE = "relacional_faults"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    os.environ["PYTHONWARNINGS"] = "ignore"
    began = time.perf_counter()
    total: Counter[str] = Counter()
    with scratch(MADE):
        import django

        django.setup()
        from benchmarks.sending import (
            fault_broker,
            fault_clock,
            fault_kills,
            fault_people,
            fault_servers,
            fault_webhooks,
            shop,
        )

        faults: dict[str, Callable[[int], Counter[str]]] = {
            **fault_servers.FAULTS, **fault_broker.FAULTS, **fault_people.FAULTS, **fault_clock.FAULTS,
            **fault_webhooks.FAULTS, **fault_kills.FAULTS,
        }  # fmt: skip
        wanted = os.environ.get("ONLY", "").split() or list(faults)
        shop.made(max(SOME, MAILS if "kills" in wanted else 0))
        for name in wanted:
            start = time.perf_counter()
            found = faults[name](MAILS if name == "kills" else SOME)
            told = ", ".join(f"{key} {count}" for key, count in sorted(found.items()) if count)
            print(f"{name:<22} {time.perf_counter() - start:>6.1f} s  {told}", flush=True)
            total += found
        from django.db import connections

        connections.close_all()
    promised = (
        "duplicates",
        "lost",
        "neighbours_harmed",
        "after_opt_out",
        "forged_taken",
        "too_many_unknown",
    )
    bad = {name: total[name] for name in promised if total[name]}
    print(
        json.dumps(
            {
                **{name: total[name] for name in ("duplicates", "lost", "unknown", "kills", "after_opt_out")},
                "neighbours_unaffected": not total["neighbours_harmed"], "forged_taken": total["forged_taken"],
                "seconds": round(time.perf_counter() - began, 1),
            }
        )
    )  # fmt: skip
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
