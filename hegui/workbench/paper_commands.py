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
    """docs, xlsx."""
    _docs(add("docs", help="把规则集写成公开的指标体系 / a rulebook as the published table of indicators"))
    _xlsx(add("xlsx", help="导出为可编辑的工作簿,改好读回 / edit a rulebook as a workbook"))


def _docs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rules", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folder")
    common(parser, formats=("html", "docx", "xlsx"))
    parser.set_defaults(verb=lazily("docs", "workbench.publishing.verb"))


def _xlsx(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="动作 / actions", required=True, metavar="ACTION")
    export = actions.add_parser("export", help="规则集写成工作簿 / write the workbook")
    export.add_argument("rules", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folder")
    common(export, formats=("xlsx",))
    export.set_defaults(verb=lazily("export", "workbench.spreadsheet.verb"))
    back = actions.add_parser("import", help="把改好的工作簿读回规则文件 / read the edited workbook back")
    back.add_argument("book", type=Path, metavar="BOOK", help="改好的工作簿 / the edited workbook")
    back.add_argument(
        "--rules", type=Path, required=True, metavar="DIR", help="导出时的规则集 / the rulebook it came from"
    )
    back.add_argument("--dry-run", action="store_true", help="只列出改动,不写文件 / list the changes, write nothing")
    back.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="写成新的规则集文件夹 / write a new folder instead"
    )
    back.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    back.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")
    back.set_defaults(verb=lazily("import_", "workbench.spreadsheet.verb"))
