"""A PostgreSQL as backend leaves the very files the local one leaves; what goes wrong with it is told, and the run goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hegui.batch.run import Ran
from hegui.cli import main
from tests.facts.documents import servers
from tests.hegui.batch.engines import RULES, job_on, population, run, tables


@pytest.fixture(scope="module")
def url() -> str:
    return servers.database_on(servers.POSTGRESQL)


def the_run(result: tuple[Ran | None, object]) -> Ran:
    ran, problems = result
    assert ran is not None, problems
    return ran


def test_postgresql_leaves_the_same_bytes_as_the_local_backend(tmp_path: Path, url: str) -> None:
    here = the_run(run(job_on(tmp_path, "here")))
    there = the_run(run(job_on(tmp_path, "there", "postgres", database=url)))
    assert tables(tmp_path / "there") == tables(tmp_path / "here")
    assert there.manifest["identity"]["backend"] == "postgres" and there.manifest["sample"]["outcome"] == "same"
    assert replace_backend(there.manifest) == replace_backend(here.manifest)


def replace_backend(manifest: object) -> object:
    assert isinstance(manifest, dict)
    return {**manifest, "identity": {**manifest["identity"], "backend": ""}}


def test_a_connection_dropped_midway_is_told_and_the_same_command_goes_on(tmp_path: Path, url: str) -> None:
    asked = job_on(tmp_path, "there", "postgres", database=url)

    def dropping(done: int, total: int, what: str) -> None:
        if (done, what) == (1, "partition"):
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hegui'"
            servers.run(url, f"{end} AND datname = current_database()")

    ran, problems = run(asked, dropping)
    assert ran is None and problems[-1].code == "database-unreachable" and "goes on" in problems[-1].hint.en
    assert (asked.output / "scores" / "part-00000.parquet").exists()
    assert not (asked.output / "scores" / "part-00001.parquet").exists()
    assert the_run(run(asked)).resumed == 1
    the_run(run(job_on(tmp_path, "here")))
    assert tables(asked.output) == tables(tmp_path / "here")


def test_nothing_is_left_in_the_database(tmp_path: Path, url: str) -> None:
    servers.run(url, "CREATE TABLE IF NOT EXISTS units (mine TEXT)", "INSERT INTO units VALUES ('mine')")
    the_run(run(job_on(tmp_path, "there", "postgres", database=url)))
    count = (
        "SELECT 1 / (count(*) = 1)::int FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r'"
    )
    servers.run(url, f"{count} AND nspname = 'public'", "SELECT 1 / (count(*))::int FROM units WHERE mine = 'mine'")


def test_a_server_that_refuses_is_told_before_anything_is_read_and_never_with_its_password(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.run(url, f"DROP ROLE IF EXISTS {servers.READER}", f"CREATE ROLE {servers.READER} NOLOGIN PASSWORD 'x'")
    shut = servers.on(url, f"{servers.READER}:geheim77")
    monkeypatch.setenv("HEGUI_DATABASE", shut)
    units, _ = population(tmp_path)
    asked = ["batch", str(units), "--rules", str(RULES), "-o", str(tmp_path / "out"), "--backend", "postgres"]
    assert main([*asked, "--lang", "en"]) == 2
    told = "".join(capsys.readouterr())
    assert "database-refused" in told and servers.READER in told and "geheim77" not in told
    assert "geheim77" not in repr(replace(job_on(tmp_path, "x"), database=shut))


@pytest.mark.parametrize("database", ["", "mysql://hegui@127.0.0.1/hegui", "nonsense"])
def test_what_is_no_postgresql_is_told(tmp_path: Path, database: str) -> None:
    ran, problems = run(job_on(tmp_path, "there", "postgres", database=database))
    assert ran is None and problems[-1].code in ("no-database", "bad-url")


def test_unit_by_unit_and_another_backend_contradict_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units, _ = population(tmp_path)
    asked = ["batch", str(units), "--rules", str(RULES), "-o", str(tmp_path / "out"), "--by-engine"]
    assert main([*asked, "--backend", "postgres"]) == 2
    assert "bad-options" in capsys.readouterr().err
