"""What a process that a test starts must know to work on the test's own databases."""

import os
from urllib.parse import urlsplit

from django.db import connections

VARIABLES = {"default": "DATABASE_URL", "relacional": "RELACIONAL_DATABASE_URL"}
"""Alias → variable of the environment that the standalone shop reads it from."""


def environment(**more: str) -> dict[str, str]:
    """This process's own, with the tests' databases in the place of the real ones."""
    found = dict(os.environ)
    for alias in connections:
        if variable := VARIABLES.get(alias):
            place = f"/{connections[alias].settings_dict['NAME']}"
            found[variable] = urlsplit(os.environ[variable])._replace(path=place).geturl()
    return {**found, "DJANGO_SETTINGS_MODULE": "saleor_relacional.hosts.standalone.settings", **more}
