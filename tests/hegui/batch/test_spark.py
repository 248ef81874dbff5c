"""Spark as backend leaves the very files the local one leaves; what it lacks is told."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from hegui.batch.engines import open_elsewhere
from hegui.batch.model import BackendError
from tests.hegui.batch.engines import job_on, run, tables

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or not (shutil.which("java") or os.environ.get("JAVA_HOME")),
    reason="needs pyspark and Java",
)


@needs_spark
def test_spark_leaves_the_same_bytes_as_the_local_backend(tmp_path: Path) -> None:
    here, _ = run(job_on(tmp_path, "here"))
    there, problems = run(job_on(tmp_path, "there", "spark"))
    assert here is not None and there is not None, problems
    assert tables(tmp_path / "there") == tables(tmp_path / "here")
    assert there.manifest["identity"]["backend"] == "spark" and there.manifest["sample"]["outcome"] == "same"
    assert there.manifest["parts"] == here.manifest["parts"]


@needs_spark
def test_a_machine_without_java_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    ran, problems = run(job_on(tmp_path, "there", "spark"))
    assert ran is None and problems[-1].code == "java-missing" and "JAVA_HOME" in problems[-1].hint.en


def test_an_environment_without_pyspark_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BackendError) as told:
        open_elsewhere(job_on(tmp_path, "there", "spark"))
    assert told.value.problem.code == "extra-missing" and "hegui[spark]" in told.value.problem.hint.en
