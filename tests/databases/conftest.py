"""The stories in `apart` need two databases: they run where RELACIONAL_DATABASE_URL names a second one, and are run in
a process of their own (test_apart.py) where it does not."""

from saleor_relacional import routers

collect_ignore = ["apart"] if not routers.apart() else ["test_apart.py"]
