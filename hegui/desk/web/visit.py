"""One request: who asks, in which language, and the ways to answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from facts.problem import Language, Problem, Text
from facts.provenance import Position
from hegui.desk.store.accounts import Right, Session, User
from hegui.desk.web.desk import Desk
from hegui.desk.web.rendering import render

SESSION_COOKIE = "hegui_session"
FORM_COOKIE = "hegui_form"
LANGUAGE_COOKIE = "lang"


@dataclass
class Visit:
    """A request with what was found out about it. `form` is filled for POST."""

    request: Request
    desk: Desk
    session: Session | None
    language: Language
    form_token: str
    form: FormData = field(default_factory=FormData)

    # --- what was asked -----------------------------------------------------------------------------------------------

    @property
    def user(self) -> User:
        """Who asks; only where the route lets nobody else in."""
        assert self.session is not None
        return self.session.user

    def may(self, role: Right) -> bool:
        """Whether whoever asks may do what that role does."""
        return self.session is not None and self.session.user.may(role)

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str, default: str = "") -> str:
        """A value of the query."""
        return self.request.query_params.get(name, default)

    def asked_all(self, name: str) -> tuple[str, ...]:
        """All values of that name in the query."""
        return tuple(self.request.query_params.getlist(name))

    def field(self, name: str) -> str:
        """A text of the form, without spaces around; empty where it was not sent."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def text(self, name: str) -> str:
        """A text of the form as typed, with the line ends of our files."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def fields(self, name: str) -> tuple[str, ...]:
        """All texts of that name."""
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str))

    def files(self, name: str) -> tuple[UploadFile, ...]:
        """The files of that name that were really chosen."""
        return tuple(value for value in self.form.getlist(name) if isinstance(value, UploadFile) and value.filename)

    @property
    def in_other_language(self) -> str:
        """The address of the same page in the other language."""
        asked = [(key, value) for key, value in self.request.query_params.multi_items() if key != "lang"]
        return f"?{urlencode([*asked, ('lang', self.t('en', 'zh'))])}"

    def fresh(self) -> str:
        """A word that was never used before: by it a form that comes twice is known."""
        return secrets.token_urlsafe(16)

    # --- ways to answer -----------------------------------------------------------------------------------------------

    def t(self, zh: str, en: str) -> str:
        """The words in the visitor's language."""
        return zh if self.language == "zh" else en

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page made of a template."""
        context = {"visit": self, "language": self.language, "t": self.t, "once": self.fresh(), **values}
        return HTMLResponse(render(template, context), status)

    def redirect(self, path: str) -> Response:
        """To another page of ours, by GET."""
        return RedirectResponse(_encoded(path), 303)

    def refusal(
        self,
        problems: Sequence[Problem],
        status: int = 400,
        title: Text | None = None,
        back: str = "",
        log_in: bool = False,
    ) -> Response:
        """A page that says what is wrong and what to do; with `log_in`, the way to log in beside it."""
        heading = title or Text("无法完成", "This cannot be done")
        return self.page(
            "problems.html",
            status,
            heading=heading.in_(self.language),
            problems=shown(problems, self.language),
            back=back,
            log_in=log_in,
        )

    def missing(self) -> Response:
        """There is no such page."""
        message = Text("没有这个页面,或它已被删除", "there is no such page, or it was removed")
        hint = Text("请从导航中重新进入。", "Start again from the navigation.")
        return self.refusal(
            [Problem("not-found", Position(""), message, hint)], 404, Text("找不到", "Not found"), back="/"
        )


def shown(problems: Iterable[Problem], language: Language) -> list[Mapping[str, str]]:
    """Problems as a template shows them."""
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "at": str(one.at) if one.at.file else "",
            "message": one.message.in_(language),
            "hint": one.hint.in_(language),
        }
        for one in problems
    ]


def local_path(path: str, default: str = "/") -> str:
    """The path if it is one of this site; nobody is sent elsewhere by a link of ours."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return path if plain and path.isprintable() else default


def _encoded(path: str) -> str:
    return quote(path, safe="/?&=#%:,+@~!$'()*;-._")
