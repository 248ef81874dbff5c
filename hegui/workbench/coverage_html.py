"""Coverage as one page to read and to print: the rule files with marks, and under each line what no case exercises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from engine.trials.covering import Coverage, Covered
from facts.problem import Language, Text
from hegui.wording import title_in
from hegui.workbench.coverage_text import by_file, lines_of, summary, told

_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
table.sum { border-collapse: collapse; } .sum td, .sum th { padding: .15em .9em; border-bottom: 1px solid #ccc; text-align: right; }
.sum td:first-child, .sum th:first-child { text-align: left; }
.rules { font: 13px/1.5 "Noto Sans Mono CJK SC", "Sarasa Mono SC", Consolas, monospace; border: 1px solid #ccc; }
.line { display: flex; } .n { width: 4em; flex: none; text-align: right; color: #767676; padding-right: .6em; user-select: none; }
.m { width: 1.6em; flex: none; text-align: center; } .t { white-space: pre-wrap; overflow-wrap: anywhere; flex: auto; }
.yes { background: #eef7ee; } .part { background: #fdf5dc; } .no { background: #fbe6e4; }
.yes .m { color: #1b6e1b; } .part .m { color: #7a5900; } .no .m { color: #a3130b; font-weight: bold; }
.gap { margin: 0; padding: 0 0 .2em 6.4em; color: #8c1009; } .gap span { border-left: 3px solid #a3130b; padding-left: .5em; }
mark { background: none; color: inherit; text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 3px; }
.no mark, .part mark { text-decoration-color: #a3130b; } .yes mark { text-decoration-color: #1b6e1b; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } .line, .gap { break-inside: avoid; } h2 { break-after: avoid; } * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""


def coverage_html(coverage: Coverage, folder: Path, language: Language) -> str:
    """The page, complete in itself."""
    return "\n".join(_page(coverage, language)) + "\n"


def _page(coverage: Coverage, language: Language) -> Iterator[str]:
    title = Text("个案覆盖", "Coverage by cases").in_(language)
    book = coverage.book
    yield f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)} · {escape(title_in(book.title, language))}</title>"
    yield f"<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>{escape(title)} · {escape(title_in(book.title, language))}</h1>"
    yield f"<p>{escape(book.id)} {escape(book.version)} · SHA-256 {escape(book.digest[:16])}</p>"
    head, *rows = summary(coverage, language)
    yield '<table class="sum"><tr>' + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"
    yield from ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    yield "</table>"
    legend = Text(
        "✓ 有个案用到;◐ 只用到一部分;✗ 没有个案用到。没有标记的行没有可以用到的内容。",
        "✓ exercised; ◐ in part; ✗ by no case. Lines without a mark have nothing to exercise.",
    )
    yield f"<p>{escape(legend.in_(language))}</p>"
    for file, each in by_file(coverage):
        yield f'<h2>{escape(Path(file).name)}</h2>\n<div class="rules">'
        yield from _lines(lines_of(file), each, language)
        yield "</div>"
    yield "</body>\n</html>"


def _lines(text: Sequence[str], each: Sequence[Covered], language: Language) -> Iterator[str]:
    by_line: dict[int, list[Covered]] = {}
    for one in each:
        by_line.setdefault(one.element.at.line, []).append(one)
    for number, line in enumerate(text, 1):
        here = by_line.get(number, [])
        missing = [one for one in here if not one.cases]
        state = "" if not here else "yes" if not missing else "no" if len(missing) == len(here) else "part"
        mark = {"": "", "yes": "✓", "part": "◐", "no": "✗"}[state]
        names = sorted({name for one in here for name in one.cases})
        hint = f' title="{escape("、".join(names[:12]) + ("…" if len(names) > 12 else ""))}"' if names else ""
        yield (
            f'<div class="line {state}"{hint}><span class="n">{number}</span><span class="m">{mark}</span>'
            f'<span class="t">{_marked(line, here)}</span></div>'
        )
        yield from (f'<p class="gap"><span>{escape(told(one, language))}</span></p>' for one in missing)


def _marked(line: str, here: Sequence[Covered]) -> str:
    """The line with what is exercised, or is not, underlined."""
    columns = [one.element.at.column for one in here if one.element.at.column]
    if not columns:
        return escape(line)
    start = min(columns) - 1
    return f"{escape(line[:start])}<mark>{escape(line[start:])}</mark>"
