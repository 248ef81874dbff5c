"""Test suites as JUnit XML, the form build servers show: the same bytes for the same input, so no clock and no host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

Outcome = Literal["passed", "failure", "error", "skipped"]


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test: `message` in a line and `detail` in full for what did not pass; `file` and `line` where it is written."""

    __test__ = False  # not a test of ours

    name: str
    group: str = ""
    outcome: Outcome = "passed"
    message: str = ""
    detail: str = ""
    kind: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class TestSuite:
    """A named list of tests."""

    __test__ = False  # likewise

    name: str
    cases: tuple[TestCase, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many of its tests ended so."""
        return sum(case.outcome == outcome for case in self.cases)


def junit_xml(suites: Iterable[TestSuite]) -> str:
    """The document; what XML 1.0 cannot hold is shown by its code, never dropped."""
    listed = tuple(suites)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_totals(listed)}>"]
    for suite in listed:
        lines.append(f"  <testsuite{_attributes(name=suite.name)}{_totals((suite,))}>")
        lines += [line for case in suite.cases for line in _case(case)]
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _totals(suites: tuple[TestSuite, ...]) -> str:
    def total(outcome: Outcome) -> str:
        return str(sum(suite.count(outcome) for suite in suites))

    tests = str(sum(len(suite.cases) for suite in suites))
    return _attributes(tests=tests, failures=total("failure"), errors=total("error"), skipped=total("skipped"))


def _case(case: TestCase) -> list[str]:
    line = str(case.line) if case.line else ""
    head = f"    <testcase{_attributes(name=case.name, classname=case.group, file=case.file, line=line)}"
    if case.outcome == "passed":
        return [f"{head}/>"]
    about = _attributes(message=case.message, type=case.kind)
    if case.outcome == "skipped":
        return [f"{head}>", f"      <skipped{about}/>", "    </testcase>"]
    body = escape(_printable(case.detail or case.message))
    return [f"{head}>", f"      <{case.outcome}{about}>{body}</{case.outcome}>", "    </testcase>"]


def _attributes(**values: str) -> str:
    return "".join(f' {key}="{_quoted(value)}"' for key, value in values.items() if value)


def _quoted(text: str) -> str:
    # Line ends and tabs in attributes must be written as references, or readers make spaces of them.
    return escape(_printable(text), {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _printable(text: str) -> str:
    return "".join(c if _allowed(ord(c)) else _shown(ord(c)) for c in text)


def _shown(code: int) -> str:
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _allowed(code: int) -> bool:
    if code in (0x9, 0xA, 0xD):
        return True
    # C1 controls are allowed by XML 1.0, but a terminal acts on them.
    return 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000
