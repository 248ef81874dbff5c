"""`hegui verify`: is a receipt still true, is a ledger whole. `hegui key new`: a key to sign with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from facts.problem import Problem, Text, has_errors
from facts.provenance import Position
from facts.yamltree import read_bytes
from hegui.assessing import Asked
from hegui.batch.unit import names_unit
from hegui.command import CLEAN, FINDINGS, UNUSABLE, Arguments
from hegui.delivery import deliver, language_of, refused, unwritable, warn
from hegui.receipts.bundle import MAX_TOTAL, Bundle, read_bundle
from hegui.receipts.canonical import Data, sha256
from hegui.receipts.documents import read_receipt
from hegui.receipts.gathering import below, gather
from hegui.receipts.ledger import check_chain
from hegui.receipts.ledgerfile import Ledger, parse_ledger
from hegui.receipts.model import Comparison, Content, Receipt
from hegui.receipts.signing import MAX_KEY, missing_library, new_key, public_key
from hegui.receipts.telling import Told, compared_faults, verification_json, verification_text
from hegui.receipts.verifying import AtHand, verify_receipt
from hegui.writing import cannot_write, overwrites, write_result

MAX_LEDGER = 1024 * 1024 * 1024
_LEDGER_MARK = b'"hegui/ledger/v1"'
Problems = tuple[Problem, ...]


def verify(arguments: Arguments) -> int:
    """Verify a receipt, alone or in its archive, or a ledger; 0 agrees, 1 does not, 2 cannot be read."""
    path = arguments.file
    clash = overwrites(arguments.output, (path, *arguments.facts, *arguments.waivers))
    if clash is not None:
        return unwritable(clash, arguments)
    ledger, problem = _is_ledger(path)
    if problem is None:
        told, problems = _ledger(arguments) if ledger else _receipt(arguments)
    else:
        told, problems = None, (problem,)
    if told is None:
        return refused(problems, arguments)
    warn(problems, arguments)
    text = verification_json if arguments.format == "json" else verification_text
    if not deliver(text(told, language_of(arguments)), arguments):
        return UNUSABLE
    return CLEAN if told.agrees else FINDINGS


def _is_ledger(path: Path) -> tuple[bool, Problem | None]:
    """Whether a file is a ledger, also where its first line is not what it was."""
    if path.suffix.lower() in (".zip", ".json"):
        return False, None
    beginning, problem = _beginning(path)
    return path.suffix.lower() == ".jsonl" or _LEDGER_MARK in beginning, problem


def _beginning(path: Path) -> tuple[bytes, Problem | None]:
    data, problem = read_bytes(path, str(path), MAX_LEDGER)
    return data[:65536], problem


# --- ledgers ----------------------------------------------------------------------------------------------------------


def _ledger(arguments: Arguments) -> tuple[Told | None, Problems]:
    path = arguments.file
    ledger, comparisons, problem = _chain(path, arguments.head or "")
    if ledger is None:
        return None, () if problem is None else (problem,)
    return Told(str(path), comparisons, entries=len(ledger.lines), last=ledger.last), ()


def _chain(path: Path, head: str) -> tuple[Ledger | None, tuple[Comparison, ...], Problem | None]:
    """A ledger, and what is to be said of its chain."""
    data, problem = read_bytes(path, str(path), MAX_LEDGER)
    if problem is not None:
        return None, (), problem
    ledger = parse_ledger(data)
    faults = (*check_chain(ledger.lines, head), *ledger.tail_faults())
    if faults:
        return ledger, tuple(compared_faults(faults, str(path))), None
    whole = Text("台账每一条都接在前一条之后", "in the ledger every entry follows the one before it")
    return ledger, (Comparison("entry", str(path), "agrees", whole),), None


def _entered(path: Path, receipt: Receipt, written: bytes, head: str) -> tuple[tuple[Comparison, ...], Problem | None]:
    """Whether a receipt is in a ledger, byte for byte, and the ledger whole."""
    ledger, comparisons, problem = _chain(path, head)
    if ledger is None:
        return (), problem
    payload = sha256(written)
    for one in ledger.lines:
        if one.entry is not None and (one.entry.payload, one.entry.receipt) == (payload, receipt.digest):
            by, at = one.entry.by or "—", one.entry.at
            message = Text(
                f"回执记在台账第 {one.entry.n} 条({by},{at})", f"the receipt is entry {one.entry.n} ({by}, {at})"
            )
            return (*comparisons, Comparison("entry", f"{path}:{one.line}", "agrees", message)), None
    message = Text("台账里没有这份回执", "the ledger does not have this receipt")
    return (*comparisons, Comparison("entry", str(path), "missing", message, payload)), None


# --- receipts ---------------------------------------------------------------------------------------------------------


def _receipt(arguments: Arguments) -> tuple[Told | None, Problems]:
    name = str(arguments.file)
    key, problem = _key(arguments.key)
    if problem is not None:
        return None, (problem,)
    data, bundle, problem = _opened(arguments.file)
    if problem is not None:
        return None, (problem,)
    receipt, problems = read_receipt(data, name)
    if receipt is None:
        return None, problems
    if bundle is None:
        hand, more = _at_hand(receipt, arguments)
        problems = (*problems, *more)
    else:
        hand = AtHand(bundle.files, bundle.papers, bundle.result)
    if hand is None or has_errors(problems):
        return None, problems
    extra = () if bundle is None else tuple(_of_archive(bundle))
    if arguments.ledger is not None:
        entered, problem = _entered(arguments.ledger, receipt, data, arguments.head or "")
        if problem is not None:
            return None, (problem,)
        extra = (*extra, *entered)
    hand = replace(hand, written=data, key=key)
    verification = verify_receipt(receipt, hand, arguments.timeout)
    return Told(name, (*verification.comparisons, *extra), receipt), problems


def _key(path: Path | None) -> tuple[str, Problem | None]:
    if path is None:
        return "", None
    pem, problem = read_bytes(path, str(path), MAX_KEY)
    return public_key(pem, str(path)) if problem is None else ("", problem)


def _opened(path: Path) -> tuple[bytes, Bundle | None, Problem | None]:
    """The bytes of the receipt, and the archive it is in, if it is in one."""
    data, problem = read_bytes(path, str(path), MAX_TOTAL + 1024 * 1024)
    if problem is not None or not data.startswith(b"PK"):
        return data, None, problem
    bundle, problem = read_bundle(data, str(path))
    return (b"" if bundle is None else bundle.receipt), bundle, problem


def _of_archive(bundle: Bundle) -> Iterator[Comparison]:
    """What is to be said of the archive itself."""
    for name in bundle.strays:
        message = Text("压缩包里多出这个文件", "this file of the archive is additional")
        yield Comparison("input", name, "additional", message)
    if bundle.repacked:
        message = Text(
            "压缩包不是 hegui 写出的那些字节(重新打包过或改动过);其中的文件已逐个核对",
            "the archive is not byte for byte as hegui writes it (packed anew, or changed); the files in it were compared one by one",
        )
        yield Comparison("archive", "archive", "noted", message)


# --- inputs beside a receipt ------------------------------------------------------------------------------------------


def _at_hand(receipt: Receipt, arguments: Arguments) -> tuple[AtHand | None, Problems]:
    content, where = receipt.content, receipt.where
    items = dict(arguments.items)
    names = [name for name, _ in content.table.items] if content.table else []
    recorded: list[_Recorded] = [("--rules", where.rules, arguments.rules)]
    recorded += _each("--facts", where.facts, _given_facts(arguments))
    recorded += _each("--items", where.items, [items[name] for name in names if name in items])
    recorded += _each("--waivers", where.waivers, arguments.waivers)
    paths, problems = _found(recorded)
    if problems:
        return None, problems
    asked = _asked(content, paths, names)
    gathered, problems = gather(asked, content)
    return AtHand(gathered.inputs.files, _papers(receipt, arguments.file)), problems


_Recorded = tuple[str, str | None, Path | None]


def _each(option: str, recorded: tuple[str | None, ...], given: list[Path]) -> list[_Recorded]:
    """Files named on the command line take the place of all that are recorded."""
    return [(option, None, path) for path in given] if given else [(option, one, None) for one in recorded]


def _given_facts(arguments: Arguments) -> list[Path]:
    named = names_unit(arguments.facts) if arguments.facts else None
    return list(arguments.facts) if named is None else [named[0]]


def _found(recorded: list[_Recorded]) -> tuple[dict[str, list[Path]], Problems]:
    paths: dict[str, list[Path]] = {option: [] for option in ("--rules", "--facts", "--items", "--waivers")}
    problems = list[Problem]()
    for option, text, given in recorded:
        path = given if given is not None else _below_here(text)
        if path is None or not path.exists():
            problems.append(_not_here(option, text if given is None else str(given)))
        else:
            paths[option].append(path)
    return paths, tuple(problems)


def _below_here(text: str | None) -> Path | None:
    """A path somebody else wrote: only below this folder, by no link that leads out of it."""
    if text is None or Path(text).is_absolute() or ".." in Path(text).parts or "\0" in text:
        return None
    return Path(text) if below(Path(text)) is not None else None


def _not_here(option: str, text: str | None) -> Problem:
    shown = "" if text is None else f"“{text[:200]}”"
    message = Text(
        f"当时的文件{shown}不在这里,不能核验",
        f"the file{' ' + repr(text[:200]) if text else ''} it was made of is not here",
    )
    hint = Text(
        f"请用 {option} 指明,或在当时运行 hegui check 的文件夹里运行",
        f"Name it after {option}, or run this in the folder hegui check was run in",
    )
    return Problem("no-such-file", Position(option), message, hint)


def _asked(content: Content, paths: dict[str, list[Path]], names: list[str]) -> Asked:
    (rules,) = paths["--rules"]
    table = content.table
    return Asked(
        rules=rules,
        facts=tuple(paths["--facts"]),
        waivers=tuple(paths["--waivers"]),
        unit=None if table is None else table.unit,
        items=dict(zip(names, paths["--items"], strict=False)),
    )


def _papers(receipt: Receipt, file: Path) -> dict[str, Data]:
    """Files of the result that lie beside the receipt."""
    found = {paper.name: file.parent / paper.name.partition("/")[2] for paper in receipt.content.papers}
    return {place: path for place, path in found.items() if path.is_file()}


# --- keys -------------------------------------------------------------------------------------------------------------


def key_new(arguments: Arguments) -> int:
    """Make a key: the private half into a file only its owner can read, the public one beside it and on stdout."""
    problem = missing_library()
    if problem is not None:
        return refused((problem,), arguments)
    private, public, shown = new_key()
    assert arguments.output is not None
    path = arguments.output
    beside = path.with_name(f"{path.name}.pub")
    for target, data, mode in ((path, private, 0o600), (beside, public, 0o644)):
        problem = _write_new(target, data, mode)
        if problem is not None:
            return refused((problem,), arguments)
    problem = write_result(f"{shown}\n", None)
    return CLEAN if problem is None else refused((problem,), arguments)


def _write_new(path: Path, data: bytes, mode: int) -> Problem | None:
    """Into a file that was not there: a key is never replaced."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        message = Text("已有这个文件,不予覆盖", "this file is there already and is not replaced")
        hint = Text(
            "请换一个文件名;私钥丢了,用它签的回执仍可核验",
            "Name another file; without a private key what it signed can still be verified",
        )
        return Problem("file-exists", Position(str(path)), message, hint)
    except OSError as error:
        return cannot_write(str(path), error)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        return cannot_write(str(path), error)
    return None
