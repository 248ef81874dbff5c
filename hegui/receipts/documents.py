"""Receipts as documents: records to plain data and back, digest and seal. Files of others are held against the schema first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.quantity import bad_date, parse_date
from facts.structure import check_structure
from facts.treereading import text_of
from facts.yamltree import Mapping, read_yaml, to_plain
from hegui.receipts.canonical import canonical, readable, sha256
from hegui.receipts.model import (
    RECEIPT_FORMAT,
    About,
    Content,
    FileDigest,
    Made,
    Options,
    Outcome,
    Receipt,
    ResultDigest,
    RulebookDigest,
    Signature,
    TableUnit,
    Versions,
    Where,
)
from hegui.receipts.places import is_place

Plain = dict[str, Any]


# --- records to data --------------------------------------------------------------------------------------------------


def receipt_text(receipt: Receipt) -> str:
    """The file of a receipt: of equal receipts the same bytes."""
    return readable(receipt_data(receipt))


def receipt_data(receipt: Receipt) -> Plain:
    """A receipt as plain data."""
    signature = receipt.signature
    return {
        "format": RECEIPT_FORMAT,
        "content": content_data(receipt.content),
        "digest": receipt.digest,
        "made": _made(receipt.made),
        "where": _where(receipt.where),
        "seal": receipt.seal,
        "signature": None
        if signature is None
        else {"algorithm": signature.algorithm, "key": signature.key, "value": signature.value},
    }


def content_digest(content: Content) -> str:
    """The digest of the hashed part."""
    return sha256(canonical(content_data(content)))


def seal_of(digest: str, made: Made, where: Where) -> str:
    """The digest of everything a signature stands for: the content's digest, who, when and where."""
    return sha256(canonical({"digest": digest, "made": _made(made), "where": _where(where)}))


def content_data(content: Content) -> Plain:
    """The hashed part as plain data."""
    book, table, versions = content.rulebook, content.table, content.versions
    about = content.about
    return {
        "subject": {"id": about.id, "name": about.name},
        "period": {"from": about.start, "to": about.end},
        "rulebook": {"id": book.id, "version": book.version, "digest": book.digest, "files": _files(book.files)},
        "facts": _files(content.facts),
        "table": None
        if table is None
        else {"unit": table.unit, "year": table.year, "items": [{"name": n, "file": f} for n, f in table.items]},
        "waivers": _files(content.waivers),
        "sources": _files(content.sources),
        "options": {"accept": list(content.options.accept), "as_of": content.options.as_of},
        "versions": {
            "hegui": versions.hegui,
            "engine": versions.engine,
            "durable_rules": versions.durable_rules,
            "python": versions.python,
        },
        "result": _result(content.result),
        "papers": _files(content.papers),
    }


def _result(result: ResultDigest) -> Plain:
    return {
        "sha256": result.sha256,
        "score": result.score,
        "lower": result.lower,
        "upper": result.upper,
        "grade": result.grade,
        "indicators": [
            {"id": one.id, "verdict": one.verdict, "lower": one.lower, "upper": one.upper} for one in result.indicators
        ],
    }


def _files(files: Iterable[FileDigest]) -> list[Plain]:
    return [{"name": file.name, "sha256": file.sha256} for file in files]


def _made(made: Made) -> Plain:
    return {"by": made.by, "at": made.at}


def _where(where: Where) -> Plain:
    return {
        "rules": where.rules,
        "facts": list(where.facts),
        "items": list(where.items),
        "waivers": list(where.waivers),
    }


# --- data to records --------------------------------------------------------------------------------------------------


def read_receipt(data: bytes, name: str) -> tuple[Receipt | None, tuple[Problem, ...]]:
    """The receipt in a file of anybody's, or why it is none. Whether it is true is for `verifying` to say."""
    node, problems = read_yaml(data, name)
    if node is not None and text_of(node, "format") != RECEIPT_FORMAT:
        return None, (_no_receipt(name),)
    problems = (*problems, *check_structure(node, "receipt"))
    if not isinstance(node, Mapping) or has_errors(problems):
        return None, in_order(problems)
    plain: Any = to_plain(node)
    receipt = _receipt(plain)
    problems = (*problems, *_odd_names(receipt.content, name), *_odd_day(receipt.content, name))
    return (None if has_errors(problems) else receipt), in_order(problems)


def _no_receipt(name: str) -> Problem:
    # What stands there is not shown: it may be a private key, taken for a receipt.
    message = Text(f"这不是评价回执(format: {RECEIPT_FORMAT})", f"this is no receipt (format: {RECEIPT_FORMAT})")
    hint = Text(
        "结果的回执在它旁边,文件名以 .receipt.json 结尾",
        "the receipt of a result lies beside it and ends in .receipt.json",
    )
    return Problem("not-a-receipt", Position(name), message, hint)


def _odd_names(content: Content, name: str) -> Iterable[Problem]:
    """Names that would lead out of a folder, or that stand for two files."""
    names = [file.name for file in (*content.inputs, *content.papers)]
    strange = (
        {file for _, file in content.table.items} - {file.name for file in content.facts} if content.table else set()
    )
    counted = Counter(names)
    for one in sorted({n for n in names if not is_place(n) or counted[n] > 1} | strange):
        message = Text(
            f"回执里的文件名不能用:“{one[:80]}”", f"a name of a file in the receipt cannot be used: {one[:80]!r}"
        )
        hint = Text("不要核验来历不明的回执", "do not trust a receipt of unknown origin")
        yield Problem("bad-file-name", Position(name), message, hint)


def _odd_day(content: Content, name: str) -> Iterable[Problem]:
    """A day that no calendar has, which a pattern does not see."""
    day = content.options.as_of
    if day is not None and parse_date(day) is None:
        yield bad_date(day, Position(name))


def _receipt(plain: Plain) -> Receipt:
    signature, where = plain["signature"], plain["where"]
    return Receipt(
        content=_content(plain["content"]),
        made=Made(plain["made"]["by"], plain["made"]["at"]),
        where=Where(where["rules"], tuple(where["facts"]), tuple(where["items"]), tuple(where["waivers"])),
        digest=plain["digest"],
        seal=plain["seal"],
        signature=None
        if signature is None
        else Signature(signature["algorithm"], signature["key"], signature["value"]),
    )


def _content(plain: Plain) -> Content:
    book, table, options, versions = plain["rulebook"], plain["table"], plain["options"], plain["versions"]
    return Content(
        about=About(plain["subject"]["id"], plain["subject"]["name"], plain["period"]["from"], plain["period"]["to"]),
        rulebook=RulebookDigest(book["id"], book["version"], book["digest"], _digests(book["files"])),
        facts=_digests(plain["facts"]),
        table=None
        if table is None
        else TableUnit(table["unit"], table["year"], tuple((one["name"], one["file"]) for one in table["items"])),
        waivers=_digests(plain["waivers"]),
        sources=_digests(plain["sources"]),
        options=Options(tuple(options["accept"]), options["as_of"]),
        versions=Versions(versions["hegui"], versions["engine"], versions["durable_rules"], versions["python"]),
        result=_result_of(plain["result"]),
        papers=_digests(plain["papers"]),
    )


def _result_of(plain: Plain) -> ResultDigest:
    indicators = tuple(Outcome(o["id"], o["verdict"], o["lower"], o["upper"]) for o in plain["indicators"])
    return ResultDigest(plain["sha256"], plain["score"], plain["lower"], plain["upper"], plain["grade"], indicators)


def _digests(files: Iterable[Plain]) -> tuple[FileDigest, ...]:
    return tuple(FileDigest(file["name"], file["sha256"]) for file in files)
