"""make bench-shifts: how often a habit is said to have changed that has not (the table of docs/maths.md).

What looking costs at a million customers: make bench-rebuild. Last line: JSON, the rate per life by kind of history.
"""

from __future__ import annotations

import json

from benchmarks import alarms


def main() -> None:
    """Print the table and one line of JSON."""
    found = list(alarms.rates())
    print(alarms.table(found))
    print(
        json.dumps(
            {one.of: {"look": round(one.per_look, 5), "life": round(one.per_life, 4)} for one in found}
        )
    )


if __name__ == "__main__":
    main()
