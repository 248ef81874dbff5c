"""Every page of cases."""

from __future__ import annotations

from hegui.desk.web.cases import (
    creating,
    editing,
    facts,
    listing,
    longreading,
    papers,
    places,
    rulebooks,
    scores,
    sources,
    versions,
    waivers,
    whatif,
)

PAGES = (
    *listing.PAGES,
    *creating.PAGES,  # before /cases/{case}: "new" is no case
    *facts.PAGES,
    *longreading.PAGES,
    *editing.PAGES,
    *sources.PAGES,
    *scores.PAGES,
    *whatif.PAGES,
    *waivers.PAGES,
    *places.PAGES,
    *papers.PAGES,
    *versions.PAGES,
    *rulebooks.PAGES,
)
