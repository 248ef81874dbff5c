"""One department, 71 indicators: what a full evaluation costs beside its bound, in one run on one machine.

Prints ratios: evaluation with full trail to bare durable_rules firing of the same facts through the same rules; memory over
10,000 evaluations; start-up of the command to a bare interpreter that imports yaml and jsonschema.
"""

from __future__ import annotations

import argparse
import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import durable_rules_engine

from engine.evaluate import Evaluator
from engine.load import load_rulebook
from engine.session import Session
from facts.casefile import read_case
from facts.model import Case

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "rules" / "kunming-2017"
CASE = RULES / "cases" / "kunming-2017.yaml"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--evaluations", type=int, default=10_000, help="for the memory figure")
    count = arguments.parse_args().evaluations
    rulebook, problems = load_rulebook(RULES)
    assert rulebook is not None, problems
    case, problems = read_case([CASE], rulebook.vocabulary)
    assert case is not None, problems
    with Evaluator(rulebook) as evaluator:
        compare_evaluation(evaluator, case)
        watch_memory(evaluator, case, count)
    compare_start_up()


# --- evaluation ---


def compare_evaluation(evaluator: Evaluator, case: Case) -> None:
    """Both in turn, so that a change of the machine's speed touches both; medians of processor time."""
    facts = recorded_facts(evaluator, case)
    bare = bare_firing(evaluator, facts)
    fired: list[float] = []
    decided: list[float] = []
    whole: list[float] = []
    for _ in range(60):
        fired.append(seconds(bare))
        decided.append(seconds(lambda: evaluator.decide(case)))
        whole.append(seconds(lambda: evaluator.assess(case)))
    rules = sum(len(decision.cases) for decision in evaluator.plan.decisions)
    print(f"rules {rules}, facts {len(facts)}, indicators {len(evaluator.rulebook.indicators)}")
    print(f"bare firing of the rules                       {median(fired) * 1000:7.2f} ms")
    for name, times in (
        ("decided, cross-checked, every firing logged", decided),
        ("the same, in records and sentences zh and en", whole),
    ):
        ratio = median([one / base for one, base in zip(times, fired, strict=True)])
        print(f"{name:<46} {median(times) * 1000:7.2f} ms   ratio {ratio:5.2f}    (aim: 2.5)")


def recorded_facts(evaluator: Evaluator, case: Case) -> list[str]:
    """The facts of one evaluation, as they are asserted."""
    found: list[str] = []
    fire = Session.fire

    def recording(self: Session, kind: str, properties: str, expected: int) -> int:
        found.append(f'{{"kind":"{kind}",{properties}"id":"f{len(found) + 1:06d}","sid":"e"}}')
        return fire(self, kind, properties, expected)

    Session.fire = recording  # type: ignore[method-assign]  # for this one evaluation
    try:
        evaluator.assess(case)
    finally:
        Session.fire = fire  # type: ignore[method-assign]
    return found


def bare_firing(evaluator: Evaluator, facts: list[str]) -> Callable[[], None]:
    """The same facts through the same rules with nothing around the C calls."""
    engine: Any = durable_rules_engine
    handle = evaluator.rulesets.handle(0)

    def run() -> None:
        _, offset = engine.assert_fact(handle, '{"kind":"__open__","id":"open","sid":"e"}')
        engine.start_action_for_state(handle, offset)
        engine.complete_and_start_action(handle, offset)
        for fact in facts:
            engine.assert_fact(handle, fact)
            started = engine.start_action_for_state(handle, offset)
            message = started and started[1]
            while message:
                message = engine.complete_and_start_action(handle, offset)
        engine.delete_state(handle, "e")

    return run


def seconds(run: Callable[[], object]) -> float:
    """Processor time of one run."""
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


# --- memory ---


def watch_memory(evaluator: Evaluator, case: Case, count: int) -> None:
    """Peak resident memory after a tenth of the evaluations and after all of them."""
    for _ in range(count // 10):
        evaluator.assess(case)
    early = peak_mebibytes()
    for _ in range(count - count // 10):
        evaluator.assess(case)
    late = peak_mebibytes()
    print(f"peak memory after {count // 10:,} evaluations {early:.1f} MiB, after {count:,} {late:.1f} MiB")
    print(f"ratio                 {late / early:8.3f}    (flat: 1)")


def peak_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- start-up ---


def compare_start_up() -> None:
    """Whole processes, in turn."""
    bare = [sys.executable, "-c", "import yaml, jsonschema"]
    help_ = [sys.executable, "-m", "hegui", "--help"]
    check = [sys.executable, "-m", "hegui", "check", str(CASE), "--rules", str(RULES), "--format", "json"]
    times: dict[str, list[float]] = {"bare": [], "help": [], "check": []}
    for _ in range(9):
        for name, command in (("bare", bare), ("help", help_), ("check", check)):
            times[name].append(process_seconds(command))
    base = median(times["bare"])
    print(f"interpreter with yaml and jsonschema {base * 1000:6.0f} ms")
    for name, aim in (("help", "1.5"), ("check", "3")):
        print(
            f"hegui {name:<6} {median(times[name]) * 1000:6.0f} ms   ratio {median(times[name]) / base:5.2f}    (aim: {aim})"
        )


def process_seconds(command: list[str]) -> float:
    """Processor time of a child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
