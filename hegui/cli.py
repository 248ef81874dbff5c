"""The command: reads arguments, calls a verb, writes its result, and gives scripts an exit status they can rely on.

Heavy modules are imported inside the verbs, so that `hegui --help` answers at once.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from hegui import __version__
from hegui.arguments import (
    add_desk,
    at_least_one,
    common,
    computed_by,
    database,
    fail_on,
    lazily,
    of_table,
    seconds,
    waiving,
)
from hegui.command import CLEAN, FAULT, INTERRUPTED, UNUSABLE, Arguments, tell
from hegui.interruption import told_apart
from hegui.receipt_commands import about_receipts, add_receipts
from hegui.workbench.commands import add_workbench


class _Parser(argparse.ArgumentParser):
    """argparse with both languages in its one error."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(
            UNUSABLE, f"hegui: 用法有误 / wrong usage: {message}\n      hegui {self.prog.partition(' ')[2]} --help\n"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status. Nothing a user does ends in a traceback."""
    _speak_utf8()
    parsed = Arguments()
    try:
        with told_apart():
            _parser().parse_args(arguments, namespace=parsed)
            return parsed.verb(parsed)
    except KeyboardInterrupt:
        tell("已中断 / interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        from hegui.writing import silence_stdout

        silence_stdout()  # whoever read us has gone
        return CLEAN
    except Exception as error:  # noqa: BLE001  # the last resort: a bug of ours, said in one line
        return _fault(error, parsed.verbose)


def _fault(error: Exception, verbose: bool) -> int:
    """A fault of the engine or of the program: never a score."""
    from hegui.logs import log_fault

    name = type(error).__name__
    log_fault("fault", kind=name, detail=str(error)[:500], exc_info=error if verbose else None)
    tell(
        "程序内部校验未通过,未给出任何分数;请连同输入文件报告此问题(加 -v 可得详情)\n"
        f"hegui: an internal check failed and no score was given; please report it with the input (-v says more): {name}"
    )
    return FAULT


def _speak_utf8() -> None:
    if sys.stderr is None:  # closed by whoever started us: nobody wants to be told
        sys.stderr = io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


# --- arguments --------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="hegui",
        description="合规:按书面评价标准为部门打分,并给出依据。 Scores departments against written criteria and shows its working.",
        epilog="退出码 / exit status: 0 通过 clean · 1 有问题 findings · 2 输入不可用 unusable input · 3 引擎校验失败 engine fault",
    )
    parser.add_argument("--version", action="version", version=f"hegui {__version__}")
    verbs = parser.add_subparsers(title="命令 / commands", required=True, metavar="COMMAND")
    _check(verbs.add_parser("check", help="评一个个案:得分、区间、等级、扣分、轨迹 / score a case"))
    _explain(verbs.add_parser("explain", help="一项指标为何得此分 / why one indicator has its score"))
    _audit(verbs.add_parser("audit", help="审核一份公开的自评报告 / audit a published self-evaluation"))
    _facts(verbs.add_parser("facts", help="从资料中读出事实,写成个案 / make case files of source documents"))
    add_workbench(verbs.add_parser)
    _batch(
        verbs.add_parser("batch", help="评一个总体:一行一个单位的表,不限大小 / score a population, a table of any size")
    )
    add_receipts(verbs.add_parser)
    add_desk(verbs.add_parser)
    return parser


def _case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", type=Path, required=True, metavar="DIR", help="规则集文件夹 / rulebook folder")
    parser.add_argument(
        "--accept",
        type=_bases,
        default=("figure", "stated", "judged"),
        metavar="BASES",
        help="只采信这些依据的事实,逗号分隔 / facts to rely on: figure,stated,judged",
    )
    parser.add_argument(
        "--isolated", action="store_true", help="在子进程中运行引擎 / run the engine in a child process"
    )
    parser.add_argument("--timeout", type=seconds, default=60, metavar="S", help="子进程时限(秒) / its time limit")
    of_table(parser)
    database(parser)


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "facts", nargs="+", type=Path, metavar="FACTS", help="个案文件,或 表#单位 / case files, or TABLE#unit"
    )
    _case(parser)
    waiving(parser)
    fail_on(parser)
    common(parser, formats=("text", "json", "sarif", "junit", "xlsx", "docx", "html"))
    about_receipts(parser)
    parser.set_defaults(verb=lazily("check"))


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "facts", nargs="+", type=Path, metavar="FACTS", help="个案文件,或 表#单位 / case files, or TABLE#unit"
    )
    parser.add_argument("indicator", metavar="INDICATOR", help="指标编号或名称 / indicator id or title")
    _case(parser)
    waiving(parser)
    common(parser)
    parser.set_defaults(verb=lazily("explain"))


def _batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, metavar="TABLE", help="一行一个单位的表 / a table with a row for each unit")
    parser.add_argument("--rules", type=Path, required=True, metavar="DIR", help="规则集文件夹 / rulebook folder")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="结果文件夹 / folder of the results"
    )
    computed_by(parser)
    of_table(parser)
    parser.add_argument(
        "--partition",
        type=at_least_one,
        default=0,
        metavar="N",
        help="每个分区多少个单位,默认 100000,指标很多时更少 / units of a partition; 100000, fewer for very large rulebooks",
    )
    parser.add_argument(
        "--sample",
        type=at_least_one,
        default=200,
        metavar="N",
        help="抽多少个单位由引擎复核 / units the engine re-checks, 200",
    )
    parser.add_argument(
        "--by-engine",
        action="store_true",
        help="不按列计算,由引擎逐个单位评(慢得多)/ let the engine score unit by unit, far slower",
    )
    parser.add_argument(
        "--claims",
        default="",
        metavar="COLUMN",
        help="哪一列是自评得分,默认按列名找 / the column of claimed scores, found by its name",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式 / output format")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    parser.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")
    parser.set_defaults(verb=lazily("batch", "batch.verb"))


def _audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", type=Path, metavar="REPORT", help="自评报告 / a published self-evaluation")
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="规则集:按它核对得分 / rulebook to hold scores against"
    )
    parser.add_argument("--facts", nargs="+", type=Path, default=[], metavar="CASE", help="事实(个案文件)/ case files")
    parser.add_argument("--checks", type=Path, metavar="DIR", help="一致性检查规则集 / another checks rulebook")
    waiving(parser)
    fail_on(parser)
    common(parser, formats=("text", "json", "sarif", "xlsx"))
    parser.set_defaults(verb=lazily("audit", "audit_verb"))


def _facts(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="动作 / actions", required=True, metavar="ACTION")
    _facts_read(actions.add_parser("read", help="从资料中读出事实 / read facts out of documents"))
    _facts_template(actions.add_parser("template", help="生成供部门填写的工作簿 / write the workbook to fill in"))
    _facts_merge(actions.add_parser("merge", help="把几个个案文件合成一个 / make one case of several case files"))


def _facts_read(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", type=Path, metavar="SOURCE", help="资料文件 / documents")
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="规则集文件夹(词表所在)/ rulebook, for its vocabulary"
    )
    _gathering(parser)
    parser.set_defaults(verb=lazily("read", "facts_verbs"))


def _facts_merge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="+", type=Path, metavar="CASE", help="个案文件 / case files")
    parser.add_argument("--rules", type=Path, required=True, metavar="DIR", help="规则集文件夹 / rulebook folder")
    _gathering(parser)
    parser.set_defaults(verb=lazily("merge", "facts_verbs"))


def _gathering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="对照文件:数据项在哪里 / where the facts stand")
    common(parser, formats=("yaml",))


def _facts_template(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rules", type=Path, required=True, metavar="DIR", help="规则集文件夹 / rulebook folder")
    parser.add_argument(
        "--facts", nargs="+", type=Path, default=[], metavar="CASE", help="先填入这些个案的事实 / cases to fill in"
    )
    common(parser, formats=("xlsx",))
    parser.set_defaults(verb=lazily("template", "template_verbs"))


def _bases(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    wrong = [word for word in words if word not in ("figure", "stated", "judged")]
    if wrong or not words:
        raise argparse.ArgumentTypeError(f"可用 / known: figure,stated,judged; 却是 / found: {text}")
    return words
