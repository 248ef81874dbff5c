"""An Audit to read in a terminal or a file: how the points stand, what does not hold, and where it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from facts.placewords import place_words
from facts.problem import Language
from facts.provenance import Provenance
from hegui.audit.model import Audit, AuditFinding, ClaimedPoints
from hegui.interchange import points_decimal
from hegui.layout import WIDTH, padded, wrapped
from hegui.wording import SEVERITIES, WAIVER_STATES

BAR = 48
MAX_QUOTE = 60
NAMED = 8
# So many findings of one check and severity are told one by one; whoever has more to look through does not do so in a terminal.
TOLD = 100
_ORDER = ("error", "warning", "note")
_STANDING = (
    ("proven", "█", "已证实", "proven"),
    ("unproven", "▒", "未证实", "unproven"),
    ("contradicted", "░", "相矛盾", "contradicted"),
)


def audit_text(audit: Audit, language: Language = "zh") -> str:
    """The whole audit as text."""
    return "\n".join(_Writer(audit, language).lines()) + "\n"


class _Writer:
    def __init__(self, audit: Audit, language: Language) -> None:
        self.of, self.language, self.zh = audit, language, language == "zh"

    def both(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def lines(self) -> Iterator[str]:
        yield wrapped(_printable(self.both(f"自评报告审核:{self.of.source.title}", f"Audit of {self.of.source.title}")))
        yield "═" * WIDTH
        yield from self.points()
        yield ""
        yield from self.findings()
        yield from self.unproven()
        yield from self.waivers()
        yield from self.problems()

    # --- points ---

    def points(self) -> Iterator[str]:
        points = self.of.points
        if points.claimed is None:
            yield self.both("没有读到自评得分。", "No claimed score was found.")
            return
        yield self.both(f"自评得分 {points_decimal(points.claimed)}", f"Claimed {points_decimal(points.claimed)}")
        for name, sign, zh, en in _STANDING:
            value: Fraction = getattr(points, name)
            cells = int(value * BAR / points.claimed) if points.claimed else 0
            bar = sign * (cells if cells or not value else 1)
            yield f"  {padded(self.both(zh, en), 13)} {padded(points_decimal(value), 7, right=True)}  {bar}"

    # --- findings ---

    def findings(self) -> Iterator[str]:
        found = self.of.findings
        if not found:
            yield self.both("没有发现问题。", "No findings.")
            return
        counts = [(s, sum(f.severity == s for f in found)) for s in _ORDER]
        told = self.both("、", ", ").join(f"{SEVERITIES[s].in_(self.language)} {n}" for s, n in counts if n)
        yield self.both(f"问题 {len(found)} 个:{told}", f"{len(found)} findings: {told}")
        number = 0
        for severity in _ORDER:
            of_check: Counter[str] = Counter()
            for finding in (f for f in found if f.severity == severity):
                number += 1
                of_check[finding.check] += 1
                if of_check[finding.check] <= TOLD:
                    yield from self.finding(number, finding)
            for check, count in of_check.items():
                if count > TOLD:
                    yield from self.untold(check, count - TOLD)

    def untold(self, check: str, count: int) -> Iterator[str]:
        """How many findings of a check are not told one by one, and where they are."""
        yield ""
        zh = f"……[{check}] 另有 {count} 个,没有逐个列出;全部问题见 --format json 或 xlsx"
        en = f"… {count} more of [{check}] are not told one by one; --format json or xlsx has every finding"
        yield wrapped(self.both(zh, en), "    ", "    ")

    def finding(self, number: int, one: AuditFinding) -> Iterator[str]:
        severity = SEVERITIES[one.severity].in_(self.language)
        message = one.message.in_(self.language)
        yield ""
        waived = self.both("(已豁免)", " (waived)") if one.waiver is not None else ""
        yield wrapped(_printable(f"{message} [{one.check}]{waived}"), "    ", f"{number:>3} {severity} ")
        if one.expected or one.actual:
            told = [self.both(f"应为 {one.expected}", f"expected {one.expected}")] if one.expected else []
            told += [self.both(f"实为 {one.actual}", f"found {one.actual}")] if one.actual else []
            told += [self.both(f"差 {one.difference}", f"difference {one.difference}")] if one.difference else []
            yield wrapped(_printable(self.both(",", ", ").join(told)), "        ")
        for place in one.quotes[:3]:
            yield self.quote(place)
        if len(one.quotes) > 3:
            more = len(one.quotes) - 3
            yield "        " + self.both(f"……另有 {more} 处", f"… and {more} more")

    def quote(self, place: Provenance) -> str:
        where = self.file(place)
        if place.locator is not None:
            where += f":{place_words(str(place.locator), self.language)}"
        return wrapped(_printable(f"{where} “{_short(place.quote)}”"), "          ", "        ")

    def file(self, place: Provenance) -> str:
        source = next((s for s in (self.of.source, *self.of.sources) if s.id == place.source), None)
        return (source.file or source.title) if source else place.source

    # --- the rest ---

    def waivers(self) -> Iterator[str]:
        """What became of each waiver."""
        if self.of.waivers:
            yield ""
            yield self.both("豁免", "Waivers")
        for result in self.of.waivers:
            one, state = result.waiver, WAIVER_STATES[result.state].in_(self.language)
            told = f"[{state}] {one.finding} “{_short(one.quote)}”:{result.message.in_(self.language)}"
            yield wrapped(_printable(told), "    ", "  · ")
            yield wrapped(_printable(f"{one.authority}:{one.reason}"), "      ", "    ")

    def unproven(self) -> Iterator[str]:
        open_ = [claim for claim in self.of.claims if claim.unproven and claim.counted]
        if not open_:
            return
        total = points_decimal(sum((claim.unproven for claim in open_), Fraction(0)))
        yield ""
        names = _named(open_, self.both("、", ", "))
        yield wrapped(
            _printable(
                self.both(
                    f"未证实的得分 {total} 分,共 {len(open_)} 项:{names}",
                    f"Unproven: {total} points in {len(open_)} claims: {names}",
                )
            ),
            "  ",
            "",
        )

    def problems(self) -> Iterator[str]:
        if not self.of.problems:
            return
        yield ""
        yield self.both("读取时的说明", "Notes from reading")
        for problem in self.of.problems:
            yield problem.show(self.language)


def _named(claims: Sequence[ClaimedPoints], joint: str) -> str:
    names = [claim.claim.name for claim in claims[:NAMED]]
    return joint.join(names) + ("……" if len(claims) > NAMED else "")


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= MAX_QUOTE else one_line[: MAX_QUOTE - 1] + "…"


def _printable(text: str) -> str:
    """Nothing a terminal would act on."""
    return "".join(c if c.isprintable() else " " for c in text)
