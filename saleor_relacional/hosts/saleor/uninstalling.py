"""Uninstalling: removes our rows from Saleor's own tables, so that Saleor starts without us and shows nothing of us."""

from django_celery_beat.models import PeriodicTask, PeriodicTasks
from saleor.permission.models import Permission
from saleor.plugins.models import PluginConfiguration

from saleor_relacional.hosts.saleor.configuration import PLUGIN_ID


def remove_schedule() -> None:
    """Delete the rows that beat wrote for us: no worker would know their tasks."""
    PeriodicTask.objects.filter(name__startswith="relacional-").delete()
    PeriodicTasks.update_changed()


def remove_permission() -> None:
    """Delete our permission, which leaves every group with it, and the plugin's row of settings."""
    Permission.objects.filter(content_type__app_label="saleor_relacional").delete()
    PluginConfiguration.objects.filter(identifier=PLUGIN_ID).delete()
