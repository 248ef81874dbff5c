"""A small population with everything odd in it, scored on any backend, for tests that compare what they leave."""

from __future__ import annotations

from pathlib import Path

from facts.documents.model import Progress, no_progress
from facts.problem import Problem
from hegui.batch.engines import compile_for
from hegui.batch.model import Job
from hegui.batch.run import Ran, run_batch

RULES = Path(__file__).parents[3] / "rules" / "kunming-2017"
UNITS = 60


def population(folder: Path) -> tuple[Path, dict[str, Path]]:
    """Units with missing cells, ranges, cells that do not apply, names no table likes; and the targets of some."""
    units, targets = folder / "单位.csv", folder / "目标.csv"
    lines = ["单位编号,单位名称,三公经费控制率,预算完成率(%),资产管理完整性得分"]
    for n in range(UNITS):
        rate = ("不适用", "不超过50%", "", f"{n}.5%", "100.0000001%")[n % 5]
        name = f'"单位,{n}""甲"" \\N"' if n % 7 == 0 else f"单位{n}"
        lines.append(f"U{n},{name},{rate},{90 + n % 15}.{n},{n % 3 or ''}")
    units.write_text("\n".join([*lines, "U3,又一次,1%,1,1"]) + "\n", encoding="utf-8")
    rows = [f"U{n},目标{n}-{k},{'是' if (n + k) % 3 else '否'}" for n in range(0, UNITS, 2) for k in range(n % 4)]
    targets.write_text("\n".join(["单位编号,名称,是否量化", *rows]) + "\n", encoding="utf-8")
    return units, {"绩效目标": targets}


def job_on(folder: Path, output: str, backend: str = "local", **more: str) -> Job:
    """A job over the population in a folder."""
    units, items = population(folder)
    return Job(units, RULES, folder / output, items, partition=25, sample=5, backend=backend, **more)  # type: ignore[arg-type]


def run(job: Job, progress: Progress = no_progress) -> tuple[Ran | None, tuple[Problem, ...]]:
    """Run it with the rulebook in columns."""
    return run_batch(job, compile_for(job), progress)


def tables(folder: Path) -> dict[str, bytes]:
    """Every file of the three tables."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}
    assert any(name.startswith("reasons") for name in found)
    return found
