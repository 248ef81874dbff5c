"""Every page of populations."""

from __future__ import annotations

from hegui.desk.web.populations import comparing, glance, listing, units

# "new" is no population: it is asked first.
PAGES = (*listing.PAGES, *glance.PAGES, *units.PAGES, *comparing.PAGES)
