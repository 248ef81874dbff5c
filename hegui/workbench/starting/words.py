"""What the readers of criteria share: a criterion as a rule, the data items it needs, how words are folded and quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.showing import bare_name
from facts.gathering.yamltext import scalar
from facts.values import ONE, parse_decimal, to_half_width

LONGEST = 60
MAX_CRITERION = 2000
_ALIKE = str.maketrans("（）；：，＜＞＝≦≧。．～－", "();:,<>=≤≥。.~-")
_SPACE = re.compile(r"\s+")
_END = re.compile(r"[。.;,]+$")
Groups = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Question:
    """A data item that a criterion needs: what it is called, its type and unit, and what it means.

    `choices` of a choice; `minimum` where the words leave nothing below it.
    """

    label: str
    type: str
    unit: str = ""
    definition: str = ""
    choices: tuple[str, ...] = ()
    minimum: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """A criterion as a rule: keys of the indicator, the data items it reads, and what the words leave open.

    `unit` is how the measure is shown; "" is as its data item is.
    """

    measure: str
    score: str
    questions: tuple[Question, ...]
    open_: str = ""
    unit: str = "%"


@dataclass(frozen=True, slots=True)
class Wordings:
    """The compiled patterns."""

    headings: Mapping[str, tuple[str, ...]]
    totals: tuple[str, ...]
    criteria: tuple[tuple[str, Any], ...]
    bands: tuple[tuple[str, Any], ...]
    pieces: tuple[tuple[str, Any], ...]
    rungs: tuple[tuple[str, Any], ...]
    checklist: Any
    degrees: tuple[tuple[str, ...], ...] = ()


def folded(text: str) -> str:
    """A criterion as patterns see it: no white space, half-width digits and marks, no brackets around it or mark at its end."""
    plain = _END.sub("", _SPACE.sub("", to_half_width(text).translate(_ALIKE)).replace("`", ""))
    if plain.startswith("(") and plain.endswith(")") and plain.count("(") == 1:
        plain = _END.sub("", plain[1:-1])
    return plain


def number(text: str | None) -> Fraction | None:
    """A number of points or units, a Chinese one included."""
    return ONE if text == "一" else parse_decimal(text or "")


def label_of(title: str) -> str:
    """A title as the beginning of a data item's name: no blanks or quotes, and not too long for one."""
    return re.sub(r"[“”‘’「」『』\"'`\s]", "", title)[:LONGEST]


def condition_label(condition: str, title: str) -> str:
    """A condition as the name of a data item; one too short to say what it is about begins with the indicator's."""
    label = label_of(condition.strip(";,。:").removesuffix("的"))
    return label if len(label) > 4 else label_of(f"{title}{label}")


def quoted(label: str) -> str:
    """A label as a formula names it."""
    return bare_name(label)


def source(text: str, inside: bool = False) -> str:
    """A text as YAML writes it."""
    return scalar(text, inside)
