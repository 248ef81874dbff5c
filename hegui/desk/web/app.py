"""The application: all pages behind the guard, files of `static`, and headers every answer bears."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hegui.desk.web import accounts, comparing, home, jobs, recording, signon
from hegui.desk.web.audits import pages as audits
from hegui.desk.web.cases import pages as cases
from hegui.desk.web.desk import Desk
from hegui.desk.web.guard import guarded
from hegui.desk.web.headers import HEADERS
from hegui.desk.web.populations import pages as populations
from hegui.desk.web.rendering import STATIC
from hegui.desk.web.routes import Page
from hegui.desk.web.rulebooks import pages as rulebooks

# Everything of the desk: a path that is not here does not exist.
PAGES: tuple[Page, ...] = (
    *home.PAGES,
    *accounts.PAGES,
    *signon.PAGES,
    *recording.PAGES,
    *jobs.PAGES,
    *rulebooks.PAGES,
    *populations.PAGES,
    *cases.PAGES,
    *audits.PAGES,
    *comparing.PAGES,
)


def application(
    desk: Desk,
    pages: Sequence[Page] = (),
    more: Sequence[BaseRoute] = (),
    lost: Mapping[str, Callable[[Request], Awaitable[Response]]] | None = None,
) -> Starlette:
    """The ASGI application of a desk: its pages, further ones, further routes; `lost` answers addresses there are not, by their beginning."""
    routes: list[BaseRoute] = [_route(page, desk) for page in (*PAGES, *pages)]
    routes += [Route("/alive", _alive), Mount("/static", _Kept(directory=STATIC)), *more]

    async def nowhere(request: Request, _error: Exception) -> Response:
        for beginning, answer in (lost or {}).items():
            if request.url.path.startswith(beginning):
                return await answer(request)
        return await guarded(Page("", lambda visit: visit.missing(), "anyone"), desk)(request)

    app = Starlette(routes=routes, exception_handlers={404: nowhere, 405: nowhere}, middleware=[Middleware(_Headers)])
    app.state.desk = desk
    return app


async def _alive(_request: Request) -> Response:
    """For whoever watches the server: it answers, whatever else is the matter."""
    return PlainTextResponse("ok")


def _route(page: Page, desk: Desk) -> Route:
    return Route(page.path, guarded(page, desk), methods=[page.method], name=f"{page.method} {page.path}")


class _Kept(StaticFiles):
    """Files whose address changes with their bytes: a browser may keep them."""

    def file_response(self, *arguments: object, **options: object) -> Response:
        response = super().file_response(*arguments, **options)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


class _Headers:
    """Headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def paths(pages: Sequence[Page] = PAGES) -> tuple[str, ...]:
    """Every path, for tests and the docs."""
    return tuple(f"{page.method} {page.path}" for page in pages)
