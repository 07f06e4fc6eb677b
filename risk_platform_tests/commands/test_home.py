"""The home: one run at a time."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from risk_platform.commands.home import alone_in
from risk_platform.errors.running import BusyHomeError


def test_two_runs_never_share_a_home(tmp_path: Path) -> None:
    """The second is told, while the first is at work and not a moment longer."""
    with alone_in(tmp_path, "run"):
        with pytest.raises(BusyHomeError, match="another run is at work") as refusal:
            alone_in(tmp_path, "run").__enter__()
        assert str(tmp_path) in str(refusal.value)
    with alone_in(tmp_path, "run"):
        pass


def test_a_killed_command_leaves_its_home_free(tmp_path: Path) -> None:
    """What holds the home ends with the process, however it ends."""
    program = (
        "import sys, time, pathlib\n"
        "from risk_platform.commands.home import alone_in\n"
        "with alone_in(pathlib.Path(sys.argv[1]), 'run'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BusyHomeError):
            alone_in(tmp_path, "run").__enter__()
        process.send_signal(signal.SIGKILL)
    with alone_in(tmp_path, "run"):
        pass
