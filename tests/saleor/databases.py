"""Saleor's databases: two templates, migrated once for all and kept, from which a copy takes a second.

`migrated` is empty, for Saleor's pytest; `populated` holds Saleor's own sample shop. Both know nothing of us: our
migrations run in each copy, as they do in a shop that installs us.
"""

import os
import secrets
import subprocess
import sys
import textwrap
import time

from tests.saleor import home

MIGRATED, POPULATED = "migrated", "populated"


def sql(server: str, statement: str, *, database: str = "postgres") -> str:
    """One statement outside a transaction, by the psycopg of Saleor's environment; first column of the first row."""
    program = textwrap.dedent(
        """
        import sys, psycopg
        with psycopg.connect(sys.argv[1], autocommit=True) as connection:
            cursor = connection.execute(sys.argv[2])
            row = cursor.fetchone() if cursor.description else None
            print("" if row is None else row[0])
        """
    )
    command = [str(home.PYTHON), "-c", program, f"{server}/{database}", statement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise home.CannotRun(f"PostgreSQL refused: {done.stderr.strip()[-600:]}")
    return done.stdout.strip()


def exists(server: str, name: str) -> bool:
    return sql(server, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == "1"


def template(kind: str) -> str:
    """Name of a template of this Saleor."""
    version = _version().replace(".", "_")
    return f"relacional_{version}_{kind}"


def _version() -> str:
    for line in (home.HOME / "saleor" / "__init__.py").read_text().splitlines():
        if line.startswith("__version__"):
            return line.partition("=")[2].strip().strip("\"'")
    raise home.CannotRun(f"{home.HOME}/saleor/__init__.py does not say its version.")


def build_templates(server: str) -> None:
    """From an empty cluster, with Saleor's own migrate and populatedb. Takes minutes, once."""
    migrated, populated = template(MIGRATED), template(POPULATED)
    if not exists(server, migrated):
        _build(server, migrated, None, ["migrate", "--no-input"])
    if not exists(server, populated):
        _build(server, populated, migrated, ["populatedb", "--createsuperuser"])


def _build(server: str, name: str, source: str | None, arguments: list[str]) -> None:
    # Under another name first: a build that was interrupted must not pass for a template.
    building = f"{name}_building"
    drop(server, building)
    copy(server, building, source)
    began = time.monotonic()
    print(f"Building {name} by manage.py {arguments[0]}; this happens once …", flush=True)
    # Without Saleor's default rows, as its own tests expect; populatedb brings a whole shop of its own.
    env = home.environment(DATABASE_URL=f"{server}/{building}", DEBUG="True", POPULATE_DEFAULTS="False")
    log = home.WORK / f"{name}.log"
    home.manage(arguments, env, log=log, settings="tests.saleor.settings_vanilla")
    sql(server, f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    print(f"Built {name} in {time.monotonic() - began:.0f} s.", flush=True)


def copy(server: str, name: str, source: str | None) -> None:
    """A new database, from a template or empty."""
    origin = f' TEMPLATE "{source}"' if source else ""
    sql(server, f'CREATE DATABASE "{name}"{origin}')


def drop(server: str, name: str) -> None:
    sql(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def fresh_name(prefix: str) -> str:
    """A name that no run that goes on at the same time uses."""
    return f"{prefix}_{os.getpid()}_{secrets.token_hex(3)}"


def main() -> int:
    """python -m tests.saleor.databases: build the templates and stop."""
    from tests.saleor import servers

    home.check()
    home.WORK.mkdir(parents=True, exist_ok=True)
    try:
        with servers.postgres() as server:
            build_templates(server)
    except home.CannotRun as error:
        sys.exit(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
