"""The command: reads arguments, calls a verb, writes its result, and gives scripts an exit status they can rely on.

Heavy modules are imported inside the verbs, so that `hegui --help` answers at once.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from hegui import __version__
from hegui.command import CLEAN, FAULT, INTERRUPTED, UNUSABLE, Arguments, tell


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
    parsed = _parser().parse_args(arguments, namespace=Arguments())
    try:
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
    _lint(verbs.add_parser("lint", help="检查规则集,一次列出全部问题 / check rulebooks, all problems at once"))
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式 / output format")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="输出语言 / language")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件 / write to a file")
    parser.add_argument("-v", "--verbose", action="store_true", help="在 stderr 写日志 / log on stderr")


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
    parser.add_argument("--timeout", type=_seconds, default=60, metavar="S", help="子进程时限(秒) / its time limit")


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="+", type=Path, metavar="FACTS", help="个案文件 / case files")
    _case(parser)
    parser.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        default="error",
        help="达到此程度的问题即以 1 退出 / exit 1 on findings at or above",
    )
    _common(parser)
    parser.set_defaults(verb=_lazily("check"))


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="+", type=Path, metavar="FACTS", help="个案文件 / case files")
    parser.add_argument("indicator", metavar="INDICATOR", help="指标编号或名称 / indicator id or title")
    _case(parser)
    _common(parser)
    parser.set_defaults(verb=_lazily("explain"))


def _lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="RULES", help="规则集文件夹 / rulebook folders")
    _common(parser)
    parser.set_defaults(verb=_lazily("lint"))


def _lazily(name: str) -> Callable[[Arguments], int]:
    def verb(arguments: Arguments) -> int:
        from hegui import verbs

        found: Callable[[Arguments], int] = getattr(verbs, name)
        return found(arguments)

    return verb


def _bases(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    wrong = [word for word in words if word not in ("figure", "stated", "judged")]
    if wrong or not words:
        raise argparse.ArgumentTypeError(f"可用 / known: figure,stated,judged; 却是 / found: {text}")
    return words


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 86_400:
        raise argparse.ArgumentTypeError(f"应为 1 至 86400 的整数 / a whole number from 1 to 86400; found {text}")
    return int(text)
