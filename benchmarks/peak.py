"""Peak: the most memory that this process ever held."""

import re
from pathlib import Path


def peak_mb() -> float:
    """Return it in MB; getrusage would also count what the parent held when it forked."""
    (peak_kb,) = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(peak_kb) / 1024
