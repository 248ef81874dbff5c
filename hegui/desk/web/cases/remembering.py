"""What workers have said of a version of a case, remembered for a while: a version never changes, nor does its rulebook."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any, Literal

from hegui.command import today
from hegui.desk.web.cases.opened import Laid, OpenCase, laid
from hegui.desk.web.visit import Visit
from hegui.desk.web.working import ask
from hegui.desk.work.queueing import Answer, Done

BASES = ("figure", "stated", "judged")
_MOST = 64
_LOCK = Lock()
_KNOWN: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()


def assess_request(files: Laid, accept: Sequence[str]) -> dict[str, Any]:
    """A case as it lies there, scored with what was chosen."""
    return {**files.request, "accept": list(accept), "waivers": list(files.waivers)}


def told_of(visit: Visit, case: OpenCase, task: Literal["describe", "assess"], accept: Sequence[str] = BASES) -> Answer:
    """The answer of `describe` or `assess` for this version; asked for where it is not remembered."""
    # Waivers and acceptances expire: what was said yesterday does not hold today.
    day = today().isoformat()
    version = (case.folder.id, case.version.n, case.publication.id)
    key = (visit.desk.setup, *version, task, tuple(accept), visit.language, day)
    with _LOCK:
        known = _KNOWN.get(key)
        if known is not None:
            _KNOWN.move_to_end(key)
            return known
    with laid(visit, case) as files:
        answer = ask(visit, task, files.request if task == "describe" else assess_request(files, accept))
    if isinstance(answer, Done):
        with _LOCK:
            _KNOWN[key] = answer
            while len(_KNOWN) > _MOST:
                _KNOWN.popitem(last=False)
    return answer
