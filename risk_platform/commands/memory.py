"""Memory: how much of it a process may take yet, whoever limits that."""

import resource
from collections.abc import Iterator
from pathlib import Path

import psutil

_GROUPS, _OURS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
# Of both kinds of control groups: folder, limit, use, and what of that is given back when wanted.
_KINDS = (
    ("", "memory.max", "memory.current", "inactive_file"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def free_bytes() -> tuple[int, str]:
    """Return how much is left, and what leaves no more: machine, container, or ``ulimit -v``."""
    free = [(psutil.virtual_memory().available, "on this machine")]
    free += [(left, "in this container") for left in of_groups(_OURS, _GROUPS)]
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        free.append((most, "for each process by `ulimit -v`"))
    return min(free)


def of_groups(ours: Path, groups: Path) -> Iterator[int]:
    """Yield what is left in each control group that this process is in, as far as they can be read.

    Parameters
    ----------
    ours, groups
        The file that names them, and the folder where they are.
    """
    for line in ours.read_text().splitlines() if ours.exists() else ():
        _, controllers, path = line.split(":", 2)
        for folder, limit, use, returned in _KINDS:
            if folder in controllers.split(","):
                inmost = groups / folder / path.lstrip("/")
                for group in (inmost, *inmost.parents):
                    if group.is_relative_to(groups / folder) and (group / limit).exists():
                        yield from _left(group, limit, use, returned)


def _left(group: Path, limit: str, use: str, returned: str) -> Iterator[int]:
    most = (group / limit).read_text().strip()
    if most == "max":
        return
    kept = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    yield int(most) - int((group / use).read_text()) + int(kept.get(returned, 0))
