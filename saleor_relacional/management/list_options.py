"""What may be said of a file of consents and of one of suppressions alike."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from saleor_relacional.flows.importing import dates
from saleor_relacional.flows.importing.agreements import layout


def add(parser: ArgumentParser) -> None:
    """Add these options to a command."""
    parser.add_argument("--preset", default="", help=", ".join(one.name for one in layout.PRESETS))
    parser.add_argument(
        "--pass-over", action="append", default=[], metavar="COLUMN",
        help="a column that sounds as if it told who agreed or left, and tells nothing of it; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--date-order", default="", choices=["", dates.DMY, dates.MDY],
        help="which comes first in dates such as 05/06/2024, where the file itself does not show it",
    )  # fmt: skip


def said(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, as the flow wants to hear it."""
    return {
        "preset": options["preset"], "passed_over": options["pass_over"], "date_order": options["date_order"],
    }  # fmt: skip
