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
    """new, docs, xlsx."""
    _new(add("new", help="从指标表或空白新建规则集 / start a rulebook, from a table or from nothing"))
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
        "--drop-cases",
        action="store_true",
        help="删去的指标、数据项等,也从 cases/ 里删去 / cases lose what the rulebook loses",
    )
    back.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="写成新的规则集文件夹 / write a new folder instead"
    )
    back.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    back.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")
    back.set_defaults(verb=lazily("import_", "workbench.spreadsheet.verb"))


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="新的规则集文件夹 / the folder to write")
    parser.add_argument(
        "--from",
        dest="table",
        type=Path,
        metavar="TABLE",
        help="部门的指标表(xlsx、docx、pdf、html)/ a table of indicators",
    )
    parser.add_argument("--id", help="编号,默认为文件夹名 / id, by default the folder's name")
    parser.add_argument("--title", help="名称 / title")
    parser.add_argument("--authority", help="发布机关 / authority")
    parser.add_argument("--effective", metavar="DATE", help="从哪天起适用 / in force from")
    parser.add_argument("--document", help="依据文件 / the document it follows")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    parser.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")
    parser.set_defaults(verb=lazily("new", "workbench.starting.verb"))
