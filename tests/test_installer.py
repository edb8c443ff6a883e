"""How `make test-saleor` installs us into the environment that Saleor's own documentation makes."""

import os
import sys
import venv
from pathlib import Path

import pytest

from tests.saleor import home


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without pip, as `uv sync` makes it, on a machine whose PATH is one empty folder."""
    venv.create(tmp_path / "env", with_pip=False)
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(home, "PYTHON", tmp_path / "env" / "bin" / "python")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("UV", raising=False)
    return folder


def program(place: Path) -> str:
    place.write_text("#!/bin/sh\n")
    place.chmod(0o755)
    return str(place)


def test_uv_on_the_path_installs(bare: Path) -> None:
    """Whether or not there is a pip."""
    uv = program(bare / "uv")
    assert home.installer() == [uv, "pip", "install", "--quiet", "--python", str(home.PYTHON)]


def test_uv_may_be_named(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UV=/path/to/uv, where it is not on the path."""
    uv = program(tmp_path / "elsewhere")
    monkeypatch.setenv("UV", uv)
    assert home.installer()[0] == uv


def test_else_the_environments_own_pip(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an environment that has one: ours."""
    monkeypatch.setattr(home, "PYTHON", Path(sys.executable))
    assert home.installer()[:4] == [sys.executable, "-m", "pip", "install"]


def test_with_neither_the_cure_is_said(bare: Path) -> None:
    """Both ways out, each with the command."""
    with pytest.raises(home.CannotRun, match="UV=/path/to/uv") as refused:
        home.installer()
    assert f"{home.PYTHON} -m ensurepip" in str(refused.value) and os.environ["PATH"] not in str(
        refused.value
    )
