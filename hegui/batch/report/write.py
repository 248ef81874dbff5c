"""`write_report`: the tables of a finished run -> OUT/report.html and OUT/report.xlsx."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.plan import Plan
from facts.columns.store import Store, database_error, disk_or_memory
from facts.problem import Language, Problem, Text
from facts.provenance import Position
from hegui.batch.output import CLAIMS, alone
from hegui.batch.report.bunching import bunching
from hegui.batch.report.claims import claims
from hegui.batch.report.deductions import deductions, gather_codes
from hegui.batch.report.html import report_html
from hegui.batch.report.missing import missing
from hegui.batch.report.model import Basis, Chapter
from hegui.batch.report.quality import quality
from hegui.batch.report.reading import Reading
from hegui.batch.report.sections import sections
from hegui.batch.report.sheets import report_sheets
from hegui.batch.report.spread import graded, outliers, spread
from hegui.binary import write_bytes
from hegui.writing import write_result

HTML, XLSX = "report.html", "report.xlsx"
_PART = "part-00000.parquet"


def write_report(out: Path, plan: Plan, manifest: Mapping[str, Any], language: Language = "zh") -> tuple[Problem, ...]:
    """Write both files; the same run gives the same bytes. `plan` is the Plan of the rulebook that scored."""
    basis = Basis(plan, manifest)
    try:
        with alone(out, ".report.*.tmp"):
            return _written(out, basis, language)
    except (OSError, database_error()) as error:
        if not disk_or_memory(error):
            raise
        message = Text(f"总体报告没有写成:{_line(error)}", f"the population report was not written: {_line(error)}")
        return (Problem("no-report", Position(str(out / HTML)), message),)


def _written(out: Path, basis: Basis, language: Language) -> tuple[Problem, ...]:
    chapters = gathered(out, basis)
    data, problem = report_sheets(basis, chapters, language)
    found = [problem, write_result(report_html(basis, chapters, language), out / HTML)]
    if data is not None:
        found.append(write_bytes(data, out / XLSX))
    return tuple(one for one in found if one is not None)


def _line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]


def gathered(out: Path, basis: Basis, only: str = "") -> tuple[Chapter, ...]:
    """Every chapter of the report, in order; `only`: a condition on the units that are looked at."""
    with opened(out, basis.manifest, only) as reading:
        gather_codes(reading, basis)
        writers = (spread, graded, deductions, sections, outliers, bunching, claims, missing, quality)
        found = [writer(reading, basis) for writer in writers]
    return tuple(chapter for chapter in found if chapter is not None)


@contextmanager
def opened(out: Path, manifest: Mapping[str, Any], only: str = "") -> Iterator[Reading]:
    """The tables of a finished run. Raises OSError where a file is missing."""
    with reading_of(files_of(out, manifest), only) as reading:
        yield reading


@contextmanager
def reading_of(files: Mapping[str, Sequence[Path]], only: str = "") -> Iterator[Reading]:
    """Views on files by the names of tables, in a database that lives as long as the block. Raises OSError."""
    inputs = [path for paths in files.values() for path in paths]
    for path in inputs:
        path.stat()  # a database says of a missing file that it may not be read
    with tempfile.TemporaryDirectory(prefix="hegui-") as work, Store(Path(work), inputs) as store:
        yield Reading(store, files, only)


def files_of(out: Path, manifest: Mapping[str, Any]) -> dict[str, list[Path]]:
    """The files of a run by the names of its tables."""
    names = [part["name"] for part in manifest["parts"]]
    files = {table: [out / table / name for name in names] for table in ("scores", "reasons")}
    files["rejects"] = [out / "rejects" / _PART]
    if (out / CLAIMS / _PART).exists():
        files[CLAIMS] = [out / CLAIMS / _PART]
    return files
