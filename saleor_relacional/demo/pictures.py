"""Pictures of the owner's desk for docs/owner.md: a headless Chromium goes where an owner would, in the open demo."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.demo.terminal import Terminal
from saleor_relacional.flows.campaigns.kinds import win_back
from saleor_relacional.models import Campaign, CampaignState, Incentive, IncentiveState

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--force-device-scale-factor=1", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--virtual-time-budget=20000",
)  # fmt: skip
DESK, PHONE = (1440, 1000), (390, 844)
PATIENCE = 120
"""Seconds for one picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One that is taken."""

    name: str
    place: str
    """Below /dashboard/."""
    size: tuple[int, int] = DESK


def take(terminal: Terminal, url: str, token: str, folder: Path, language: str) -> None:
    """Into `folder`, as NAME.png, in English; other languages as NAME-es.png. Raises DemoProblem without a Chromium."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise DemoProblem("Pictures need Chromium: install the package chromium, or leave out --pictures.")
    folder.mkdir(parents=True, exist_ok=True)
    ending = "" if language == "en" else f"-{language}"
    for picture in _pictures():
        file = (folder / f"{picture.name}{ending}.png").resolve()
        at = f"/dashboard/{picture.place}"
        address = f"{url}/dashboard/#token={quote(token)}&at={quote(at)}&locale={language}"
        with tempfile.TemporaryDirectory() as profile:
            subprocess.run(
                [
                    program, *FLAGS, f"--window-size={picture.size[0]},{picture.size[1]}",
                    f"--user-data-dir={profile}", f"--screenshot={file}", address,
                ],
                check=True, capture_output=True, timeout=PATIENCE,
            )  # fmt: skip
        terminal.line(f"  {file.name}")


def _pictures() -> Iterator[Picture]:
    """Those that docs/owner.md shows."""
    for section in ("home", "customers", "campaigns", "inbox"):
        yield Picture(section, section)
    yield Picture("home-phone", "home", size=PHONE)
    running = (
        Campaign.objects.filter(state=CampaignState.ACTIVE, kind=win_back.KIND.name).order_by("pk").first()
    )
    if running is not None:
        yield Picture("campaign", f"campaigns/{running.public_id}")
        yield Picture("campaign-evidence", f"evidence/{running.public_id}")
    live = Incentive.objects.filter(state=IncentiveState.ISSUED).order_by("-enrolment__year_value")
    holder = live.values_list("profile__public_id", flat=True).first()
    if holder is not None:
        yield Picture("customer", f"customers/{holder}")
