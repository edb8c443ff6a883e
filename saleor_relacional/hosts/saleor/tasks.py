"""The Celery task that only Saleor needs; Saleor discovers it beside the plugin."""

from celery import shared_task

from saleor_relacional import conf


@shared_task(name="saleor_relacional.hosts.saleor.tasks.settle_in", ignore_result=True)
def settle_in() -> None:
    """Add our pages to the dashboard, once."""
    host = conf.host()
    with host.writing():
        host.move_in()
