"""Links in the documents lead somewhere, and nothing leads to one machine or out to a network."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.repo.repository import PACKAGES, ROOT, files, name_of

DOCUMENTS = files("*.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Where somebody's own machine shows; spelt in pieces so that this file does not match itself.
MACHINE = re.compile(
    "(?<![\\w.$)}])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers", "tm" + "p"]) + ")/"
)
TEXT = ("*.py", "*.md", "*.yaml", "*.json", "*.toml", "Makefile", "*.html", "*.css", "*.js", "*.txt")
FORMAT = re.compile(r"hegui/[a-z]+/v\d+")
# Databases are reached where a user names one, and by their own drivers alone.
HARMLESS = {"urllib.parse"}
NETWORK = {"urllib", "http", "socket", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_of_a_document_resolves(document: Path) -> None:
    links = [link.split("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8"))]
    local = [link for link in links if link and "://" not in link]

    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_file_the_documents_name_exists() -> None:
    path = re.compile(r"`((?:facts|engine|hegui|rules|tests|benchmarks|docs)/[\w./-]+)`")
    named = {(name_of(d), match) for d in DOCUMENTS for match in path.findall(d.read_text(encoding="utf-8"))}
    lost = [
        (document, name)
        for document, name in sorted(named)
        if not any((ROOT / f"{name}{end}").exists() for end in ("", ".py")) and not FORMAT.fullmatch(name)
    ]

    assert lost == []


def test_no_file_names_a_path_of_one_machine() -> None:
    named = [
        f"{name_of(path)}: {match.group()}"
        for pattern in TEXT
        for path in files(pattern)
        if (match := MACHINE.search(path.read_text(encoding="utf-8")))
    ]

    assert named == []


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name if name in HARMLESS else name.split(".")[0] for name in names}


# The desk listens, and asks the house's single sign-on where the house has set one. Nothing else speaks to anybody.
DESK = {"hegui/desk/serving.py": {"socket"}, "hegui/desk/oidc.py": {"httpx"}}


def test_no_package_can_reach_a_network_but_the_desk_that_is_one() -> None:
    reaching = {name_of(path): _imported(path) & NETWORK for path in files("*.py", *PACKAGES)}

    assert {name: found for name, found in reaching.items() if found} == DESK


def _references(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        return own + [ref for value in schema.values() for ref in _references(value)]
    return [ref for value in schema for ref in _references(value)] if isinstance(schema, list) else []


def test_no_schema_is_fetched_from_anywhere() -> None:
    schemas = {name_of(path): json.loads(path.read_text(encoding="utf-8")) for path in files("*.json", "rules/schema")}
    # One schema of the folder may refer to another; editors and hegui find it beside.
    beside = {path.name for path in files("*.json", "rules/schema")}
    outward = {
        name: [ref for ref in _references(schema) if ref.partition("#/")[0] not in ("", *beside)]
        for name, schema in schemas.items()
    }

    assert {name: refs for name, refs in outward.items() if refs} == {}


def test_no_page_loads_anything_from_outside() -> None:
    loading = re.compile(r"""(?:src|href)\s*=\s*["']https?://|url\(\s*["']?https?://|@import\s+["']https?://""")
    pages = [path for pattern in ("*.html", "*.css", "*.js") for path in files(pattern, *PACKAGES)]

    assert [name_of(path) for path in pages if loading.search(path.read_text(encoding="utf-8"))] == []
