"""What a test with real transactions has left is gone, however the tables refer to each other."""

import pytest
from django.db import connection, transaction

from tests.running.emptying import _empty

pytestmark = pytest.mark.django_db

NAMES = ("a_middle", "b_top", "c_low")
TABLES = """
CREATE TABLE b_top (id int PRIMARY KEY);
CREATE TABLE a_middle (id int PRIMARY KEY, top int REFERENCES b_top DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE c_low (id int PRIMARY KEY, middle int REFERENCES a_middle DEFERRABLE INITIALLY DEFERRED);
CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'rows stay'; END $$;
CREATE TRIGGER stays BEFORE DELETE ON b_top FOR EACH ROW EXECUTE FUNCTION refuses();
INSERT INTO b_top VALUES (1); INSERT INTO a_middle VALUES (1, 1); INSERT INTO c_low VALUES (1, 1);
SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
"""


def test_a_table_to_truncate_is_referred_to_by_one_whose_rows_are_deleted():
    """`a_middle` comes before `b_top` by name; once its rows are deleted, checks wait on it until the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        _empty(cursor, NAMES)
        for name in NAMES:
            cursor.execute(f"SELECT count(*) FROM {name}")
            assert cursor.fetchone() == (0,)
