"""What bench-wallet does inside Saleor's environment: plays its cases over HTTP and writes what came of them into the
file given."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.wallet_standalone import SEED
from tests.saleor import home
from tests.saleor.stack import Stack


def main(place: Path, cases: int) -> None:
    """A Saleor with us in it, and so many cases one after the other."""
    stack = Stack(os.environ["RELACIONAL_POSTGRES"], home.WORK / "bench-logs")
    stack.begin()
    try:
        stack.install()
        os.environ.update(stack.environment())
        import django

        django.setup()
        stack.start_all()
        place.write_text(json.dumps(play(stack.url, cases)))
    finally:
        stack.end()


def play(url: str, cases: int) -> dict[str, Any]:
    """Figures of so many cases."""
    from tests.saleor.e2e.offers.play import SaleorCases
    from tests.saleor.e2e.storefront import Storefront
    from tests.wallet.cases import ALL, SALEORS, case

    shop, outcomes = SaleorCases(Storefront(url)), []
    for number in range(cases):
        outcomes.append(shop.play(case(SEED, number, terms=ALL, more=SALEORS)))
        print(f"\r{number + 1} of {cases} cases", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for wrong in (one for one in outcomes if not one.agrees):
        print(case(SEED, wrong.number, terms=ALL, more=SALEORS), wrong, file=sys.stderr)
    return {
        "cases": len(outcomes),
        "granting": sum(1 for one in outcomes if one.granted),
        "wrong": [one.number for one in outcomes if not one.agrees],
        "peer_wrong": sum(not one.peer_agrees for one in outcomes),
        "ms": [round(one.seconds * 1000, 3) for one in outcomes],
        "floor_ms": [round(one.floor * 1000, 3) for one in outcomes],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
