"""Receipt and files -> what agrees. The assessment is made again from the files alone, offline, and compared byte by byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.session import EngineFault
from facts.problem import Problem, Text, has_errors
from hegui.assessing import DEFAULT_TIMEOUT
from hegui.receipts.canonical import Data, canonical, sha256
from hegui.receipts.differences import every_difference, field_differs, first, told_differences
from hegui.receipts.documents import content_digest, receipt_text, seal_of
from hegui.receipts.inputs import Inputs, assess_inputs, inputs_of
from hegui.receipts.model import About, Comparison, Receipt, RulebookDigest, State, Verification
from hegui.receipts.places import PAPERS, is_place
from hegui.receipts.result import about_of, digest_of_result, result_data
from hegui.receipts.signing import missing_library, signature_holds
from hegui.receipts.versions import versions


@dataclass(frozen=True, slots=True)
class AtHand:
    """What there is to hold a receipt against: inputs by place, papers by place, the result where it was kept.

    `written` are the bytes of the receipt's own file, `key` the public key it must be signed with ("": any, or none).
    """

    files: Mapping[str, Data]
    papers: Mapping[str, Data] = field(default_factory=dict)
    result: bytes | None = None
    written: bytes | None = None
    key: str = ""


def verify_receipt(receipt: Receipt, hand: AtHand, timeout: int | None = DEFAULT_TIMEOUT) -> Verification:
    """Everything compared. Where the engine gives no answer within `timeout` seconds, that does not agree."""
    return Verification(
        receipt,
        (
            *_itself(receipt, hand),
            *_signature(receipt, hand.key),
            *_inputs(receipt, hand.files),
            *_versions(receipt),
            *_again(receipt, hand, timeout),
            *_papers(receipt, hand.papers),
        ),
    )


# --- the receipt itself -----------------------------------------------------------------------------------------------


def _itself(receipt: Receipt, hand: AtHand) -> Iterator[Comparison]:
    digest, seal = content_digest(receipt.content), seal_of(receipt.digest, receipt.made, receipt.where)
    yield _compared("digest", "content", receipt.digest, digest, _DIGEST)
    yield _compared("seal", "digest, made, where", receipt.seal, seal, _SEAL)
    if hand.written is not None:
        again = receipt_text(receipt).encode("utf-8")
        if again != hand.written:
            place = _place_of_difference(again, hand.written)
            yield Comparison("form", place, "differs", _FORM)


def _place_of_difference(one: bytes, other: bytes) -> str:
    """Line and column (in bytes) of the first byte that differs."""
    index = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    line, start = other.count(b"\n", 0, index) + 1, other.rfind(b"\n", 0, index) + 1
    return f"{line}:{index - start + 1}"


_DIGEST = (
    Text("回执内容与其摘要一致", "the content has the digest the receipt states"),
    Text("回执内容被改动过:与其摘要不符", "the content was changed: it does not have the digest the receipt states"),
)
_SEAL = (
    Text("封签完好(摘要、何人何时、何处)", "the seal is whole (digest, who, when, where)"),
    Text(
        "回执被改动过:摘要、何人何时或何处与封签不符",
        "the receipt was changed: digest, who, when or where do not match the seal",
    ),
)
_FORM = Text(
    "回执文件不是 hegui 写出的样子,从此处(行:列)起不同",
    "the file of the receipt is not as hegui writes it; it differs from here on (line:column)",
)


def _compared(what: str, place: str, expected: str, found: str, words: tuple[Text, Text]) -> Comparison:
    same = expected == found
    return Comparison(what, place, "agrees" if same else "differs", words[0] if same else words[1], expected, found)


# --- who signed it ----------------------------------------------------------------------------------------------------


def _signature(receipt: Receipt, key: str) -> Iterator[Comparison]:
    signature = receipt.signature
    if signature is None:
        yield _signed("differs", _UNSIGNED_WANTED, key) if key else _signed("noted", _UNSIGNED)
        return
    problem = missing_library()
    if problem is not None:
        # Whoever names a key wants to know; without the library nothing can be said.
        yield Comparison(
            "signature", signature.key, "differs" if key else "unchecked", problem.message, hint=problem.hint
        )
        return
    if not signature_holds(receipt):
        yield _signed("differs", _BAD_SIGNATURE, found=signature.key)
    elif key and key != signature.key:
        yield _signed("differs", _OTHER_KEY, key, signature.key)
    elif key:
        yield _signed("agrees", _GOOD_SIGNATURE, key, signature.key)
    else:
        yield _signed("noted", _SOMEBODYS, found=signature.key)


def _signed(state: State, message: Text, expected: str | None = None, found: str | None = None) -> Comparison:
    return Comparison("signature", found or "signature", state, message, expected, found)


_UNSIGNED = Text("回执没有签名", "the receipt is not signed")
_UNSIGNED_WANTED = Text(
    "要求用所给的公钥签名,但回执没有签名", "a signature by the key given is wanted; the receipt is not signed"
)
_BAD_SIGNATURE = Text(
    "签名不成立:签名后回执被改动,或不是这把钥匙签的",
    "the signature does not hold: the receipt was changed afterwards, or another key signed it",
)
_OTHER_KEY = Text("签名成立,但不是所给公钥的签名", "the signature holds, but another key than the one given made it")
_GOOD_SIGNATURE = Text("签名成立,是所给公钥的签名", "the signature holds and is by the key given")
_SOMEBODYS = Text(
    "签名成立;这把公钥是谁的,请用 --key 核对", "the signature holds; whose key this is, only --key can tell"
)


# --- what it was made of ----------------------------------------------------------------------------------------------


def _inputs(receipt: Receipt, files: Mapping[str, Data]) -> Iterator[Comparison]:
    recorded = {file.name: file.sha256 for file in receipt.content.inputs}
    for name, digest in recorded.items():
        if name not in files:
            yield Comparison("input", name, "missing", Text("缺少这个文件", "this file is missing"), digest)
            continue
        yield _compared("input", name, digest, sha256(files[name]), _INPUT)
    for name in sorted(set(files) - set(recorded)):
        message = Text("多出这个文件:评价时没有它", "this file is additional: the assessment was made without it")
        yield Comparison("input", name, "additional", message, None, sha256(files[name]))


_INPUT = (
    Text("未改动", "unchanged"),
    Text("这个文件改动过", "this file was changed"),
)


def _papers(receipt: Receipt, papers: Mapping[str, Data]) -> Iterator[Comparison]:
    for file in receipt.content.papers:
        if file.name in papers:
            yield _compared("paper", file.name, file.sha256, sha256(papers[file.name]), _PAPER)
        else:
            message = Text("这份结果文件不在手边,未核对", "this file of the result is not at hand and was not compared")
            yield Comparison("paper", file.name, "unchecked", message, file.sha256)


_PAPER = (
    Text("结果文件未改动", "the file of the result is unchanged"),
    Text("结果文件改动过", "the file of the result was changed"),
)


def _versions(receipt: Receipt) -> Iterator[Comparison]:
    here, there = versions(), receipt.content.versions
    for name in ("hegui", "engine", "durable_rules", "python"):
        before, now = getattr(there, name), getattr(here, name)
        if before != now:
            message = Text(
                f"程序不同({name}):回执用 {before[:20]},这里是 {now[:20]};结果是否因此不同,见下",
                f"another program ({name}): the receipt was made with {before[:20]}, here is {now[:20]}; whether that matters is told below",
            )
            yield Comparison("version", name, "noted", message, before, now)


# --- what it came to --------------------------------------------------------------------------------------------------


def _again(receipt: Receipt, hand: AtHand, timeout: int | None) -> Iterator[Comparison]:
    inputs = inputs_of(receipt.content, _known(hand.files))
    lacking = _lacking(inputs)
    if lacking:
        names = ", ".join(lacking)
        message = Text(f"缺少文件,没有重新评价:{names}", f"files are missing, it was not assessed again: {names}")
        yield Comparison("rerun", "result", "unchecked", message)
        return
    try:
        scored, problems = assess_inputs(inputs, receipt.content.options, timeout)
    except EngineFault as fault:
        message = Text(f"重新评价没有结果:{fault}", f"assessing it again gave nothing: {fault}")
        hint = Text("规则很多时可用 --timeout 放宽时限", "with very many rules, allow more time: --timeout")
        yield Comparison("rerun", "result", "differs", message, hint=hint)
        return
    if scored is None:
        refused = [_refused(problem) for problem in problems if has_errors((problem,))]
        yield from refused or [Comparison("rerun", "result", "differs", _NOTHING)]
        return
    yield from _rulebook(receipt.content.rulebook, scored.rulebook.id, scored.rulebook.version, scored.rulebook.digest)
    plain = result_data(scored.assessment, scored.names)
    yield from _about(receipt, about_of(plain))
    data = canonical(plain)
    expected, found = receipt.content.result, digest_of_result(data, plain)
    yield _compared("result", "result", expected.sha256, found.sha256, _RESULT)
    if hand.result is not None and sha256(hand.result) == expected.sha256 and hand.result != data:
        yield from first(every_difference(json.loads(hand.result), plain))
    elif expected != found:
        told = first(told_differences(expected, found))
        yield from told or (Comparison("field", "result", "differs", _ELSEWHERE),)


_RESULT = (
    Text("重新评价,结果逐字节相同", "assessed again, with the same bytes"),
    Text("重新评价,结果不同", "assessed again, with another result"),
)
_ELSEWHERE = Text(
    "得分和判定都相同,不同处在回执没有逐项记下的内容(轨迹、理由等);用 .zip 回执可看到是哪一项",
    "scores and verdicts are the same; what differs is not in the receipt item by item (trail, reasons); a receipt in a .zip tells which",
)


def _known(files: Mapping[str, Data]) -> dict[str, Data]:
    """What can lie in a folder under its name; anything else has been told as additional."""
    return {name: data for name, data in files.items() if is_place(name) and not name.startswith(f"{PAPERS}/")}


def _lacking(inputs: Inputs) -> list[str]:
    """What it cannot be assessed without. Sources are looked at only where they are there."""
    items = tuple(place for _, place in inputs.table.items) if inputs.table else ()
    wanted = ("rulebook/rulebook.yaml", *inputs.facts, *inputs.waivers, *items)
    return [name for name in dict.fromkeys(wanted) if name not in inputs.files]


def _refused(problem: Problem) -> Comparison:
    message = Text(f"不能重新评价:{problem.message.zh}", f"it cannot be assessed again: {problem.message.en}")
    return Comparison("rerun", str(problem.at), "differs", message, hint=problem.hint)


def _rulebook(stated: RulebookDigest, *found: str) -> Iterator[Comparison]:
    for name, after in zip(("id", "version", "digest"), found, strict=True):
        before = getattr(stated, name)
        if before != after:
            yield _compared("rulebook", f"rulebook.{name}", before, after, _RULEBOOK)


def _about(receipt: Receipt, found: About) -> Iterator[Comparison]:
    stated = receipt.content.about
    for name in ("id", "name", "start", "end"):
        before, after = getattr(stated, name), getattr(found, name)
        if before != after:
            yield field_differs(_ABOUT[name], before, after)


_ABOUT = {"id": "subject.id", "name": "subject.name", "start": "period.from", "end": "period.to"}
_NOTHING = Text("没有可评价的内容", "there is nothing to assess")
_RULEBOOK = (Text("规则集相同", "the same rulebook"), Text("规则集不同", "another rulebook"))
