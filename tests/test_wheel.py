"""What a shop installs is whole: the wheel, in an empty environment, has all that is not Python too."""

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]

LOOK = """
import json, sys
from importlib import metadata
from pathlib import Path
place = Path(next(p for p in sys.path if p.endswith("site-packages")))
files = [str(f) for f in metadata.files("saleor-relacional") if (place / f).is_file()]
points = [(p.name, p.value) for p in metadata.entry_points(group="saleor.plugins")]
print(json.dumps({"files": files, "points": points}))
"""


def _copy(target):
    """What git knows, elsewhere: a build writes beside its sources, and two of them at once trip over each other."""
    known = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TOP, check=True, capture_output=True, text=True
    ).stdout
    assert known, "run the tests in a git checkout"
    for name in filter(None, known.split("\0")):
        if (TOP / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, target / name)
    return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The files and entry points of the wheel, as installed."""
    place = tmp_path_factory.mktemp("wheel")
    tree = _copy(place / "tree")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run(
        [*pip, "wheel", str(tree), "--no-deps", "--no-build-isolation", "-w", str(place)],
        check=True, capture_output=True, cwd=place,
    )  # fmt: skip
    (wheel,) = place.glob("*.whl")
    venv.create(place / "empty", with_pip=False)
    python = place / "empty" / "bin" / "python"
    subprocess.run(
        [*pip, "--python", str(python), "install", "--no-deps", str(wheel)], check=True, capture_output=True
    )
    looked = subprocess.run([python, "-I", "-c", LOOK], check=True, capture_output=True, text=True)
    return json.loads(looked.stdout)


def test_the_plugin_is_found_by_saleor(installed):
    """The entry point's name is what Saleor adds to INSTALLED_APPS, its value the plugin's class."""
    assert installed["points"] == [
        ["saleor_relacional", "saleor_relacional.hosts.saleor.plugin:RelacionalPlugin"]
    ]


def test_every_file_of_the_package_is_in_the_wheel(installed):
    """Templates, mails, static files, catalogues: whatever git knows of the package arrives."""
    known = subprocess.run(
        ["git", "ls-files", "saleor_relacional"], cwd=TOP, check=True, capture_output=True, text=True
    ).stdout.split()
    assert known, "run the tests in a git checkout"
    assert sorted(set(known) - set(installed["files"])) == []
    endings = {Path(file).suffix for file in installed["files"]}
    assert {".liquid", ".mjml", ".txt", ".html", ".css", ".js", ".mo", ".json"} <= endings


def test_data_folders_shadow_nothing(installed):
    """The top-level graphql/ and migrations/ hold data only and are not installed: they shadow nothing."""
    tops = {file.split("/")[0] for file in installed["files"]}
    assert tops <= {"saleor_relacional", "saleor_relacional-0.1.0.dist-info", ".."}
    assert not list((TOP / "graphql").glob("**/*.py")) and not list((TOP / "migrations").glob("**/*.py"))
