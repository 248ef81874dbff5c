"""What the parsers of several commands share. Nothing heavy is imported here: `hegui --help` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

from hegui.command import Arguments

_MOST = 1_000_000_000


def common(parser: argparse.ArgumentParser, formats: tuple[str, ...] = ("text", "json")) -> None:
    """--format, --lang, -o and -v."""
    parser.add_argument("--format", choices=formats, default=formats[0], help="输出格式 / output format")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件 / write to a file")
    parser.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")


def fail_on(parser: argparse.ArgumentParser) -> None:
    """--fail-on."""
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        default="error",
        help="达到此程度的问题即以 1 退出 / exit 1 on findings at or above",
    )


def waiving(parser: argparse.ArgumentParser) -> None:
    """--waivers and --as-of."""
    parser.add_argument(
        "--waivers",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="豁免文件:有权机关接受的问题 / accepted findings",
    )
    as_of(parser, "豁免和接受以哪天为准,默认今天 / the day they must be in force, today")


def as_of(parser: argparse.ArgumentParser, about: str) -> None:
    """--as-of."""
    parser.add_argument("--as-of", type=_day, metavar="DATE", help=about)


def of_table(parser: argparse.ArgumentParser) -> None:
    """--items and --period, of tables of units."""
    items(parser)
    parser.add_argument(
        "--period",
        dest="year",
        type=_year,
        metavar="YEAR",
        help="评价年度,默认规则集生效之年 / the year, the rulebook's first",
    )


def items(parser: argparse.ArgumentParser) -> None:
    """--items."""
    parser.add_argument(
        "--items",
        type=_named_file,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="清单所在的表,可写几次,如 绩效目标=targets.parquet / a table of items, repeatable",
    )


def computed_by(parser: argparse.ArgumentParser) -> None:
    """--backend, --master and --database: what works out the columns of a population, and where it is."""
    parser.add_argument(
        "--backend", choices=("local", "postgres", "spark"), default="local", help="计算后端 / what computes it, local"
    )
    parser.add_argument(
        "--master",
        default="local[2]",
        metavar="URL",
        help="Spark 的 master,如 spark://主机:7077 / of --backend spark, local[2]",
    )
    database(parser)


def database(parser: argparse.ArgumentParser) -> None:
    """--database."""
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="PostgreSQL:--backend postgres 用它,.sql 表从它读取;默认见 HEGUI_DATABASE,密码放在 HEGUI_DB_PASSWORD / of --backend postgres and of tables that are queries",
    )


def _named_file(text: str) -> tuple[str, Path]:
    name, _, file = text.partition("=")
    if not name.strip() or not file.strip():
        raise argparse.ArgumentTypeError(f"写成 名称=文件 / write NAME=FILE; found {text}")
    return name.strip(), Path(file)


def _year(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1949 <= int(text) <= 9998:
        raise argparse.ArgumentTypeError(f"年度如 2017 / a year such as 2017; found {text}")
    return int(text)


def at_least_one(text: str) -> int:
    """A whole number from 1, of which nobody counts more than a thousand million."""
    if not text.isascii() or not text.isdigit() or len(text) > 10 or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"1 至 {_MOST} 的整数 / a whole number from 1 to {_MOST}; found {text[:40]}")
    return int(text)


def seconds(text: str) -> int:
    """A limit of time."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 86_400:
        raise argparse.ArgumentTypeError(f"应为 1 至 86400 的整数 / a whole number from 1 to 86400; found {text}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期如 2018-06-01 / a date such as 2018-06-01; found {text}") from None


def lazily(name: str, module: str = "verbs") -> Callable[[Arguments], int]:
    """A verb of `hegui.<module>`, imported when it is called."""

    def verb(arguments: Arguments) -> int:
        found: Callable[[Arguments], int] = getattr(import_module(f"hegui.{module}"), name)
        return found(arguments)

    return verb


def add_desk(add: Callable[..., argparse.ArgumentParser]) -> None:
    """`serve` and `user`."""
    parser = add("serve", help="网页工作台 / the desk, in the browser")
    _data(parser)
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="监听地址,默认只限本机 / loopback only")
    parser.add_argument("--port", type=_port, default=8765, metavar="N", help="端口,默认 8765 / port")
    parser.add_argument("--public", metavar="URL", help="前置 https 服务器的地址 / the address people type")
    parser.add_argument(
        "--rules",
        dest="rulebooks",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="首次启动时放入的规则集,默认随附的 / rulebooks to begin with, those that come along",
    )
    parser.add_argument("--workers", type=at_least_one, default=2, metavar="N", help="计算进程数,默认 2 / workers")
    parser.add_argument("--upload", type=at_least_one, default=200, metavar="MB", help="上传上限 / largest upload, 200")
    parser.set_defaults(verb=lazily("serve", "serve_verb"), format="text", lang="zh")
    parser = add("user", help="工作台的用户 / accounts of the desk")
    parser.add_argument("action", choices=("list", "add", "password", "role", "disable", "enable"))
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="用户名 / user")
    parser.add_argument("--role", choices=("viewer", "auditor", "policy", "admin"), default=None, help="角色 / role")
    _data(parser)
    parser.set_defaults(
        verb=lazily("user", "serve_verb"), format="text", lang="zh", host="127.0.0.1", port=8765, public=None,
        rulebooks=[], workers=1, upload=200,
    )  # fmt: skip


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("hegui-data"),
        metavar="DIR",
        help="数据文件夹,默认 hegui-data / where it keeps things",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"应为 1 至 65535 / from 1 to 65535; found {text}")
    return int(text)
