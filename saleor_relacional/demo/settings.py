"""Django settings of the demo and of the tests: the standalone shop, with a mailbox beside it."""

from saleor_relacional.hosts.standalone.settings import *  # noqa: F403
from saleor_relacional.hosts.standalone.settings import INSTALLED_APPS as THE_SHOP

INSTALLED_APPS = [*THE_SHOP, "saleor_relacional.demo"]
ROOT_URLCONF = "saleor_relacional.demo.urls"
