"""Every page of policy staff."""

from __future__ import annotations

from hegui.desk.web.routes import Page
from hegui.desk.web.rulebooks import (
    beginning,
    editing,
    files,
    forms,
    impact,
    listing,
    papers,
    publishing,
    trying,
    versions,
)

_UPLOAD = 64 * 1024 * 1024
_POPULATION = 256 * 1024 * 1024

PAGES = (
    Page("/rulebooks", listing.listing, "viewer"),
    Page("/rulebooks/new", beginning.page, "policy"),
    Page("/rulebooks/new", beginning.begin, "policy", "POST", _UPLOAD),
    Page("/rulebooks/{rulebook}", listing.outline, "viewer"),
    Page("/rulebooks/{rulebook}/settings", listing.settle, "policy", "POST"),
    Page("/rulebooks/{rulebook}/files", files.listing, "viewer"),
    Page("/rulebooks/{rulebook}/files", files.change, "policy", "POST", _UPLOAD),
    Page("/rulebooks/{rulebook}/edit/{path:path}", editing.edit, "viewer"),
    Page("/rulebooks/{rulebook}/edit/{path:path}", editing.send, "policy", "POST"),
    Page("/rulebooks/{rulebook}/check/{path:path}", editing.check, "policy", "POST"),
    Page("/rulebooks/{rulebook}/words", editing.words, "viewer"),
    Page("/rulebooks/{rulebook}/indicator/{indicator}", forms.form, "viewer"),
    Page("/rulebooks/{rulebook}/indicator/{indicator}", forms.send, "policy", "POST"),
    Page("/rulebooks/{rulebook}/cases", trying.cases, "viewer"),
    Page("/rulebooks/{rulebook}/coverage", trying.coverage, "viewer"),
    Page("/rulebooks/{rulebook}/coverage.html", trying.drawn, "viewer"),
    Page("/rulebooks/{rulebook}/run", trying.run, "policy", "POST"),
    Page("/rulebooks/{rulebook}/impact", impact.choose, "viewer"),
    Page("/rulebooks/{rulebook}/impact", impact.begin, "policy", "POST", _POPULATION),
    Page("/rulebooks/{rulebook}/impact/{job}", impact.result, "viewer"),
    Page("/rulebooks/{rulebook}/impact/{job}/{name}", impact.written, "viewer"),
    Page("/rulebooks/{rulebook}/publish", publishing.form, "viewer"),
    Page("/rulebooks/{rulebook}/publish", publishing.publish, "policy", "POST"),
    Page("/rulebooks/{rulebook}/table.{kind}", papers.table, "viewer"),
    Page("/rulebooks/{rulebook}/workbook.xlsx", papers.workbook, "viewer"),
    Page("/rulebooks/{rulebook}/import", papers.take_in, "policy", "POST", _UPLOAD),
    Page("/rulebooks/{rulebook}/versions", versions.history, "viewer"),
    Page("/rulebooks/{rulebook}/restore", versions.restore, "policy", "POST"),
    Page("/rulebooks/{rulebook}/compare", versions.compare, "viewer"),
    Page("/rulebooks/{rulebook}/download", versions.archive, "viewer"),
    Page("/rulebooks/{rulebook}/file/{path:path}", versions.one_file, "viewer"),
)
