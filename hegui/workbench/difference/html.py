"""A difference of rulebooks as a page: one file, nothing loaded from anywhere, prints well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape
from itertools import islice

from engine.difference import Edit
from engine.impact import Impact
from engine.model import Rulebook
from facts.problem import Language, Text
from hegui.charts import GAIN, LOSS, Bar, bars, shade
from hegui.pages import head
from hegui.workbench.difference.summary import LeverSummary, Summary
from hegui.workbench.difference.text import (
    BY_THEMSELVES,
    MOVE_HEADS,
    effect_cells,
    grade_name,
    method,
    move_cells,
    move_text,
    of_the_known,
    signed,
    signed_span,
)
from hegui.workbench.difference.words import change_path, edit_title, indicator_title, lever_title, side

# Of a large population the page names these many units; JSON and xlsx have them all.
MAX_UNITS = 2_000


def difference_html(
    rulebooks: tuple[Rulebook, Rulebook],
    edits: Sequence[Edit],
    impact: Impact | None,
    summary: Summary | None,
    language: Language = "zh",
) -> str:
    """The whole page."""
    page = _Page(language)
    old, new = rulebooks
    title = page.word("规则集改动及其影响", "Edits of a rulebook and what they do")
    parts = [
        head(title, language),
        f"<h1>{escape(title)}</h1>",
        (
            f"<p>{escape(f'{old.id} {old.version} → {new.id} {new.version}')}"
            f'<br><span class="at">sha256 {escape(old.digest[:12])} → {escape(new.digest[:12])}</span></p>'
        ),
        *page.edits(edits),
    ]
    if impact is not None and summary is not None:
        parts += page.impact(impact, summary)
    return "\n".join([*parts, "</body></html>"]) + "\n"


class _Page:
    def __init__(self, language: Language) -> None:
        self.language = language

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def edits(self, edits: Sequence[Edit]) -> Iterator[str]:
        yield f"<h2>{self.word('改动', 'Edits')}</h2>"
        if not edits:
            yield f"<p>{self.word('两个规则集的含义没有差别。', 'The two rulebooks mean the same.')}</p>"
        for edit in sorted(edits, key=lambda one: one.silent):
            quiet = self.word("(不影响得分)", " (no score changes)") if edit.silent else ""
            yield f"<h3>{escape(edit_title(edit, self.language))}<span class='quiet'>{quiet}</span></h3>"
            places = " → ".join(str(at) for at in (edit.before_at, edit.after_at) if at.file)
            yield f'<p class="at">{escape(places)}</p>'
            if edit.before != edit.after:
                for mark, said in (("del", edit.before), ("ins", edit.after)):
                    if said.zh:
                        yield f"<p><{mark}>{escape(said.in_(self.language))}</{mark}></p>"
            if edit.changes:
                heads = (("哪里", "where"), ("改前", "before"), ("改后", "after"))
                yield "<table><tr>" + "".join(f"<th>{self.word(*head)}</th>" for head in heads) + "</tr>"
                for change in edit.changes:
                    cells = (side(change.before, self.language), side(change.after, self.language))
                    yield (
                        f"<tr><td>{escape(change_path(change, self.language))}</td><td><del>{escape(cells[0])}</del></td>"
                        f"<td><ins>{escape(cells[1])}</ins></td></tr>"
                    )
                yield "</table>"

    def impact(self, impact: Impact, summary: Summary) -> Iterator[str]:
        yield f"<h2>{self.word(f'对 {summary.units} 个单位的影响', f'What it does to {summary.units} units')}</h2>"
        rows = (
            (self.word("得分上升", "gain"), summary.gain, GAIN),
            (self.word("得分下降", "lose"), summary.lose, LOSS),
            (self.word("不变", "unchanged"), summary.stay, "#999"),
            (self.word("变动未定", "undetermined"), summary.open, "#ccc"),
        )
        yield bars(self.word("升降", "Gains and losses"), [Bar(name, n, str(n), colour) for name, n, colour in rows])
        if summary.mean is not None:
            of = of_the_known(summary)
            yield f"<p>{self.word(of[0] + '平均变动', 'Mean change' + of[1])} {signed(summary.mean)} {self.word('分', 'points')}</p>"
        yield from self.distribution(summary)
        yield from self.migration(summary)
        yield from self.levers(impact, summary)
        yield from self.indicators(summary)
        yield from self.units(impact)

    def distribution(self, summary: Summary) -> Iterator[str]:
        if summary.bins:
            title = self.word("得分变动的分布", "Distribution of changes")
            yield f"<h2>{title}</h2>"
            found = [
                Bar(f"{signed(low)} … {signed(high)}", count, str(count), GAIN if low >= 0 else LOSS)
                for low, high, count in summary.bins
            ]
            yield bars(title, found)

    def migration(self, summary: Summary) -> Iterator[str]:
        if len(summary.grades) == 1:
            return
        yield f"<h2>{self.word('等级变动(行为改前,列为改后)', 'Grades before (rows) and after (columns)')}</h2>"
        names = [grade_name(grade, self.language) for grade in summary.grades]
        most = max(summary.migration.values(), default=0)
        yield "<table><tr><th></th>" + "".join(f'<th class="n">{escape(name)}</th>' for name in names) + "</tr>"
        for before, name in zip(summary.grades, names, strict=True):
            counts = [summary.migration.get((before, after), 0) for after in summary.grades]
            cells = "".join(f'<td class="n" style="background:{shade(n, most)}">{n or ""}</td>' for n in counts)
            yield f"<tr><th>{escape(name)}</th>{cells}</tr>"
        yield "</table>"

    def levers(self, impact: Impact, summary: Summary) -> Iterator[str]:
        if not summary.levers:
            return
        title = self.word("各条改动的作用(相加即为总变动)", "What each edit does (adds up to the whole)")
        yield f"<h2>{title}{method(impact, self.language)}</h2>"
        found = [
            Bar(
                lever_title(one.lever, self.language),
                _pixels(one, summary),
                f"{signed_span(one.lower, one.upper)} · {self.word(f'{one.units} 个单位', f'{one.units} units')}",
                GAIN if one.lower + one.upper >= 0 else LOSS,
            )
            for one in summary.levers
        ]
        yield bars(title, found)

    def indicators(self, summary: Summary) -> Iterator[str]:
        if not summary.moves:
            return
        yield f"<h2>{self.word(*BY_THEMSELVES)}</h2>"
        yield "<table><tr>" + "".join(f"<th>{self.word(*head)}</th>" for head in MOVE_HEADS) + "</tr>"
        for one in summary.moves:
            cells = "".join(f'<td class="n">{escape(cell)}</td>' for cell in move_cells(one))
            yield f"<tr><td>{escape(edit_title(one.edit, self.language))}</td>{cells}</tr>"
        yield "</table>"

    def units(self, impact: Impact) -> Iterator[str]:
        yield f"<h2>{self.word('各单位', 'Units')}</h2>"
        if len(impact.units) > MAX_UNITS:
            told = (f"只列前 {MAX_UNITS} 个,其余见 JSON 或 xlsx", f"the first {MAX_UNITS}; JSON and xlsx have them all")
            yield f"<p>{self.word(*told)}</p>"
        heads = (
            ("编号", "id"),
            ("单位", "unit"),
            ("改前", "before"),
            ("改后", "after"),
            ("变动", "change"),
            ("来自", "from"),
            ("被改指标自身", "edited indicators alone"),
        )
        yield "<table><tr>" + "".join(f"<th>{self.word(*head)}</th>" for head in heads) + "</tr>"
        names = {lever.name: lever_title(lever, self.language) for lever in impact.levers}
        titles = [indicator_title(one.edit, self.language) for one in impact.edited]
        for unit in islice(impact.units, MAX_UNITS):
            shares = "<br>".join(
                escape(f"{names[name]} {signed_span(share.lower, share.upper)}")
                for name, share in unit.effect.shares.items()
            )
            who = (unit.subject.id, unit.subject.name)
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in (*who, *effect_cells(unit.effect)))
            alone = "<br>".join(
                escape(f"{title} {move_text(move, self.language)}")
                for title, move in zip(titles, unit.effect.moves, strict=True)
            )
            yield f"<tr>{cells}<td>{shares}</td><td>{alone}</td></tr>"
        yield "</table>"


def _pixels(one: LeverSummary, summary: Summary) -> int:
    """A length for a bar: thousandths of the longest, by the middle of the two bounds."""
    most = max((abs(lever.lower + lever.upper) for lever in summary.levers), default=Fraction(0))
    return int((one.lower + one.upper) * 1000 / most) if most else 0
