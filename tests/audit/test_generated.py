"""Sound reports give no finding; one thing made wrong is found, and nothing that does not follow from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from facts.documents.model import Document, Table
from facts.documents.reading import read_document
from hegui.audit.model import Audit
from hegui.audit.run import audit_document
from tests.audit.reports import audit, document, found
from tests.audit.worlds import World, money, percent, plain, prose, table, worlds

WRITERS = (prose, table)


@pytest.mark.parametrize("write", WRITERS)
@given(world=worlds())
def test_a_sound_report_gives_no_finding(write: Callable[[World], str], world: World) -> None:
    text = write(world)
    result = audit(text)
    assert [(f.check, f.message.zh) for f in result.findings] == [], text
    assert result.points.claimed == world.total
    assert _adds_up(result)


def _adds_up(result: Audit) -> bool:
    points = result.points
    assert points.claimed is not None and points.proven is not None
    assert points.unproven is not None and points.contradicted is not None
    return points.proven + points.unproven + points.contradicted == points.claimed


# What is made wrong, the check that must find it, and those that rightly follow from it.
Fault = tuple[str, str, set[str]]
_SUMS = {"listed-points", "listed-scores", "percentage", "score-above-points", "two-values", "grade"}


def spoil(world: World, data: st.DataObject, kind: str) -> tuple[World, str, set[str]]:
    """The world with one wrong statement; the check that must fail; the checks that may fail with it."""
    n = data.draw(st.integers(0, len(world.sections) - 1))
    section = world.sections[n]
    more = data.draw(st.integers(1, 5))
    match kind:
        case "count":
            return wrong(world, "count", str(len(world.items) + more)), "declared-count", set()
        case "office-count":
            return wrong(world, "office-count", "2"), "declared-count", set()
        case "section-points":
            return wrong(world, f"points:{n}", plain(section.points + more)), "listed-points", _SUMS
        case "section-score":
            assume(section.score > more)
            return wrong(world, f"score:{n}", plain(section.score - more)), "listed-scores", _SUMS
        case "section-rate":
            rate = percent(section.score, section.points + more)
            return wrong(world, f"rate:{n}", rate), "percentage", set()
        case "total":
            return wrong(world, "total", plain(world.total - more)), "listed-scores", {"grade"}
        case "weight":
            return wrong(world, "weight", plain(world.sections[-1].points + more)), "weights", set()
        case "grade":
            other = data.draw(st.sampled_from([g for g in ("优", "良", "中", "差") if g != world.grade]))
            return wrong(world, "grade", other), "grade", set()
        case "execution":
            final = Fraction(world.basic + world.project)
            return (
                wrong(world, "execution", percent(final * (100 - more), Fraction(world.budget) * 100)),
                "percentage",
                set(),
            )
        case "basic":
            return wrong(world, "basic", money(world.basic + 100 * more)), "parts", set()
        case _:
            return spoil_words(world, data, kind, n)


def spoil_words(world: World, data: st.DataObject, kind: str, n: int) -> tuple[World, str, set[str]]:
    """The same for names, numbers of items, brackets, reasons and single scores."""
    lost = [item for item in world.items if item.reason]
    match kind:
        case "section-name":
            assume(n > 0)
            return wrong(world, f"name:{n}", world.sections[n - 1].name), "section-name", set()
        case "numbering":
            spoiled = wrong(wrong(world, "number:2", "4"), "number:3", "5")
            return spoiled, "numbering", set()
        case "bracket":
            return wrong(world, "bracket", ""), "brackets", set()
        case "no-reason":
            assume(len(lost) >= 2)
            return wrong(world, f"reason:{lost[0].name}", ""), "deduction-reason", set()
        case "same-reason":
            assume(len(lost) >= 2 and lost[0].points - lost[0].score == lost[1].points - lost[1].score)
            first = f",因{lost[0].reason},故扣{plain(lost[0].points - lost[0].score)}分"
            return wrong(world, f"reason:{lost[1].name}", first), "same-reason", set()
        case _:
            item = data.draw(st.sampled_from(world.items))
            return wrong(world, f"item-score:{item.name}", plain(item.points + 2)), "score-above-points", _SUMS


def wrong(world: World, key: str, text: str) -> World:
    return replace(world, wrong={**world.wrong, key: text})


KINDS = (
    "count", "office-count", "section-points", "section-score", "section-rate", "total", "weight", "grade", "execution",
    "basic", "section-name", "numbering", "bracket", "no-reason", "same-reason", "score-above-points",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@given(world=worlds(), data=st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_a_planted_fault_is_found_and_nothing_else(kind: str, world: World, data: st.DataObject) -> None:
    spoiled, check, may_follow = spoil(world, data, kind)
    text = prose(spoiled)
    checks = found(text)
    assert check in checks, text
    assert set(checks) <= {check} | may_follow, text


@pytest.mark.parametrize("kind", ["section-points", "score-above-points", "no-reason"])
@given(world=worlds(), data=st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_a_fault_in_a_table_is_found_and_nothing_else(kind: str, world: World, data: st.DataObject) -> None:
    spoiled, check, may_follow = spoil(world, data, kind)
    checks = found(table(spoiled))
    assert check in checks, table(spoiled)
    assert set(checks) <= {check} | may_follow, table(spoiled)


# --- the same report in other formats ---


def as_word(text: str, path: Path) -> Path:
    file = docx.Document()
    for block in document(text).blocks:
        if isinstance(block, Table):
            grid = file.add_table(rows=len(block.rows), cols=len(block.rows[0]))
            for r, row in enumerate(block.rows):
                for c, cell in enumerate(row):
                    grid.cell(r, c).text = cell.text
        else:
            file.add_paragraph(block.text)
    file.save(str(path))
    return path


def as_page(text: str, path: Path) -> Path:
    parts = []
    for block in document(text).blocks:
        if isinstance(block, Table):
            rows = ("<tr>" + "".join(f"<td>{cell.text}</td>" for cell in row) + "</tr>" for row in block.rows)
            parts.append(f"<table>{''.join(rows)}</table>")
        else:
            parts.append(f"<p>{block.text}</p>")
    path.write_text(f"<html><head><meta charset=utf-8></head><body>{''.join(parts)}</body></html>", encoding="utf-8")
    return path


def as_workbook(text: str, path: Path) -> Path:
    book = openpyxl.Workbook()
    for block in document(text).blocks:
        if isinstance(block, Table):
            for row in block.rows:
                book.active.append([cell.text for cell in row])
    book.save(path)
    return path


@pytest.mark.parametrize(("save", "ending"), [(as_word, "docx"), (as_page, "html"), (as_workbook, "xlsx")])
@given(world=worlds(), data=st.data())
@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
def test_a_report_says_the_same_in_every_format(
    tmp_path: Path, save: Callable[[str, Path], Path], ending: str, world: World, data: st.DataObject
) -> None:
    write = table if ending == "xlsx" else data.draw(st.sampled_from(WRITERS))
    assert _checks(save(write(world), tmp_path / f"sound.{ending}")) == []
    item = world.items[0]
    spoiled = wrong(world, f"item-score:{item.name}", plain(item.points + 3))
    assert "score-above-points" in _checks(save(write(spoiled), tmp_path / f"spoiled.{ending}"))


def _checks(path: Path) -> list[str]:
    read, problems = read_document(path)
    assert isinstance(read, Document), problems
    return [finding.check for finding in audit_document(read).findings]
