"""The routes of the API, and its page for people."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hegui.desk.api.answering import document
from hegui.desk.api.guard import Endpoint, Turns, nowhere
from hegui.desk.api.openapi import openapi
from hegui.desk.api.operation import PREFIX, Operation
from hegui.desk.api.operations import OPERATIONS
from hegui.desk.api.page import api_page
from hegui.desk.web.app import application
from hegui.desk.web.desk import Desk
from hegui.desk.web.guard import language_of
from hegui.desk.web.routes import Page

PAGES = (Page("/api", api_page, "viewer"),)


def site(desk: Desk) -> Starlette:
    """The whole desk: its pages and its API."""
    return application(desk, PAGES, _routes(desk), {"/api/": nowhere})


def _routes(desk: Desk) -> list[BaseRoute]:
    turns = Turns()
    by_path: dict[str, dict[str, Operation]] = {}
    for one in OPERATIONS:
        by_path.setdefault(one.path, {})[one.method] = one
    routes: list[BaseRoute] = [Route(f"{PREFIX}/openapi.json", _description)]
    routes += [
        Route(PREFIX + path.replace("{file}", "{file:path}"), Endpoint(operations, desk, turns))
        for path, operations in by_path.items()
    ]
    return routes


async def _description(request: Request) -> Response:
    return document(openapi(OPERATIONS, language_of(request)))
