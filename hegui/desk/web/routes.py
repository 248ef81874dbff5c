"""What a page is: a path, who may see it, and the function that answers. One list of them is the whole desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from hegui.desk.store.accounts import Right
from hegui.desk.web.visit import Visit

Allow = Right | Literal["anyone"]
Answer = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A route. `answer` runs in a thread of its own. `largest` bytes of body; 0: what forms may have.

    A POST needs the token of its form and carries `once`, by which a second press is known.
    """

    path: str
    answer: Answer
    allow: Allow
    method: Literal["GET", "POST"] = "GET"
    largest: int = 0
