"""Numbers the engine decided, on their way into a table: exact, and told where no column can hold them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engine.testing.randombooks import one_indicator_files
from facts.documents.model import no_progress
from hegui.batch.compiling import compile_by_engine, compile_columns
from hegui.batch.model import BackendError, Job
from hegui.batch.rows import written
from hegui.batch.run import run_batch

WIDEST = 10**38


def test_a_fraction_is_its_numerator_and_denominator_as_long_as_both_have_38_digits() -> None:
    record = {"unit": "U1", "indicator": "i11", "score": Fraction(WIDEST - 1, 7), "points": None}
    assert written(record, "score_num") == str(WIDEST - 1) and written(record, "score_den") == "7"
    assert written(record, "points_num") is None and written({"score": Fraction(1, 8)}, "score") == "0.125"


@pytest.mark.parametrize("value", [Fraction(WIDEST, 7), Fraction(-WIDEST, 7), Fraction(1, WIDEST + 1)])
def test_a_longer_fraction_is_told_with_its_unit_its_indicator_and_the_way_out(value: Fraction) -> None:
    names = [f"score_{half}" for half in ("num", "den")]
    with pytest.raises(BackendError) as raised:
        [written({"unit": "U1", "indicator": "i11", "score": value}, name) for name in names]
    problem = raised.value.problem
    assert problem.code == "too-many-digits" and "U1" in problem.message.en and "i11" in problem.message.zh
    assert "round_score" in problem.hint.zh and "round_measure" in problem.hint.en


@pytest.mark.parametrize("by_engine", [True, False])
def test_a_run_with_such_a_unit_says_so_and_goes_on_once_the_rules_round(tmp_path: Path, by_engine: bool) -> None:
    """Three unrounded shares of numbers of seventeen digits each: their denominators multiply when they are added."""
    shares = ("1 元 / 乙金额", "1 件 / 甲件数", "1 天 / 用时")
    parts = [{"measure": one, "score": {"proportional": {"direction": "at_least", "to": "100%"}}} for one in shares]
    table = tmp_path / "单位.csv"
    table.write_text(
        "单位编号,乙金额(元),甲件数,用时(天)\nU1,3,7,9\nU2,99999999999999973,99999999999999971,99999999999999961\n",
        encoding="utf-8",
    )
    compile_ = compile_by_engine if by_engine else compile_columns
    job = Job(table, tmp_path / "rules", tmp_path / "out", sample=2, by_engine=by_engine)
    for name, more in (("rules", {}), ("rounded", {"round_score": {"places": 2, "mode": "half_up"}})):
        files = one_indicator_files(Fraction(3), {"score": {"average": [{**part, **more} for part in parts]}})
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text, encoding="utf-8")
    ran, problems = run_batch(job, compile_, no_progress)
    assert ran is None and problems[-1].code == "too-many-digits", problems
    assert "U2" in problems[-1].message.en and "round_score" in problems[-1].hint.en
    rounded = replace(job, rules=tmp_path / "rounded", output=tmp_path / "again")
    ran, problems = run_batch(rounded, compile_, no_progress)
    assert ran is not None and ran.manifest["units"] == 2, problems
