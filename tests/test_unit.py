"""The systemd unit: what it says is known to systemd, and closes what it means to close."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).resolve().parent.parent / "deploy" / "pullquote.service"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed here"
)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A copy with paths that are there: systemd checks that what it is to start exists."""
    text = UNIT.read_text(encoding="utf-8")
    text = text.replace("/srv/pullquote/.venv/bin/pullquote", sys.executable)
    text = text.replace("/srv/pullquote", str(tmp_path))
    copy = tmp_path / UNIT.name
    copy.write_text(text, encoding="utf-8")
    return copy


def _systemd(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )


@needs_systemd
def test_unit_is_verified(unit: Path) -> None:
    ran = _systemd("verify", "--man=no", unit)
    assert (ran.returncode, ran.stderr) == (0, "")
    unit.write_text(unit.read_text(encoding="utf-8").replace("NoNewPriv", "NoNewPrev"))
    assert "NoNewPrev" in _systemd("verify", "--man=no", unit).stderr


@needs_systemd
def test_exposure_is_low(unit: Path) -> None:
    ran = _systemd("security", "--offline=true", "--threshold=20", unit)
    if "unrecognized option" in ran.stderr:
        pytest.skip("this systemd rates no unit that is not loaded")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_unit_fits_the_command() -> None:
    text = UNIT.read_text(encoding="utf-8")
    settings = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert settings["ExecStart"].endswith("/bin/pullquote run")
    assert settings["RestartPreventExitStatus"] == "2"
    # longer than the bot takes to finish what is in hand
    assert int(settings["TimeoutStopSec"]) > 10
    assert settings["ReadWritePaths"].startswith(settings["WorkingDirectory"])
    assert "TOKEN=1" not in text
