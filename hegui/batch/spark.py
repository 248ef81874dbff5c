"""Spark works out the results of partitions: its workers read the tables as Parquet and write the results as Parquet."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from facts.columns.store import Store, literal, quoted
from facts.problem import Problem, Text
from facts.provenance import Position
from hegui.batch.model import BackendError, Columns

# Rows of a piece of Parquet, which is what a task reads: small, so that many workers have something to do.
_PIECE = 8_192
# Seconds in which a cluster must lend a worker.
_PATIENCE = 60
_SETTINGS = {
    "spark.app.name": "hegui",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # An integer that does not fit is an error, never another number.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # What follows from thousands of named columns for one another is of no use here, and takes for ever to find out; nor is a
    # plan of megabytes as text.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.maxPlanStringLength": "2000",
    # Pieces are given to tasks by their number, not by what opening a file would cost.
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.parquet.compression.codec": "snappy",
    # Expressions nest deeply, and the planner walks them by recursion.
    "spark.driver.extraJavaOptions": "-Xss64m",
    "spark.executor.extraJavaOptions": "-Xss16m",
}


def open_spark(master: str) -> Spark:
    """A session on this master. Raises BackendError."""
    missing = _missing(master)
    if missing is not None:
        raise BackendError(missing)
    return Spark(master)


def session_on(master: str) -> Any:
    """A session of Spark, set as the queries need it."""
    from pyspark.sql import SparkSession

    settings = dict(_SETTINGS)
    if master.startswith("local"):
        # Nobody else is to reach it, and a machine's own name need not be known to it.
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings |= {"spark.driver.memory": "2g"}
    builder: Any = SparkSession.builder.master(master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


class Spark:
    """A session of Spark. Its workers must see the folder the store works in."""

    name = "spark"

    def __init__(self, master: str) -> None:
        self._master, self._query = master, ""
        self._frame: Any = None
        logging.getLogger("py4j").setLevel(logging.CRITICAL)
        with self._running():
            self._session = session_on(master)
            self._wait_for_workers()
            cores = max(2, self._session.sparkContext.defaultParallelism)
            self._session.conf.set("spark.sql.shuffle.partitions", str(2 * cores))

    def prepare(self, query: str, tables: Mapping[str, Columns]) -> None:
        """Hear the query."""
        self._query = query

    def results(self, store: Store, tables: Mapping[str, Columns], given: Columns) -> str:
        """Write the tables where the workers read them, have the results written beside them."""
        there, back = (store.work.resolve() / f"spark-{end}" for end in ("in", "out"))
        for folder in (there, back):
            shutil.rmtree(folder, ignore_errors=True)
        there.mkdir()
        for name, columns in tables.items():
            _export(store, name, columns, there / f"{name}.parquet")
        with self._running():
            self._planned(there, list(tables)).write.parquet(back.as_uri())
        shutil.rmtree(there)
        casts = ", ".join(f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in given)
        return f"SELECT {casts} FROM read_parquet({literal(str(back / '*.parquet'))})"

    def _planned(self, folder: Path, tables: Sequence[str]) -> Any:
        """The query over the files in a folder, which is read once: later partitions lie in the same place."""
        if self._frame is None:
            for name in tables:
                self._session.read.parquet((folder / f"{name}.parquet").as_uri()).createOrReplaceTempView(name)
            self._frame = self._session.sql(self._query)
        else:
            for name in tables:
                self._session.catalog.refreshTable(name)
        return self._frame

    def _wait_for_workers(self) -> None:
        """See that a cluster lends workers at all: Spark itself would wait for them for ever."""
        if self._master.startswith("local"):
            return
        context, until = self._session.sparkContext._jsc.sc(), time.monotonic() + _PATIENCE
        while context.getExecutorMemoryStatus().size() < 2:
            if time.monotonic() > until:
                raise BackendError(_failed(self._master, Text("没有可用的 worker", "it lends no worker")))
            time.sleep(0.2)

    @contextmanager
    def _running(self) -> Iterator[None]:
        """What goes wrong in Spark as a BackendError."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            yield
        except (Py4JError, PySparkException, ConnectionError) as error:
            raise BackendError(_failed(self._master, _words(error))) from None

    def close(self) -> None:
        """End the session, and with it what it holds of the cluster."""
        with self._running():
            self._session.stop()


def _export(store: Store, name: str, columns: Columns, path: Path) -> None:
    """A table as Parquet; integers of more than 64 bits as decimals, for Parquet has none."""
    casts = ", ".join(
        f"CAST({quoted(column)} AS DECIMAL(38, 0)) AS {quoted(column)}" if kind == "HUGEINT" else quoted(column)
        for column, kind in columns
    )
    store.run(
        f"COPY (SELECT {casts} FROM {name}) TO {literal(str(path))} "
        f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_PIECE})"
    )


def _words(error: Exception) -> Text:
    """The first line of what Spark says."""
    java = getattr(error, "java_exception", None)
    said = str(error if java is None else java)
    if "stopped SparkContext" in said or "SparkContext was shut down" in said:
        return Text("连不上 master,或与它失去了联系", "the master cannot be reached, or was lost")
    line = next((line.strip() for line in said.splitlines() if line.strip()), type(error).__name__)[:300]
    return Text(line, line)


def _failed(master: str, words: Text) -> Problem:
    message = Text(f"Spark 不能继续:{words.zh}", f"Spark cannot go on: {words.en}")
    hint = Text(
        "请查看 master 和 worker 的日志;已完成的分区保留着,再次运行同一命令会接着做。",
        "Look at the logs of master and workers. Finished partitions are kept; the same command goes on where this one ended.",
    )
    return Problem("spark-failed", Position(master), message, hint)


def _missing(master: str) -> Problem | None:
    """The Problem where PySpark or Java is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        message = Text("--backend spark 需要 pyspark,尚未安装", "--backend spark needs pyspark, which is not installed")
        hint = Text("请运行 pip install 'hegui[spark]'。", "Run pip install 'hegui[spark]'.")
        return Problem("extra-missing", Position(master), message, hint)
    home = os.environ.get("JAVA_HOME")
    if (Path(home) / "bin" / "java").exists() if home else shutil.which("java"):
        return None
    message = Text(
        "--backend spark 需要 Java 17 以上,没有找到", "--backend spark needs Java 17 or newer, and found none"
    )
    hint = Text("请安装 Java,或用 JAVA_HOME 指明。", "Install Java, or name it in JAVA_HOME.")
    return Problem("java-missing", Position(master), message, hint)
