"""`hegui batch TABLE --rules DIR -o OUT`: what the command line asks for as a Job, and what came of it in a few lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from engine.load import load_rulebook
from engine.lower import lower
from facts.columns.opening import unspeakable
from facts.documents.reading import refused as refused_file
from facts.problem import Language, Problem, Text, has_errors, in_order
from facts.provenance import Position
from hegui.batch.asked import database_of, items_of, missing_duckdb, period_of
from hegui.batch.engines import compile_for
from hegui.batch.fetching import fetched
from hegui.batch.model import Job
from hegui.batch.output import json_text
from hegui.batch.report.write import HTML, XLSX, write_report
from hegui.batch.run import Ran, run_batch
from hegui.command import CLEAN, FAULT, INTERRUPTED, Arguments, tell
from hegui.delivery import language_of, refused, warn
from hegui.interruption import told_apart
from hegui.progress import progress_of
from hegui.writing import write_result


def batch(arguments: Arguments) -> int:
    """Score a population; 3 where the engine, asked again for a sample, says otherwise than the columns."""
    job, problems = job_of(arguments)
    if job is None:
        return refused(problems, arguments)
    try:
        with told_apart(), fetched(job) as (there, problems):
            return refused(problems, arguments) if there is None else _batch(there, arguments)
    except KeyboardInterrupt:
        tell(_INTERRUPTED.in_(language_of(arguments)))
        return INTERRUPTED


_INTERRUPTED = Text("已中断;再次运行同一命令会接着做", "interrupted; the same command goes on where this one ended")


def _batch(job: Job, arguments: Arguments) -> int:
    ran, problems = run_batch(job, compile_for(job), progress_of(arguments), partial(warn, arguments=arguments))
    if ran is None:
        return refused(problems, arguments)
    language = language_of(arguments)
    problems = (*problems, *report_of(job, ran.manifest, language))
    if problems:
        warn(in_order(problems), arguments)
    text = json_text(ran.manifest) if arguments.format == "json" else told(ran, job, language)
    problem = write_result(text, None)
    if problem is not None:
        return refused((problem,), arguments)
    if ran.differences:
        sys.stderr.write(differences_text(ran, language))
        return FAULT
    return CLEAN


def report_of(job: Job, manifest: Mapping[str, Any], language: Language) -> tuple[Problem, ...]:
    """Write OUT/report.html and OUT/report.xlsx; a report that cannot be written is told, the results stand without it."""
    rulebook, problems = load_rulebook(job.rules)
    if rulebook is None:
        return problems
    plan, problems = lower(rulebook)
    return (*problems, *write_report(job.output, plan, manifest, language))


def job_of(arguments: Arguments) -> tuple[Job | None, tuple[Problem, ...]]:
    """What is asked for; Problems where it contradicts itself."""
    assert arguments.output is not None and arguments.table is not None
    items, twice = items_of(arguments)
    problems = (*missing_duckdb(), *twice)
    inputs = (arguments.table, *items.values())
    # A device or a pipe would be read without an end.
    odd = [unspeakable(path) or refused_file(path, Position(str(path)), limited=False) for path in inputs]
    problems = (*problems, *(one for one in (*odd, unspeakable(arguments.output)) if one is not None))
    inside = [path for path in inputs if _inside(path, arguments.output)]
    if inside:
        message = Text("输入文件在结果文件夹里", "an input lies in the folder of the results")
        hint = Text("请用 -o 指定另一个文件夹", "Name another folder after -o")
        problems = (*problems, Problem("output-is-input", Position(str(inside[0])), message, hint))
    if arguments.by_engine and arguments.backend != "local":
        message = Text(
            "--by-engine 不按列计算,用不上别的计算后端",
            "--by-engine computes nothing in columns and has no use for another backend",
        )
        problems = (*problems, Problem("bad-options", Position("--backend"), message))
    if has_errors(problems):
        return None, problems
    job = Job(
        arguments.table,
        arguments.rules,
        arguments.output,
        items,
        period_of(arguments),
        arguments.partition,
        arguments.sample,
        arguments.backend,
        arguments.by_engine,
        master=arguments.master,
        database=database_of(arguments),
        claims=arguments.claims,
    )
    return job, ()


def _inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


# --- words ------------------------------------------------------------------------------------------------------------


def told(ran: Ran, job: Job, language: Language) -> str:
    """What a run came to."""
    manifest = ran.manifest
    rows, units, by_engine = manifest["rows"], manifest["units"], manifest["by_engine"]
    sample: Mapping[str, Any] = manifest["sample"]
    parts: Sequence[Any] = manifest["parts"]
    out = job.output
    lines = [
        Text(
            f"{rows} 行,评了 {units} 个单位,{rows - units} 行未采用",
            f"{_counted(rows, 'row')}: {_counted(units, 'unit')} scored, {_counted(rows - units, 'row')} rejected",
        ),
        _parts(len(parts), ran.resumed),
        Text(f"由引擎逐个评的单位:{by_engine}", f"units the engine scored one by one: {by_engine}"),
        Text(
            f"抽样复核 {sample['size']} 个单位(种子 {sample['seed']}):{_outcome(sample).zh}",
            f"sample of {_counted(sample['size'], 'unit')} re-checked by the engine (seed {sample['seed']}): {_outcome(sample).en}",
        ),
        Text(
            f"结果在 {out}/scores、{out}/reasons、{out}/rejects",
            f"results in {out}/scores, {out}/reasons, {out}/rejects",
        ),
        Text(f"总体报告:{out}/{HTML}、{out}/{XLSX}", f"report of the population: {out}/{HTML}, {out}/{XLSX}"),
    ]
    return "".join(f"{line.in_(language)}\n" for line in lines)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _parts(count: int, resumed: int) -> Text:
    en = _counted(count, "partition")
    before = "finished before" if count == 1 == resumed else f"{resumed} of them finished before"
    return Text(
        f"{count} 个分区" + (f",其中 {resumed} 个此前已完成" if resumed else ""),
        en + (f", {before}" if resumed else ""),
    )


def _outcome(sample: Mapping[str, Any]) -> Text:
    count = len(sample["differences"]) + sample["more"]
    if not count:
        return Text("逐项一致", "every field agrees")
    return Text(f"{count} 处不一致", "1 field differs" if count == 1 else f"{count} fields differ")


def differences_text(ran: Ran, language: Language) -> str:
    """Where the columns and the engine do not agree, and what that means."""
    head = Text(
        "抽样复核未通过:列式计算与引擎不一致,结果不可采用(manifest 中 state 为 failed);请连同输入报告此问题",
        "the sample check failed: columns and engine disagree; do not use the results (the manifest says failed) and report it with the input",
    )
    lines = [head.in_(language)]
    for one in ran.differences:
        where = " ".join(filter(None, (one["unit"], one["indicator"], one["field"])))
        lines.append(
            f"  {where}: {json.dumps(one['columns'], ensure_ascii=False)} / {json.dumps(one['engine'], ensure_ascii=False)}"
        )
    return "".join(f"hegui: {line}\n" for line in lines)
