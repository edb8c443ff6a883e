"""Which history the shop has: a file of real orders, or two years of a simulated shop."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.demo import simulator
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import dates, file_layout, file_rows, survey
from saleor_relacional.flows.importing.file_layout import Layout, Options

OPENS = time(9)
"""When the shop's day begins in the demo: the tasks run, then people shop."""
SEED = 2011
SIMULATED_PEOPLE = 2_000
SIMULATED_DAYS = 730
LEAVES = 0.15
"""Share of those who are about to order and leave their checkout instead."""
NEW_DAYS = 365
"""Days after the history for which newcomers join, as many per day as in it."""
CONSENT = "Yes, write to me now and then about what I bought and what might suit me."

PAST = f"""
SELECT p.email_key, count(DISTINCT u.day) - 1, max(u.day) - min(u.day), %(today)s::date - min(u.day),
       count(*) FILTER (WHERE u.sold > 0 AND u.currency = %(currency)s),
       coalesce(sum(ln(u.sold::float8)) FILTER (WHERE u.sold > 0 AND u.currency = %(currency)s), 0),
       coalesce(sum(ln(u.sold::float8) ^ 2) FILTER (WHERE u.sold > 0 AND u.currency = %(currency)s), 0)
FROM {tables.PURCHASE} u JOIN {tables.PROFILE} p ON p.id = u.profile_id
WHERE u.state = 'counts' AND p.email_key <> '' GROUP BY p.id ORDER BY p.email_key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A file to import, and the morning after its last order."""

    path: Path
    name: str
    """What it is, for the reader of the demo."""
    options: Options
    currency: str
    time_zone: str
    opens: datetime
    """The first morning that we live."""
    simulated: simulator.Life | None = None
    """The simulated people at the end of their history; None for a real one."""


def of_file(path: Path) -> History:
    """A history given by the owner. Raises DemoProblem, with the cure, when it cannot be read."""
    try:
        layout, currency, last = _survey(path)
    except BadInput as error:
        raise DemoProblem(f"{error.message} Say another file: make demo ORDERS=file.") from error
    zone = layout.options.time_zone or "UTC"
    options = Options(example_addresses=True, consent=CONSENT)
    return History(
        path=path,
        name=path.name,
        options=options,
        currency=currency,
        time_zone=zone,
        opens=_morning_after(last, zone),
    )


def simulated(folder: Path) -> History:
    """Two years of a shop that never was, up to yesterday, by docs/simulator.md."""
    known = simulator.newcomers(SEED, SIMULATED_PEOPLE, SIMULATED_DAYS)
    fresh = _fresh(SIMULATED_PEOPLE / SIMULATED_DAYS, simulator.Habits(), first_day=SIMULATED_DAYS)
    life = simulator.Life(SEED, simulator.together(known, fresh))
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    path = folder / "simulated.csv"
    with path.open("w", encoding="utf-8") as file:
        begins = today - timedelta(days=SIMULATED_DAYS)
        file.writelines(f"{line}\n" for line in simulator.lines(life, SIMULATED_DAYS, begins))
    options = Options(example_addresses=True, consent=CONSENT, cancellation_prefix="C", currency="EUR")
    return History(
        path=path, name="a simulated shop of two years", options=options, currency="EUR", time_zone="UTC",
        opens=today + timedelta(hours=OPENS.hour), simulated=life,
    )  # fmt: skip


def _fresh(per_day: float, habits: simulator.Habits, *, first_day: int) -> simulator.People:
    """People who order for the first time while we live."""
    count = round(per_day * NEW_DAYS)
    return simulator.newcomers(SEED, count, NEW_DAYS, habits, first_day=first_day, initial="N")


def lives(history: History, mail: simulator.Mail) -> tuple[simulator.Life, simulator.Life, list[str]]:
    """The same people twice, from the first morning on: with the win-back's mails and without; and their addresses, by
    index."""
    if history.simulated is not None:
        lived, addresses = history.simulated, _addresses(history.simulated.people.names)
    else:
        people, addresses = _continued(history)
        lived = simulator.Life(SEED, people)
    lived.leaves = LEAVES
    ours, without = deepcopy(lived), deepcopy(lived)
    ours.mail = mail
    return ours, without, addresses


def _continued(history: History) -> tuple[simulator.People, list[str]]:
    """The people of a real history, and those who join; and their addresses."""
    rows = sql.rows(PAST, {"today": history.opens.date(), "currency": history.currency})
    if not rows:
        raise DemoProblem(
            "The history holds no purchase of a known customer: say another file, make demo ORDERS=file."
        )
    names, *columns = zip(*rows, strict=True)
    numbers = [np.array(column, dtype=float) for column in columns]
    past = simulator.Past(
        names=names, frequency=numbers[0], recency=numbers[1], tenure=numbers[2], orders=numbers[3],
        value_log_sum=numbers[4], value_log_squares=numbers[5],
    )  # fmt: skip
    people = simulator.continued(SEED, past)
    habits = simulator.Habits(value_log_mean=float(people.value_log_mean.mean()))
    fresh = _fresh(len(names) / max(float(past.tenure.max()), NEW_DAYS), habits, first_day=0)
    return simulator.together(people, fresh), [*names, *map(_new_address, fresh.names)]


def _new_address(name: str) -> str:
    """Of somebody whom no history knows."""
    return f"{name.lower()}@newcomers.example"


def _addresses(names: tuple[str, ...]) -> list[str]:
    """Addresses of simulated people: those of the import, and new ones of whoever has not bought yet."""
    found = sql.rows(
        f"SELECT i.key, p.email_key FROM {tables.IDENTITY} i"
        f" JOIN {tables.PROFILE} p ON p.id = i.profile_id"
        " WHERE i.kind = 'account' AND i.source LIKE 'import:%%'"
    )
    of = dict(found)
    return [of.get(name) or _new_address(name) for name in names]


def _survey(path: Path) -> tuple[Layout, str, datetime]:
    """Layout, currency and last moment of a file, without importing it."""
    form = file_rows.form_of(path, "", lambda row: file_layout.known(Options(), row))
    layout = file_layout.find(form.header, Options())
    ways = survey.survey(file_rows.rows(form), layout)
    placed, money = layout.at["placed_at"], layout.at.get("currency")
    moments: set[str] = set()
    currency = ""
    for _line, row in file_rows.rows(form):
        if len(row) == len(layout.header):
            moments.add(row[placed])
            currency = currency or (row[money] if money is not None else "")
    zone = ZoneInfo(layout.options.time_zone or "UTC")
    now = datetime.now(UTC)
    dated = [moment for text in moments if (moment := _moment(text, ways.date_order, zone)) and moment <= now]
    if not dated:
        raise BadInput(f"{path.name} holds no order with a date that can be read.", field="placed_at")
    return layout, currency or layout.options.currency or "EUR", max(dated)


def _moment(text: str, order: str, zone: ZoneInfo) -> datetime | None:
    try:
        return dates.moment(text, zone, order)
    except (ValueError, OverflowError):
        return None  # the import will reject the row and say why


def _morning_after(last: datetime, zone: str) -> datetime:
    local = last.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), OPENS, tzinfo=ZoneInfo(zone)).astimezone(UTC)
