"""The shop's Celery app: `celery -A saleor_relacional.hosts.standalone.celery worker -B`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")

app = Celery("relacional_shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["saleor_relacional"])
app.set_default()


@app.on_after_finalize.connect
def schedule(sender: Celery, **_: object) -> None:
    """Put our periodic tasks on this app's beat. After finalizing, because the tasks must be known by
    then."""
    from saleor_relacional.tasks import BEAT

    for name, seconds in BEAT:
        sender.add_periodic_task(seconds, sender.signature(name), name=name)
