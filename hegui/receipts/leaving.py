"""What `hegui check` leaves beside a result: its receipt, signed if asked for, and an entry in a ledger."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from facts.yamltree import read_bytes
from hegui.assessing import Asked, Assessed
from hegui.binary import write_bytes
from hegui.command import Arguments, tell
from hegui.receipts.bundle import write_bundle
from hegui.receipts.canonical import Data, sha256
from hegui.receipts.documents import receipt_text
from hegui.receipts.gathering import Gathered, gather
from hegui.receipts.inputs import Scored, options_of
from hegui.receipts.ledger import Entry, link
from hegui.receipts.ledgerfile import Appended, append
from hegui.receipts.making import make_receipt, paper_place, printable_line
from hegui.receipts.model import RECEIPT_FORMAT, Made, Receipt
from hegui.receipts.result import result_bytes
from hegui.receipts.signing import MAX_KEY, public_key, signed
from hegui.writing import overwrites

BESIDE = ".receipt.json"
Problems = tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a receipt goes and how: `output` is the file of the result it is left beside, if there is one."""

    receipt: Path
    output: Path | None
    by: str
    key: bytes = b""
    key_name: str = ""
    ledger: Path | None = None

    @property
    def bundled(self) -> bool:
        """Whether inputs and result go with it."""
        return self.receipt.suffix.lower() == ".zip"


def wanted_of(arguments: Arguments, inputs: Iterable[Path]) -> tuple[Wanted | None, Problems]:
    """What is to be left; None: nothing. With errors, nothing may be started."""
    receipt = arguments.receipt or _beside(arguments)
    if receipt is None:
        return None, tuple(_useless(arguments))
    inputs = tuple(inputs)
    key, problems = _key(arguments.sign)
    problems = (*problems, *_places(receipt, arguments, inputs), *map(_no_rows, _queries(inputs)))
    if has_errors(problems):
        return None, problems
    by = printable_line(_login() if arguments.by is None else arguments.by)
    return Wanted(receipt, arguments.output, by, key, str(arguments.sign), arguments.ledger), problems


def _queries(inputs: Iterable[Path]) -> list[Path]:
    return [path for path in inputs if path.suffix.lower() == ".sql"]


def _no_rows(query: Path) -> Problem:
    message = Text(
        "回执须记下评价所用的每一行,而查询只说怎样取得它们",
        "a receipt holds every row that was scored, and a query only says how they are had",
    )
    hint = Text("请把查询结果存成文件,再评这个文件。", "Save what the query gives as a file, and score that.")
    return Problem("no-receipt-of-query", Position(str(query)), message, hint)


def _beside(arguments: Arguments) -> Path | None:
    """Beside the result, where that is a file: nothing lies beside a pipe or a device."""
    output = arguments.output
    if output is None or arguments.no_receipt or (output.exists() and not output.is_file()):
        return None
    return output.with_name(output.name + BESIDE)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return ""


def _key(path: Path | None) -> tuple[bytes, Problems]:
    if path is None:
        return b"", ()
    pem, problem = read_bytes(path, str(path), MAX_KEY)
    if problem is None:
        _, problem = public_key(pem, str(path))
    if problem is None and b"PRIVATE KEY" not in pem:
        message = Text("签名要用私钥,这是公钥", "signing needs the private key, this is a public one")
        problem = Problem("bad-key", Position(str(path)), message)
    return pem, (() if problem is None else (problem,))


def _useless(arguments: Arguments) -> Iterator[Problem]:
    """Options about a receipt where none is written."""
    for option, value in (("--sign", arguments.sign), ("--ledger", arguments.ledger)):
        if value is not None:
            message = Text(f"{option} 须有回执", f"{option} needs a receipt")
            hint = Text("请用 --receipt FILE 或 -o FILE", "Add --receipt FILE or -o FILE")
            yield Problem("no-receipt", Position(option), message, hint)


