"""Score tables of many layouts in every format: read claim by claim, sound ones accused of nothing, each fault found."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from facts.documents.reading import read_document
from hegui.audit.model import Audit
from hegui.audit.run import audit_document
from tests.audit.forms import LAYOUTS, WITH_SECTIONS, WITH_TARGETS, Form, Row, forms, plain
from tests.audit.grids import SAVERS, Grid

QUICK = settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None)


def audited(grid: Grid, form: str, folder: Path) -> Audit:
    ending, save = SAVERS[form]
    document, problems = read_document(save(grid, folder / f"form.{ending}"))
    assert document is not None, problems
    return audit_document(document)


def found(result: Audit) -> list[str]:
    return sorted(finding.check for finding in result.findings)


@pytest.mark.parametrize("ending", SAVERS)
@pytest.mark.parametrize("layout", LAYOUTS)
@given(form=forms())
@QUICK
def test_a_sound_form_is_read_claim_by_claim_and_accused_of_nothing(
    layout: str, ending: str, form: Form, tmp_path_factory: pytest.TempPathFactory
) -> None:
    result = audited(LAYOUTS[layout](form), ending, tmp_path_factory.mktemp("form"))
    assert [(f.check, f.message.zh) for f in result.findings] == []
    claims = [one.claim for one in result.claims if one.claim.kind == "indicator"]
    read = [(c.section, c.group, c.name, c.points, c.score, c.reason) for c in claims if c.name != "年度资金总额"]
    assert read == [(r.section, r.group, r.name, r.points, r.score, r.reason) for r in form.rows]
    if layout in WITH_TARGETS:
        aims = [(c.target, c.actual) for c in claims if c.name != "年度资金总额"]
        assert aims == [(row.target, row.actual) for row in form.rows]
    assert result.points.claimed == form.score + (form.execution if layout == "ministry" else 0)


# --- one fault at a time ---

# What is written wrong, the check that must find it, what may rightly follow.
Planted = tuple[Form, str, set[str]]


def _plant(kind: str, form: Form, data: st.DataObject) -> Planted:
    row = data.draw(st.sampled_from(form.rows))
    full = [one for one in form.rows if not one.reason]
    lost = [one for one in form.rows if one.reason]
    match kind:
        case "score-above-points":
            return _say(form, f"score:{row.name}", plain(row.points + 1)), kind, {"listed-scores"}
        case "score":
            assume(lost)
            return _say(form, f"score:{lost[0].name}", plain(lost[0].score - Fraction(1, 2))), "listed-scores", set()
        case "points":
            return _say(form, f"points:{row.name}", plain(row.points + 2)), "listed-points", {"deduction-reason"}
        case "section":
            points = plain(sum((one.points for one in form.rows if one.section == row.section), Fraction(5)))
            return _say(form, f"section:{row.section}", points), "listed-points", set()
        case "total":
            return _say(form, "total", "7.77"), "listed-scores", set()
        case "full":
            return _say(form, "full", "999"), "listed-points", set()
        case "no-reason":
            assume(lost)
            return _say(form, f"reason:{lost[0].name}", ""), "deduction-reason", set()
        case "same-reason":
            assume(len(lost) >= 2)
            return _say(form, f"reason:{lost[1].name}", lost[0].reason), "same-reason", set()
        case _:
            assume(full)
            return _aimed(kind, form, full[0])


def _aimed(kind: str, form: Form, row: Row) -> Planted:
    """Faults in the target or the result of an indicator with full marks."""
    match kind:
        case "missed":
            miss = row.mark - 3 if row.sign == "≥" else row.mark + 3
            check = "full-marks-below-target" if row.sign == "≥" else "full-marks-above-limit"
            return _say(form, f"actual:{row.name}", f"{miss}{row.unit}"), check, set()
        case "copied":
            return _say(form, f"actual:{row.name}", row.target), "copied-target", set()
        case "no-figure":
            return _say(form, f"actual:{row.name}", "已完成"), "unproven-target", set()
        case "no-target":
            bare = {f"{key}:{row.name}": "" for key in ("target", "sign", "mark", "unit")}
            return replace(form, wrong=bare), "missing-target", set()
        case "no-indicator":
            return _say(form, f"name:{row.name}", ""), "missing-indicator", set()
        case _:
            assume(form.rate < 1)
            return _say(form, "rate", "100.00%"), "percentage", set()


def _say(form: Form, key: str, text: str) -> Form:
    return replace(form, wrong={key: text})


EVERYWHERE = ("score-above-points", "score", "points", "total", "full", "no-reason", "same-reason")
TARGETS = ("missed", "copied", "no-figure", "no-target", "no-indicator")
FAULTS = [
    *((layout, kind) for layout in LAYOUTS for kind in EVERYWHERE),
    *((layout, "section") for layout in WITH_SECTIONS),
    *((layout, kind) for layout in WITH_TARGETS for kind in TARGETS),
    ("ministry", "rate"),
]


@pytest.mark.parametrize(("layout", "kind"), FAULTS)
@given(form=forms(), data=st.data())
@QUICK
def test_a_fault_in_a_form_is_found_and_nothing_else(
    layout: str, kind: str, form: Form, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assume(kind not in TARGETS or len(form.rows) >= 6)
    spoiled, check, may_follow = _plant(kind, form, data)
    ending = data.draw(st.sampled_from(["xlsx", "docx", "html", "bars"]))
    checks = found(audited(LAYOUTS[layout](spoiled), ending, tmp_path_factory.mktemp("form")))
    # A whole with less than its score is also a score above its points.
    assert check in checks and set(checks) <= {check, "score-above-points", *may_follow}
