"""A population, 71 indicators: hegui in columns beside the same rules by hand and beside other engines, in one run on one machine.

Every contender runs in a process of its own, on the same seeded units, round after round; the best of the rounds counts, because
whatever else runs on the machine only ever adds. Prints evaluations (indicators x units) per second of wall and of processor time,
ratios to hegui, peak memory, how cost grows with units and with indicators; and whether all agree on every score.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.populations.comparing import checksum, wrong_cells  # noqa: E402  # found only once the root is on the path
from benchmarks.populations.data import write_units  # noqa: E402
from benchmarks.populations.workload import INDICATORS, workload  # noqa: E402


@dataclass(frozen=True, slots=True)
class Peer:
    """What it is, the module it needs, how many units it can bear, and whether its answers are exact."""

    title: str
    module: str
    most: int = 10**9
    exact: bool = True


PEERS = {
    "hegui": Peer("(a) hegui, columns on DuckDB", "duckdb"),
    "sql": Peer("(b) by hand, SQL on DuckDB", "duckdb"),
    "polars": Peer("(c) by hand, Polars", "polars"),
    "numpy": Peer("(d) by hand, numpy int64 *", "numpy"),
    "openfisca": Peer("(e) openfisca-core, float32 *", "openfisca_core", exact=False),
    "openfisca-int64": Peer("(e) openfisca-core, int64 *", "openfisca_core"),
    "zen": Peer("(e) zen-engine *", "zen", 10_000),
    "rule-engine": Peer("(e) rule-engine *", "rule_engine", 5_000),
    "clips": Peer("(e) clipspy *", "clips", 2_000),
    "durable": Peer("(e) bare durable_rules *", "durable_rules_engine", 5_000),
}


# These read Parquet themselves; the others are handed their facts by numpy.
_READERS = ("hegui", "sql", "polars")


def _installed(name: str) -> bool:
    needed = [PEERS[name].module, *(() if name in _READERS else ("numpy",))]
    return all(importlib.util.find_spec(module) is not None for module in needed)


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by phase, the least of all rounds, and peak memory."""

    units: int
    wall: dict[str, float]
    cpu: dict[str, float]
    peak: float

    def seconds(self, phase: str, of: str = "cpu") -> float | None:
        """Of the scores, of the long table with what it takes to get there, of both, of scores from file to file."""
        found: dict[str, float] = getattr(self, of)
        parts = {
            "scores": ("scores",),
            "long": ("long",),
            "both": ("both",),
            "files": ("read", "scores", "write"),
        }[phase]
        return sum(found.get(part, 0) for part in parts) if parts[-1] in found or phase == "files" else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--units", type=int, nargs="+", default=[10_000, 100_000], help="how many; several to see growth"
    )
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=list(PEERS), help="contenders beside hegui")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder, removed afterwards)")
    arguments = parser.parse_args()
    names = [name for name in PEERS if name in arguments.peers or name in ("hegui", "sql")]
    absent = [name for name in names if not _installed(name)]
    for name in absent:
        print(f"left out: {name} ({PEERS[name].module} or numpy is not installed; pip install 'hegui[bench]')")
    names = [name for name in names if name not in absent]
    sizes = sorted(arguments.units)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as made:
        folder = Path(made)
        contest = Contest(folder, arguments.seed, arguments.rounds)
        print(
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; seed {arguments.seed}, rounds {arguments.rounds}"
        )
        found = {size: contest.run(names, size) for size in sizes}
        growth(found)
        if max(sizes) >= 1000:
            contest.bigger_rulebook(min(max(sizes), 50_000))
        aims(found[sizes[-1]])


