"""What an authority may accept of an assessment, and the waiver file a form makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hegui.desk.web.pictures import number

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Acceptable:
    """A finding that can be waived: `points` is what a deduction took, `actual` what a check found."""

    finding: str
    target: str
    told: str
    points: str = ""
    actual: str = ""

    @property
    def key(self) -> str:
        """As a form names it."""
        return f"{self.finding} {self.target}".strip()


def acceptable(assessment: Data) -> tuple[Acceptable, ...]:
    """Deductions by indicator, each as a whole, then vetoes and checks that no waiver accepts yet."""
    return (*_deductions(assessment), *_others(assessment))


def _deductions(assessment: Data) -> Iterator[Acceptable]:
    waived = {one["indicator"] for one in assessment["findings"] if one["code"] == "deduction" and one["waived"]}
    for one in assessment["indicators"]:
        lost = [deduction["points"].lstrip("-") for deduction in one["deductions"]]
        if lost and one["id"] not in waived and one["score"] is not None:
            yield Acceptable("deduction", one["id"], one["title"], exact(sum(map(number, lost), Fraction(0)), lost))


def exact(total: Fraction, parts: Sequence[str]) -> str:
    """A sum with as many places as its parts have.

    >>> exact(Fraction(3, 2), ["1.00", "0.5"]), exact(Fraction(2), ["1", "1"])
    ('1.50', '2')
    """
    places = max(len(one.partition(".")[2]) for one in parts)
    digits = f"{int(total * 10**places):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _others(assessment: Data) -> Iterator[Acceptable]:
    for one in assessment["findings"]:
        if one["code"].startswith(("veto:", "check:")) and not one["waived"]:
            yield Acceptable(one["code"], "", one["message"], actual=one["actual"] or "")


def waiver_text(one: Acceptable, assessment: Data, authority: str, reason: str, expires: str) -> str:
    """The file: for this department, period and rulebook alone.

    >>> about = {"subject": {"id": "a"}, "period": {"from": "2017-01-01", "to": "2017-12-31"}, "rulebook": {"id": "k"}}
    >>> print(waiver_text(Acceptable("deduction", "staff", "编制", "1.00"), about, "市财政局", "机构改革: 推迟", "2027-12-31"))
    format: hegui/waivers/v1
    rulebook: "k"
    waivers:
      - finding: "deduction"
        at: "staff"
        points: 1.00
        subject: "a"
        period: 2017
        authority: "市财政局"
        reason: "机构改革: 推迟"
        expires: 2027-12-31
    <BLANKLINE>
    """
    period = assessment["period"]
    year = period["from"][:4]
    entries = {
        "finding": _quoted(one.finding),
        "at": _quoted(one.target) if one.target else "",
        "points": one.points,
        "actual": _quoted(one.actual) if one.actual else "",
        "subject": _quoted(assessment["subject"]["id"]),
        # Waivers know whole years only; of another period the subject and the points still tell what is meant.
        "period": year if (period["from"], period["to"]) == (f"{year}-01-01", f"{year}-12-31") else "",
        "authority": _quoted(authority),
        "reason": _quoted(reason),
        "expires": expires,
    }
    lines = [f"    {key}: {value}" for key, value in entries.items() if value]
    head = f"format: hegui/waivers/v1\nrulebook: {_quoted(assessment['rulebook']['id'])}\nwaivers:\n"
    return head + "\n".join(lines).replace("    ", "  - ", 1) + "\n"


def _quoted(text: str) -> str:
    """A text as YAML: what JSON writes in quotes is that, too."""
    return json.dumps(text, ensure_ascii=False).replace("\u0085", "\\u0085").replace("\u2028", "\\u2028")