def _places(receipt: Path, arguments: Arguments, inputs: tuple[Path, ...]) -> Iterator[Problem]:
    """What a receipt or a ledger must not be written over."""
    if receipt.suffix.lower() not in (".json", ".zip"):
        message = Text("回执文件名以 .json 或 .zip 结尾", "the name of a receipt ends in .json or .zip")
        yield Problem("bad-file-name", Position(str(receipt)), message)
    kept = tuple(path for path in (arguments.output, arguments.sign) if path is not None)
    for path, others in ((receipt, (*inputs, *kept)), (arguments.ledger, (*inputs, *kept, receipt))):
        clash = overwrites(path, others) or (_is_one_of(path, others) if path is not None else None)
        if clash is not None:
            yield clash
    if receipt.is_file() and not _was_a_receipt(receipt):
        message = Text(
            "这里已有一个不是回执的文件,不予覆盖", "there is a file already that is no receipt; it is not replaced"
        )
        hint = Text(
            "请用 --receipt 指定别处,或用 --no-receipt", "Name another place after --receipt, or use --no-receipt"
        )
        yield Problem("not-a-receipt", Position(str(receipt)), message, hint)


def _is_one_of(path: Path, others: Iterable[Path]) -> Problem | None:
    """As `overwrites`, of files that need not be there yet."""
    if path.absolute() not in {other.absolute() for other in others}:
        return None
    message = Text("同一个文件不能有两种用途", "one file cannot serve two ends")
    return Problem("output-is-input", Position(str(path)), message, Text("请换一个文件名", "Name another file"))


def _was_a_receipt(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            beginning = stream.read(4096)
    except OSError:
        return True  # writing to it will say why not
    return not beginning or beginning.startswith(b"PK\x03\x04") or RECEIPT_FORMAT.encode() in beginning


# --- leaving it -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """What the inputs were before they were read to be assessed, and what could not be read."""

    wanted: Wanted
    gathered: Gathered
    problems: Problems


def look(wanted: Wanted, asked: Asked) -> Before:
    """Look at the inputs. What cannot be read, the assessment will say."""
    return Before(wanted, *gather(asked))


def leave(before: Before, asked: Asked, assessed: Assessed) -> Problems:
    """Write the receipt, and enter it in the ledger; the Problems where that cannot be done."""
    wanted, gathered, problems = before.wanted, before.gathered, before.problems
    if not gathered.still() or gathered.rulebook != assessed.rulebook.digest:
        message = Text("评价时输入文件有改动,没有出具回执", "input files were changed meanwhile; no receipt was made")
        hint = Text("请重新运行", "Run it again")
        return (Problem("input-changed", Position(str(wanted.receipt)), message, hint),)
    if has_errors(problems):
        return problems
    receipt, data, problem = _made(wanted, asked, assessed, gathered)
    if problem is None:
        problem = write_bytes(data, wanted.receipt)
    if problem is not None or receipt is None:
        return (*problems, *((problem,) if problem else ()))
    if wanted.ledger is not None:
        problem = _enter(wanted, wanted.ledger, receipt)
    return (*problems, *((problem,) if problem else ()))


def _made(
    wanted: Wanted, asked: Asked, assessed: Assessed, gathered: Gathered
) -> tuple[Receipt | None, bytes, Problem | None]:
    options = options_of(assessed.rulebook, asked.accept, asked.as_of, bool(asked.waivers))
    scored = Scored(assessed.assessment, assessed.rulebook, gathered.names)
    made = Made(wanted.by, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    papers: dict[str, Data] = {wanted.output.name: wanted.output.resolve()} if wanted.output else {}
    receipt = make_receipt(gathered.inputs, options, scored, made, papers, gathered.where)
    if wanted.key:
        found, problem = signed(receipt, wanted.key, wanted.key_name)
        if found is None:
            return None, b"", problem
        receipt = found
    data = receipt_text(receipt).encode("utf-8")
    if not wanted.bundled:
        return receipt, data, None
    named = {paper_place(name): paper for name, paper in papers.items()}
    result = result_bytes(scored.assessment, scored.names)
    archive, problem = write_bundle(data, result, gathered.inputs.files, named, str(wanted.receipt))
    return receipt, archive, problem


def _enter(wanted: Wanted, ledger: Path, receipt: Receipt) -> Problem | None:
    payload = sha256(receipt_text(receipt).encode("utf-8"))

    def following(last: Entry | None) -> Entry:
        made = receipt.made
        return link(last, at=made.at, by=made.by, kind="assessment", receipt=receipt.digest, payload=payload)

    appended, problem = append(ledger, following)
    if appended is not None:
        _say(appended, ledger)
    return problem


def _say(appended: Appended, ledger: Path) -> None:
    entry = appended.entry
    if appended.repaired:
        tell(f"{ledger}: 末尾没有写完的一行已移入 {ledger}.torn / an unfinished last line was moved to {ledger}.torn")
    tell(f"{ledger}: 第 {entry.n} 条 / entry {entry.n}, head {entry.digest}")