class Contest:
    """Runs contenders on one machine, in one folder."""

    def __init__(self, folder: Path, seed: int, rounds: int) -> None:
        self.folder, self.seed, self.rounds = folder, seed, rounds

    def run(self, names: list[str], units: int) -> dict[str, Run]:
        """All of them on one population, and a table of it."""
        units_file = self._units(units, 1)
        runs: dict[str, Run] = {}
        for _ in range(self.rounds):
            for name in names:
                made = self._child(name, min(units, PEERS[name].most), 1, units_file)
                runs[name] = made if name not in runs else _best(runs[name], made)
        print(f"\n{units:,} units x {INDICATORS} indicators")
        print(f"{'':<32}{'units':>10}{'scores':>19}{'long table':>19}{'peak':>7}  scores")
        print(f"{'':<32}{'':>10}{'M/s   M/core-s':>19}{'M/s   M/core-s':>19}{'MiB':>7}")
        for name, run in runs.items():
            agrees = self._agrees(name, run)
            cells = f"{_rate(run, 'scores')}{_rate(run, 'long')}"
            print(f"{PEERS[name].title:<32}{run.units:>10,}{cells}{run.peak:>7,.0f}  {agrees}")
        print("* arrays or Python numbers in memory, decided and kept in memory; the others read and write Parquet")
        return runs

    def _agrees(self, name: str, run: Run) -> str:
        wrong = wrong_cells(workload(), self.folder / name, self.folder / "sql", run.units)
        if wrong and PEERS[name].exact:
            raise SystemExit(f"{name}: {wrong:,} of {run.units * INDICATORS:,} cells differ from the rules by hand")
        if (self.folder / name / "long").exists() and checksum(self.folder / name) != checksum(self.folder / "sql"):
            raise SystemExit(f"{name}: its long table differs from the one by hand")
        return f"{wrong:,} of {run.units * INDICATORS:,} cells wrong" if wrong else "agree"

    def bigger_rulebook(self, units: int) -> None:
        """The same units under ten times as many indicators."""
        small, large = (self._hegui(units, copies) for copies in (1, 10))
        print(f"\na rulebook ten times as large, {units:,} units ({INDICATORS} and {10 * INDICATORS} indicators): cost")
        for phase in ("scores", "long"):
            one, ten = small.seconds(phase), large.seconds(phase)
            assert one is not None
            assert ten is not None
            print(f"  {phase:<8} x {ten / one:5.2f}    (aim: 10)")
        print(f"  planning {small.cpu['plan']:.2f} s and {large.cpu['plan']:.2f} s")

    def _hegui(self, units: int, copies: int) -> Run:
        units_file = self._units(units, copies)
        runs = [self._child("hegui", units, copies, units_file) for _ in range(self.rounds)]
        found = runs[0]
        for run in runs[1:]:
            found = _best(found, run)
        return found

    def _units(self, units: int, copies: int) -> Path:
        path = self.folder / f"units-{units}-{copies}.parquet"
        if not path.exists():
            write_units(workload(copies), units, self.seed, path)
        return path

    def _child(self, name: str, units: int, copies: int, units_file: Path) -> Run:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "benchmarks.populations.child", name, str(units), str(copies)]
        done = subprocess.run(
            [*command, str(units_file), str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr[-3000:]}")
        found = json.loads(done.stdout.splitlines()[-1])
        return Run(units, found["wall"], found["cpu"], found["peak"])


def _best(one: Run, other: Run) -> Run:
    least = [{phase: min(a[phase], b[phase]) for phase in a} for a, b in ((one.wall, other.wall), (one.cpu, other.cpu))]
    return Run(one.units, least[0], least[1], max(one.peak, other.peak))


def _rate(run: Run, phase: str) -> str:
    """Millions of evaluations per second of wall and of processor time."""
    wall, cpu = run.seconds(phase, "wall"), run.seconds(phase)
    if wall is None or cpu is None:
        return f"{'':>19}"
    done = run.units * INDICATORS / 1e6
    return f"{done / wall:>10.3g}{done / cpu:>9.3g}"


def _cost(run: Run, phase: str, of: str = "cpu") -> float | None:
    """Seconds for a million evaluations."""
    seconds = run.seconds(phase, of)
    return None if seconds is None else seconds * 1e6 / (run.units * INDICATORS)


def growth(found: dict[int, dict[str, Run]]) -> None:
    """What a unit costs hegui as units grow in number."""
    if len(found) < 2:
        return
    print("\nhegui, processor seconds for a million evaluations   (linear: flat)")
    for size, runs in found.items():
        scores, long = _cost(runs["hegui"], "scores"), _cost(runs["hegui"], "long")
        print(f"  {size:>10,} units   scores {scores:.4f}   long table {long:.4f}   peak {runs['hegui'].peak:,.0f} MiB")


def aims(runs: dict[str, Run]) -> None:
    """How the largest population stands to what is aimed at."""
    print(f"\n{'ratios at the largest size':<62}{'CPU':>8}{'wall':>10}")
    mine = runs["hegui"]
    for phase in ("scores", "long", "both"):
        ratios = [_over(mine, runs["sql"], phase, of) for of in ("cpu", "wall")]
        _say(f"{phase}: hegui to SQL by hand", ratios, "at most 1.15")
    tables = [run for run in runs.values() if "long" in run.cpu]
    slowest = [max(_over(mine, run, "long", of) for run in tables) for of in ("cpu", "wall")]
    _say("long: hegui to the fastest", slowest, "at most 1.5")
    if "openfisca-int64" in runs:
        for phase, what in (("files", "from Parquet to Parquet"), ("scores", "in its memory")):
            over = [_over(mine, runs["openfisca-int64"], phase, of) for of in ("cpu", "wall")]
            _say(f"scores: hegui to openfisca int64, {what}", over, "at most 1" if phase == "files" else "")
    for name in ("zen", "rule-engine", "clips", "durable"):
        if name in runs:
            times = [_over(runs[name], mine, "scores", of) for of in ("cpu", "wall")]
            _say(f"scores: {name} to hegui", times, "at least 200" if name == "zen" else "")
    print(f"  {'planning':<60}{mine.cpu['plan']:>8.2f} s{mine.wall['plan']:>8.2f} s   (aim: under 0.5 s)")


def _say(what: str, ratios: list[float], aim: str) -> None:
    print(f"  {what:<60}{ratios[0]:>8.2f}  {ratios[1]:>8.2f}    {f'(aim: {aim})' if aim else ''}")


def _over(one: Run, other: Run, phase: str, of: str) -> float:
    mine, theirs = _cost(one, phase, of), _cost(other, phase, of)
    assert mine is not None
    assert theirs is not None
    return mine / theirs


if __name__ == "__main__":
    main()
