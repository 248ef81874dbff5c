"""The commands that put rulebooks on paper and into spreadsheets, as the command line knows them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

from hegui.arguments import common, lazily


class AddParser(Protocol):
    """argparse's `add_parser`."""

    def __call__(self, name: str, *, help: str) -> argparse.ArgumentParser:  # noqa: A002  # argparse's own word
        """A parser for one command."""


def add_paper(add: AddParser) -> None:
    """docs."""
    _docs(add("docs", help="把规则集写成公开的指标体系 / a rulebook as the published table of indicators"))


def _docs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rules", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folder")
    common(parser, formats=("html", "docx", "xlsx"))
    parser.set_defaults(verb=lazily("docs", "workbench.publishing.verb"))
