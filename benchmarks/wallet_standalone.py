"""What bench-wallet does on the standalone shop: plays the cases from one number to another in a database of its own,
and prints what came of them as one JSON object."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")

SEED = 20261130


def main(first: int, beyond: int) -> dict[str, Any]:
    """Play them."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from tests.support.instants import NOON
    from tests.wallet.cases import ALL, case
    from tests.wallet.play import StandaloneCases

    call_command("migrate", verbosity=0, interactive=False)
    outcomes = []
    with transaction.atomic():  # one whole: each case is a savepoint of it
        shop = StandaloneCases(NOON)
        for number in range(first, beyond):
            outcomes.append(shop.play(case(SEED, number, terms=ALL)))
            if number % 100 == 0:
                print(
                    f"\r{number - first:,} of {beyond - first:,} cases", end="", file=sys.stderr, flush=True
                )
    return told(outcomes)


def told(outcomes: Sequence[Any]) -> dict[str, Any]:
    """Figures of these outcomes; milliseconds one by one, so that they can be pooled."""
    return {
        "cases": len(outcomes),
        "granting": sum(any(one.granted.values()) for one in outcomes),
        "wrong": [one.number for one in outcomes if not one.agrees],
        "peer_wrong": sum(not one.peer_agrees for one in outcomes),
        "ms": [round(one.seconds * 1000, 3) for one in outcomes],
        "floor_ms": [round(one.floor * 1000, 3) for one in outcomes],
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
