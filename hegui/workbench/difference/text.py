"""A difference of rulebooks to read in a terminal: each clause, and what the edit does to a population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.difference import Edit
from engine.impact import Effect, Impact, Move, Outcome
from facts.problem import Language, Text
from facts.provenance import Position
from facts.values import decimal_text
from hegui.interchange import points_decimal
from hegui.layout import WIDTH, padded, table, wrapped
from hegui.workbench.difference.summary import UNDECIDED, MoveSummary, Summary
from hegui.workbench.difference.words import change_path, edit_title, indicator_title, lever_title, side

_BAR = 40
_IN_SENTENCE = ("score", "points", "scale", "value", "values")
_TOLD = 10


def difference_text(
    edits: Sequence[Edit], impact: Impact | None, summary: Summary | None, language: Language = "zh"
) -> str:
    """The whole as text."""
    writer = _Writer(language)
    lines = [*writer.edits(edits)]
    if impact is not None and summary is not None:
        lines += writer.impact(impact, summary)
    return "\n".join(lines) + "\n"


def signed(value: Fraction) -> str:
    """Points with their sign; means that never end to four places."""
    return ("+" if value > 0 else "") + points_text(value)


def signed_span(lower: Fraction, upper: Fraction) -> str:
    """One number, or what the two bounds move by, the lesser first."""
    least, most = sorted((lower, upper))
    return signed(least) if least == most else f"[{signed(least)}, {signed(most)}]"


def points_text(value: Fraction) -> str:
    """Points, rounded to four places (`≈`) only where they never end."""
    exact = points_decimal(value)
    return exact if len(exact) <= 12 and "/" not in exact else "≈" + decimal_text(value, 4)


class _Writer:
    def __init__(self, language: Language) -> None:
        self.language = language

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def edits(self, edits: Sequence[Edit]) -> Iterator[str]:
        loud = [edit for edit in edits if not edit.silent]
        if not edits:
            yield self.word("两个规则集的含义没有差别。", "The two rulebooks mean the same.")
            return
        yield self.word(
            f"改动 {len(edits)} 处,其中可能影响得分 {len(loud)} 处",
            f"{len(edits)} edits, of them {len(loud)} that can change a score",
        )
        yield "═" * WIDTH
        for edit in (*loud, *(edit for edit in edits if edit.silent)):
            quiet = self.word("(不影响得分)", " (no score changes)") if edit.silent else ""
            yield ""
            yield wrapped(edit_title(edit, self.language) + quiet, "    ", "  · ")
            told = edit.before != edit.after
            for sign, said in (("-", edit.before), ("+", edit.after)) if told else ():
                if said.zh:
                    yield wrapped(said.in_(self.language), "      ", f"    {sign} ")
            # What the sentences tell already is not told again.
            for change in (c for c in edit.changes if not (told and c.path[0] in _IN_SENTENCE)):
                yield wrapped(change_path(change, self.language), "      ", "    ")
                yield wrapped(side(change.before, self.language), "        ", "      - ")
                yield wrapped(side(change.after, self.language), "        ", "      + ")
            yield "    " + " → ".join(str(at) for at in (edit.before_at, edit.after_at) if at != Position(""))

    # --- impact ---

    def impact(self, impact: Impact, summary: Summary) -> Iterator[str]:
        yield ""
        yield self.word(f"对 {summary.units} 个单位的影响", f"What it does to {summary.units} units")
        yield "═" * WIDTH
        rows = (
            (self.word("得分上升", "gain"), summary.gain, "█"),
            (self.word("得分下降", "lose"), summary.lose, "░"),
            (self.word("不变", "unchanged"), summary.stay, "▒"),
            (self.word("变动未定", "undetermined"), summary.open, "·"),
        )
        for name, count, sign in rows:
            bar = sign * max(count * _BAR // max(1, summary.units), 1 if count else 0)
            yield f"  {padded(name, 14)} {count:>6}  {bar}"
        if summary.mean is not None:
            of = Text(*of_the_known(summary)).in_(self.language)
            yield self.word(
                f"  {of}平均变动 {signed(summary.mean)} 分", f"  mean change{of} {signed(summary.mean)} points"
            )
        yield from self.migration(summary)
        yield from self.levers(impact, summary)
        yield from self.indicators(summary)
        yield from self.moved(summary)
        yield from self.undetermined(impact, summary)

    def migration(self, summary: Summary) -> Iterator[str]:
        """Grades before (rows) and after (columns)."""
        if len(summary.grades) == 1:
            return
        yield ""
        yield self.word("等级变动(行为改前,列为改后)", "Grades before (rows) and after (columns)")
        names = [grade_name(grade, self.language) for grade in summary.grades]
        rows = [["", *names]]
        for before, name in zip(summary.grades, names, strict=True):
            counts = [summary.migration.get((before, after), 0) for after in summary.grades]
            if any(counts):
                rows.append([name, *(str(n) if n else "·" for n in counts)])
        yield from table(rows, numeric=range(1, len(names) + 1))

    def levers(self, impact: Impact, summary: Summary) -> Iterator[str]:
        """What each clause does."""
        if not summary.levers:
            return
        yield ""
        yield self.word("各条改动的作用(相加即为总变动)", "What each edit does (adds up to the whole)") + method(
            impact, self.language
        )
        head = [self.word(zh, en) for zh, en in (("改动", "edit"), ("单位数", "units"), ("合计", "sum"), ("最小", "least"), ("最大", "most"))]  # fmt: skip
        rows = [head]
        for one in summary.levers:
            numbers = [signed_span(one.lower, one.upper), signed(one.least), signed(one.most)]
            rows.append([lever_title(one.lever, self.language), str(one.units), *numbers])
        yield from table(rows, numeric=(1, 2, 3, 4))

    def indicators(self, summary: Summary) -> Iterator[str]:
        """What edited indicators do by themselves."""
        if not summary.moves:
            return
        yield ""
        yield Text(*BY_THEMSELVES).in_(self.language)
        rows = [[self.word(zh, en) for zh, en in MOVE_HEADS]]
        rows += [[edit_title(one.edit, self.language), *move_cells(one)] for one in summary.moves]
        yield from table(rows, numeric=range(1, len(MOVE_HEADS)))

    def undetermined(self, impact: Impact, summary: Summary) -> Iterator[str]:
        """The units whose change is open, with what is certain about them."""
        if not summary.open:
            return
        yield ""
        yield self.word(f"变动未定的单位({summary.open})", f"Units whose change is undetermined ({summary.open})")
        heads = (("单位", "unit"), ("改前", "before"), ("改后", "after"), ("被改指标自身", "edited indicators alone"))
        rows = [[self.word(zh, en) for zh, en in heads]]
        for unit in summary.most_open[:_TOLD]:
            sides = (outcome_text(unit.effect.before), outcome_text(unit.effect.after))
            rows.append([unit.subject.name, *sides, self.own(unit.effect, impact)])
        yield from table(rows)
        if summary.open > _TOLD:
            rest = summary.open - _TOLD
            yield self.word(f"  另有 {rest} 个,见 json 或 xlsx", f"  and {rest} more: see json or xlsx")

    def own(self, effect: Effect, impact: Impact) -> str:
        titles = [indicator_title(one.edit, self.language) for one in impact.edited]
        told = [f"{title} {move_text(move, self.language)}" for title, move in zip(titles, effect.moves, strict=True)]
        return "; ".join(told[:3]) + (" …" if len(told) > 3 else "")

    def moved(self, summary: Summary) -> Iterator[str]:
        """The units that change most."""
        if not summary.most_moved:
            return
        yield ""
        yield self.word("变动最大的单位", "Units that change most")
        rows = [
            [
                self.word(zh, en)
                for zh, en in (("单位", "unit"), ("改前", "before"), ("改后", "after"), ("变动", "change"))
            ]
        ]
        rows += [[unit.subject.name, *effect_cells(unit.effect)] for unit in summary.most_moved[:_TOLD]]
        yield from table(rows, numeric=(3,))


BY_THEMSELVES = (
    "被改指标自身的变动(总分未定时也确定;总分的变动还取决于未知的事实、上下限)",
    "What edited indicators do by themselves (certain also where totals are open; how much of it shows in a total depends on what is missing, floors and caps)",
)  # fmt: skip
MOVE_HEADS = (
    ("改动", "edit"), ("升", "gain"), ("降", "lose"), ("不变", "unchanged"), ("未定", "open"), ("合计", "sum"), ("最小", "least"), ("最大", "most"),
)  # fmt: skip


def of_the_known(summary: Summary) -> tuple[str, str]:
    """Whose mean it is, where not of all."""
    known = summary.units - summary.open
    return (f"变动已知的 {known} 个单位", f" of the {known} units whose change is known") if summary.open else ("", "")


def move_cells(one: MoveSummary) -> list[str]:
    """Counts and points of an edited indicator by itself, without its title."""
    ends = ["" if end is None else signed(end) for end in (one.least, one.most)]
    return [str(one.gain), str(one.lose), str(one.stay), str(one.open), signed(one.sum), *ends]


def move_text(move: Move, language: Language) -> str:
    """The change of an edited indicator; that it is open."""
    return Text("未定", "open").in_(language) if move.change is None else signed(move.change)


def outcome_text(outcome: Outcome) -> str:
    """A score with its grade, or the range it lies in."""
    score = points_text(outcome.lower)
    if not outcome.determined:
        score = f"[{score}, {points_text(outcome.upper)}]"
    return f"{score} {'/'.join(outcome.grades)}".strip()


def grade_name(grade: str, language: Language) -> str:
    """A grade; the sign for none decided in words."""
    return Text("未定", "open").in_(language) if grade == UNDECIDED else grade


def method(impact: Impact, language: Language) -> str:
    """How the shares were found, where it is not by all orders."""
    if impact.method == "every_order":
        return ""
    return Text(",按规则集次序及其逆序各半", ", half by the order of the rulebook, half by its reverse").in_(language)


def effect_cells(effect: Effect) -> tuple[str, ...]:
    """Before, after and change, as text."""
    change = signed(effect.change) if effect.change is not None else ""
    return (outcome_text(effect.before), outcome_text(effect.after), change)
