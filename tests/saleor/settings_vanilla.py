"""Saleor as it is without us, although we are installed beside it: what we are compared with."""

from saleor.settings import *  # noqa: F403
from saleor.settings import INSTALLED_APPS, PLUGINS

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "saleor_relacional"]
PLUGINS = [path for path in PLUGINS if not path.startswith("saleor_relacional.")]
