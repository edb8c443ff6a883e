"""One size of a benchmark, measured in a process of its own: what it prints is shown, its last line is the answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def measured(module: str, people: int) -> dict[str, float]:
    """What `python -m module --one-size` says of so many people. Raises SystemExit when it breaks."""
    command = [sys.executable, "-m", module, "--one-size"]
    told = []
    with subprocess.Popen(
        command, env={**os.environ, "PEOPLE": str(people)}, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            told.append(line)
            if not line.startswith("{"):
                print(line, end="", flush=True)
    if process.returncode:
        raise SystemExit("The benchmark broke; its message stands above.")
    found: dict[str, float] = json.loads(told[-1])
    return found
