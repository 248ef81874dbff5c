"""The commands of the policy workbench, as the command line knows them: their arguments and nothing else."""

from __future__ import annotations

import argparse
from decimal import Decimal
from pathlib import Path

from hegui.arguments import as_of, at_least_one, common, fail_on, items, lazily
from hegui.workbench.paper_commands import AddParser, add_paper


def add_workbench(add: AddParser) -> None:
    """Every command of the workbench, in the order people meet them."""
    _lint(add("lint", help="检查规则集,一次列出全部问题 / check rulebooks, all problems at once"))
    _test(add("test", help="运行规则集旁的个案,核对应得的结果 / run the cases beside rulebooks"))
    _fuzz(add("fuzz", help="找出规则集评错的个案:随机个案、独立评价器 / search for cases a rulebook gets wrong"))
    _cover(add("cover", help="哪些规则没有个案用到,标在规则原文上 / what of the rules no case exercises"))
    _mutate(add("mutate", help="逐处改动规则,看个案能否发现 / alter the rules and see whether a case notices"))
    _diff(add("diff", help="两个规则集的含义差别,及其对评价总体的影响 / what an edit means, and does to a population"))
    add_paper(add)


def _lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folders")
    fail_on(parser)
    as_of(parser, "接受以哪天为准,默认不看日期 / the day acceptances must be in force; none: they all are")
    common(parser, formats=("text", "json", "sarif", "junit"))
    parser.set_defaults(verb=lazily("lint", "workbench.lint_verb"))


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folders")
    parser.add_argument(
        "--case",
        action="append",
        default=[],
        metavar="NAME",
        help="只运行这个个案,可写几次 / only this case, repeatable",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="提议缺少的个案,写入 cases/proposed.yaml / propose the cases that are missing",
    )
    common(parser, formats=("text", "json", "junit"))
    parser.set_defaults(verb=lazily("test", "workbench.verbs"))


def _fuzz(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folders")
    parser.add_argument(
        "--examples", type=at_least_one, default=200, metavar="N", help="每个规则集试多少个案 / cases to try, 200"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="种子:同样的种子,同样的个案 / the same cases again"
    )
    parser.add_argument(
        "--time", type=float, metavar="SECONDS", help="每个规则集最多试多久 / give up after, for each rulebook"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式 / output format")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="反例写到哪个文件夹,默认规则集的 cases / where counterexamples go",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")
    parser.set_defaults(verb=lazily("fuzz", "workbench.fuzz_verb"))


def _cover(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folder")
    _fail_under(parser, "0")
    common(parser, formats=("text", "json", "html"))
    parser.set_defaults(verb=lazily("run", "workbench.cover_verb"))


def _mutate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folder")
    parser.add_argument("--indicator", default="", metavar="ID", help="只改动这一项指标 / this indicator only")
    _fail_under(parser, "95")
    common(parser)
    parser.set_defaults(verb=lazily("run", "workbench.mutate_verb"))


def _fail_under(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--fail-under",
        type=_percent,
        default=default,
        metavar="N",
        help=f"低于百分之 N 即以 1 退出,默认 {default} / exit 1 below N percent",
    )


def _percent(text: str) -> str:
    whole, _, rest = text.partition(".")
    if (
        not (whole + rest).isascii()
        or not (whole + rest).isdigit()
        or not whole
        or len(text) > 8
        or Decimal(text) > 100
    ):
        raise argparse.ArgumentTypeError(f"应为 0 至 100 的数 / a number from 0 to 100; found {text}")
    return text


def _diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", type=Path, metavar="OLD", help="改前的规则集文件夹 / rulebook before")
    parser.add_argument("new", type=Path, metavar="NEW", help="改后的规则集文件夹 / rulebook after")
    parser.add_argument(
        "--population",
        nargs="+",
        type=Path,
        default=[],
        metavar="TABLE",
        help="评价总体:一行一个单位的表、个案文件或其文件夹 / a table of units, case files or a folder of them",
    )
    items(parser)
    parser.add_argument(
        "--exit-code", action="store_true", help="有差别即以 1 退出 / exit 1 where they differ, as scripts like it"
    )
    common(parser, formats=("text", "json", "html", "xlsx"))
    parser.set_defaults(verb=lazily("diff", "workbench.difference.verb"))
