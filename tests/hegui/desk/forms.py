"""The forms and links of a page, as a browser sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


@dataclass
class Field:
    """A control: what it is called, its kind, what stands in it, what may be chosen."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """Where it leads, how, and its controls."""

    action: str
    method: str
    multipart: bool
    fields: list[Field] = field(default_factory=list)


class Page(HTMLParser):
    """Forms and addresses of a page at `at`."""

    def __init__(self, text: str, at: str) -> None:
        super().__init__(convert_charrefs=True)
        self.at, self.forms, self.links = at, list[Form](), list[str]()
        self._select: Field | None = None
        self._textarea: Field | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(self._address(given["href"]))
        elif tag == "form":
            action = self._address(given.get("action", ""))
            multipart = given.get("enctype") == "multipart/form-data"
            self.forms.append(Form(action, given.get("method", "get").lower(), multipart))
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given or len(self._select.options) == 1:
                self._select.value = given.get("value", "")
        elif self.forms and given.get("name") and tag in ("input", "select", "textarea", "button"):
            kind = given.get("type", "text") if tag == "input" else tag
            found = Field(given["name"], kind, given.get("value", ""))
            self.forms[-1].fields.append(found)
            self._select = found if tag == "select" else self._select
            self._textarea = found if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data

    def _address(self, written: str) -> str:
        found = urlsplit(urljoin(f"http://desk{self.at}", written))
        if found.netloc != "desk":
            return written
        return found.path + (f"?{found.query}" if found.query else "")
