"""One contender in a process of its own: `python -m benchmarks.populations.child NAME UNITS COPIES UNITS_FILE FOLDER`.

Prints its times and its peak memory as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.populations import engines, tables, vectors
from benchmarks.populations.measuring import Laps, peak_mebibytes
from benchmarks.populations.workload import Workload, workload

Contender = Callable[[Workload, Path, int, Path, Laps], None]
CONTENDERS: dict[str, Contender] = {
    "hegui": tables.hegui,
    "sql": tables.hand_sql,
    "polars": tables.hand_polars,
    "numpy": vectors.numpy_kernel,
    "openfisca": vectors.openfisca_shipped,
    "openfisca-int64": vectors.openfisca_int64,
    "zen": engines.zen,
    "clips": engines.clips,
    "rule-engine": engines.rule_engine,
    "durable": engines.durable,
}


def main() -> None:
    name, units, copies, units_file, folder = sys.argv[1:]
    laps = Laps()
    CONTENDERS[name](workload(int(copies)), Path(units_file), int(units), Path(folder), laps)
    print(json.dumps({"wall": laps.wall, "cpu": laps.cpu, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main()
