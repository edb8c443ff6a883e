"""Order numbers, from a sequence of the database."""

from django.db import connection


def next_number() -> str:
    """The next number nobody has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('relacional_shop_order_number')")
        return str(cursor.fetchone()[0])
