"""The systemd units: what they say is known to systemd, and close what they mean to close."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNIT, TEMPLATE = DEPLOY / "pullquote.service", DEPLOY / "pullquote@.service"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed here"
)


@pytest.fixture(params=[UNIT, TEMPLATE], ids=["unit", "template"])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy with paths that are there: systemd checks that what it is to start exists."""
    file: Path = request.param
    text = file.read_text(encoding="utf-8")
    for folder in ("/srv/pullquote/.venv", "/opt/pullquote"):
        text = text.replace(f"{folder}/bin/pullquote", sys.executable)
    text = text.replace("/srv/pullquote", str(tmp_path))
    copy = tmp_path / file.name.replace("@", "@harbour")
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


def settings_of(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("file", [UNIT, TEMPLATE], ids=["unit", "template"])
def test_unit_fits_the_command(file: Path) -> None:
    settings = settings_of(file)
    assert settings["ExecStart"].partition(" ")[0].endswith("/bin/pullquote")
    assert settings["ExecStart"].endswith(" run")
    assert settings["RestartPreventExitStatus"] == "2"
    # longer than the bot takes to finish what is in hand
    assert int(settings["TimeoutStopSec"]) > 10
    assert settings["ProtectSystem"] == "strict"
    assert settings["UMask"] == "0077"
    assert "TOKEN=1" not in file.read_text(encoding="utf-8")


def test_unit_writes_to_its_home_alone() -> None:
    settings = settings_of(UNIT)
    assert settings["ReadWritePaths"].startswith(settings["WorkingDirectory"])


def test_template_keeps_each_bot_to_itself() -> None:
    settings = settings_of(TEMPLATE)
    assert settings["DynamicUser"] == "yes"
    assert settings["StateDirectoryMode"] == "0700"
    own = ("User", "StateDirectory", "WorkingDirectory", "EnvironmentFile", "ExecStart")
    assert all("%i" in settings[name] for name in own)
    assert f"PULLQUOTE_HOME=%S/{settings['StateDirectory']}" in settings["Environment"]
    assert "ReadWritePaths" not in settings
    closed = {name for name, value in settings_of(UNIT).items() if value == "true"}
    assert closed <= {name for name, value in settings.items() if value == "true"}
