"""Populations for tests: a table of units of the Kunming rulebook, scored at a desk."""

from __future__ import annotations

import random
from time import monotonic, sleep

from hegui.desk.store.publications import Publication
from hegui.desk.web.populations.stored import Run, runs
from tests.hegui.desk.browser import Browser, Served

HEAD = "单位编号,单位名称,三公经费控制率,部门预算数(万元),部门决算数(万元),财务监控有效,自评得分\n"
NASTY = "<script>alert(1)</script>"


def table_of(units: int, seed: int = 1) -> bytes:
    """A table, with a hostile name, a unit that stands twice and a cell nobody can read."""
    chance = random.Random(seed)  # noqa: S311  # of a test
    rows = [
        f"U{n},第{n}局,{95 + chance.randrange(8)}%,{100 + n % 7},{99 + chance.randrange(5)},{chance.choice('是是否')},{chance.randrange(60, 101)}"
        for n in range(units)
    ]
    odd = [f"U90,{NASTY},96%,100,99,是,=1+1", "U5,又一次,96%,100,99,是,80", "U91,甲局,很多,100,99,是,80"]
    return (HEAD + "\n".join([*rows, *odd]) + "\n").encode()


def kunming(served: Served) -> Publication:
    """The published rulebook."""
    return next(one for one in served.desk.publications.listed() if one.rulebook == "kunming-2017")


def uploaded(browser: Browser, served: Served, title: str, table: bytes, **fields: str) -> str:
    """Store and score a table; the id of the population."""
    browser.get("/populations/new")
    values = {"title": title, "publication": kunming(served).id, **fields}
    browser.send("/populations/new", values, files={"table": ("units.csv", table)})
    assert browser.at.startswith("/populations/p"), browser.page
    return browser.at.rpartition("/")[2]


def over(served: Served, population: str) -> list[Run]:
    """Its runs, once none moves."""
    until = monotonic() + 120
    found = runs(served.desk, population)
    while any(not run.job.over for run in found):
        assert monotonic() < until
        sleep(0.1)
        found = runs(served.desk, population)
    return found
