"""The editor's one file was made from the sources beside it."""

from __future__ import annotations

import hashlib
import json
import re

from hegui.desk.web.rendering import STATIC

EDITOR = STATIC / "editor"


def test_the_bundle_is_built_from_the_sources_as_they_are() -> None:
    digest = hashlib.sha256()
    for path in (*sorted((EDITOR / "src").iterdir()), EDITOR / "package-lock.json"):
        digest.update(path.read_bytes())
    first = (EDITOR / "editor.js").read_text("utf-8").split("\n", 1)[0]
    assert first.endswith(digest.hexdigest()), "run: npm ci && npm run build"


def test_every_package_that_may_be_in_it_is_named_with_its_licence_and_version() -> None:
    told = (EDITOR / "THIRD-PARTY.txt").read_text("utf-8")
    locked = json.loads((EDITOR / "package-lock.json").read_text("utf-8"))["packages"]
    named = re.findall(r"^(@?[\w./-]+) (\d\S*) \(MIT\)$", told, re.MULTILINE)
    assert {"@codemirror/view", "@codemirror/lang-yaml", "style-mod"} <= {name for name, _ in named}
    for name, version in named:
        assert locked[f"node_modules/{name}"]["version"] == version


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = (EDITOR / "editor.js").read_text("utf-8")
    assert not re.findall(r"""(?:import|fetch)\s*\(\s*["'`]https?:""", text)
    assert "eval(" not in text and "new Function(" not in text
