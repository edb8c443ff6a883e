"""The standalone shop that bench-saleor compares with: imports orders.csv from the directory given, learns, and writes
what it believes to twin.csv."""

import csv
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")


def main(place: Path) -> None:
    """Import, rebuild, write."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.saleor_inside import CHANNEL, NOW, PREDICTIONS, learn_from_everybody
    from saleor_relacional.flows.scoring import score
    from saleor_relacional.hosts.standalone import clock, models

    call_command("migrate", verbosity=0, interactive=False)
    models.Channel.objects.create(slug=CHANNEL, name="Shop", currency="USD")
    models.Shop.objects.update_or_create(id=1, defaults={"time_zone": "UTC"})
    clock.freeze(NOW)
    given = {"customer": "email", "email": "email", "currency": "USD", "channel": CHANNEL, "time_zone": "UTC"}
    call_command("relacional_import", place / "orders.csv", name="twin", **given)
    learn_from_everybody()
    score.refit(NOW)
    with connection.cursor() as cursor, (place / "twin.csv").open("w", newline="") as file:
        cursor.execute(PREDICTIONS)
        rows = csv.writer(file)
        rows.writerow(column.name for column in cursor.description)
        rows.writerows(cursor.fetchall())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
