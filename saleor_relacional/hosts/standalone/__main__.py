"""`python -m saleor_relacional.hosts.standalone COMMAND`: Django's manage.py for the standalone shop."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
execute_from_command_line(["relacional", *sys.argv[1:]])
