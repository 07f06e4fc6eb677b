"""The API as a page to read: ``docs/api.md`` is what this renders, and a test says so."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from serving.deadlines import Patience
from serving.openapi import describe
from serving.problems import PROBLEM_TYPES, ProblemType
from serving.routes import MOST_BATCHES, router

_OURS = Patience()
_TITLE = "# The scoring API"
_NOTE = "<!-- Rendered by `python -m serving.page > docs/api.md`: change the routes instead. -->"
_INTRODUCTION = """\
Bodies and answers are JSON in UTF-8; `/docs` shows each with examples, outside of production. A
key is sent as `Authorization: Bearer …`; *role* is what it must be good for. With `RISK_AUTH=off`
no key is asked for, and only this machine is answered."""
_HEADERS = """\
Every answer carries `X-Request-ID` and `traceparent` (W3C Trace Context): those of the request,
the trace with a new span, or new ones. `Idempotency-Key` (1 to 255 visible ASCII characters)
names a request to `/predict` or `/predict/batch`, so that it can be sent again: the same key with
the same route, `explain` and body gets the same answer, with any other a 409."""
_LIMITS = f"""\
A request has {_OURS.receive_s:g} seconds to come in as a whole, and its answer {_OURS.send_s:g} to
be taken; its head has at most {_OURS.head_bytes // 1024} KiB. A worker takes
{_OURS.connections:,} connections at a time, and {_OURS.per_address} of one address: a proxy before
it counts as one. It has {MOST_BATCHES} batches at hand at a time, which it decides one after the
other; further ones are refused at once, as `overloaded`.

The applications of each key are counted over all workers of a machine (`RISK_RATE_PER_MINUTE`,
`RISK_RATE_BURST`); any other request counts as one application. A batch is let in as one, and the
rest of it is owed: after 1,000 applications at 6,000 a minute, with a burst of 200, the key waits
for eight seconds. A key owes 10,000 at most."""
_READING = """\
An application is one JSON object of the names in [columns.md](columns.md), but for those that are
known only after funding. Each field may be left out or `null`. A text is read as the raw files
are: `"10+ years"`, `" 36 months"`, `"Jun-2018"`; a number is a number. A body that two readers
could read differently is refused: a name twice in an object, `NaN`, a number beyond a double,
anything but UTF-8."""
_PROBLEMS = """\
Every error is `application/problem+json` (RFC 9457). Its `type` is `urn:risk:problem:` and a name
of this table; `errors` names up to 20 places by JSON pointers (`/annual_inc`,
`/applications/3/dti`). None repeats what was sent. *Retry after* is the header's number of
seconds."""


def render_api() -> str:
    """Render routes and problems as Markdown."""
    parts = (
        _TITLE,
        _NOTE,
        _INTRODUCTION,
        _table(
            ("request", "role", "largest body", "what it does"),
            _routes(describe(router.routes)["paths"]),
        ),
        f"## Headers\n\n{_HEADERS}",
        f"## Limits\n\n{_LIMITS}",
        f"## How an application is read\n\n{_READING}",
        f"## Problems\n\n{_PROBLEMS}",
        _table(("type", "status", "retry after", "title"), map(_problem, PROBLEM_TYPES)),
    )
    return "\n\n".join(parts) + "\n"


def _routes(paths: Mapping[str, Mapping[str, Any]]) -> Iterable[Sequence[str]]:
    for path, methods in paths.items():
        for method, said in methods.items():
            most_bytes = said.get("x-most-bytes")
            yield (
                f"`{method.upper()} {path}`",
                " or ".join(said["x-roles"]) or "no key",
                f"{most_bytes // 1024:,} KiB" if most_bytes else "",
                said["description"].partition("\n")[0],
            )


def _problem(kind: ProblemType) -> Sequence[str]:
    return (f"`{kind.name}`", str(kind.status), str(kind.retry_after_s or ""), kind.title)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(render_api())


if __name__ == "__main__":
    main()
