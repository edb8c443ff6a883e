"""`python -m saleor_relacional.demo COMMAND`: Django's manage.py for the shop of the demo."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.demo.settings")
execute_from_command_line(["relacional", *sys.argv[1:]])
