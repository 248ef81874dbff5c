"""Reason codes of the long table in words: the branch's own sentence where the rule has one, else what the branch is.

A code is what `engine.columns.rowwise.code` writes: `?` where it is not decided, the branch, the items that applied
(`items:+1+3?`), the codes of the parts inside (`sum(full;band-2)`), `!zero` where facts were missing, `/veto:id`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.model import Rulebook, Title
from engine.plan import Branch, ByItems, ByJudgement, ByParts, OnePart, PlanPart
from engine.stated import MISSING
from engine.wordings import Words
from facts.problem import Text

_NAME = re.compile(r"[^:(;!)/]*")
_MARK = re.compile(r"!([a-z_]+)")
_ITEM = re.compile(r"\+([0-9]+)(\??)")
_SLOT = re.compile(r"\{[^{}]{1,60}\}")
_PLAIN = {
    "not-applicable": Text("不适用", "not applicable"),
    "applies": Text("不适用", "not applicable"),
    "zero-denominator": Text("分母为零", "the denominator is zero"),
    "full": Text("达到标准", "the criterion is met"),
    "within": Text("在基准以内", "within the base"),
    "reached": Text("已达到目标", "the target is reached"),
    "otherwise": Text("未达到标准", "the criterion is not met"),
    "per-unit": Text("偏离基准,按单位扣(加)分", "away from the base, by the unit"),
    "share": Text("按完成比例计分", "in proportion"),
    "between": Text("按直线插值计分", "on the straight line between"),
    "lowest": Text("在最低一点或以下", "at or below the lowest point"),
    "highest": Text("在最高一点或以上", "at or above the highest point"),
    "formula": Text("按公式计分", "by the formula"),
    "judged": Text("按评价人评定的分数", "as judged by the assessor"),
    "fixed": Text("固定分", "fixed points"),
    "not-computable": Text("本条无法计算", "the clause cannot be computed"),
    "void": Text("前提不成立,作废", "void"),
    "exempt": Text("免扣", "exempt"),
}
_LONGEST = 400


class ReasonWords:
    """The codes of one rulebook in words."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def told(self, part: PlanPart, section: str, code: str) -> Text:
        """A code of an indicator; a code that is none of its own stands for itself."""
        own, *vetoes = re.split(r"/(?=veto\??:)", code)
        reader = _Reader(own, Words(self._rulebook, section))
        try:
            found = reader.part(part)
        except _Strange:
            return Text(code, code)
        if reader.rest:
            return Text(code, code)
        return _short(_joined([found, *(self._veto(one) for one in vetoes)]))

    def _veto(self, mark: str) -> Text:
        kind, _, name = mark.partition(":")
        title = next((veto.title for veto in self._rulebook.vetoes if veto.id == name), Title(name))
        open_ = kind.endswith("?")
        zh = f"一票否决{'待定' if open_ else ''}:{title.zh}"
        return Text(zh, f"veto{' undecided' if open_ else ''}: {title.en or title.zh}")


class _Strange(Exception):
    """A code that this rulebook does not write."""


class _Reader:
    """Reads one code from left to right, beside the part it belongs to."""

    def __init__(self, code: str, words: Words) -> None:
        self._code, self._at, self._words = code, 0, words

    @property
    def rest(self) -> str:
        """What is not read yet."""
        return self._code[self._at :]

    def part(self, part: PlanPart) -> Text:
        """The code of a part, as far as it goes."""
        open_ = self._take("?")
        name = self._match(_NAME)[0]
        branch = next((one for one in part.branches if one.name == name), None)
        if branch is None:
            raise _Strange
        if self._take(":"):
            found = self._items(branch)
        elif self._take("("):
            found = self._parts(part, branch)
        else:
            found = _own(part, branch, self._words)
        if open_:
            found = Text(f"未定,可能是:{found.zh}", f"undecided, perhaps: {found.en}")
        mark = _MARK.match(self._code, self._at)
        if mark:
            self._at = mark.end()
            found = _joined([MISSING.get(mark[1], Text(mark[1], mark[1]))])
        return found

    def _items(self, branch: Branch) -> Text:
        if not isinstance(branch.effect, ByItems):
            raise _Strange
        items = {str(item.number): item for item in branch.effect.items}
        marks: dict[str, str] = {}
        while mark := _ITEM.match(self._code, self._at):
            self._at = mark.end()
            if mark[1] not in items:
                raise _Strange
            marks[mark[1]] = mark[2]
        # Where points are added, what explains a loss is what did not apply; where they are taken off, what did.
        gained = not branch.effect.from_full
        found = []
        for number, item in items.items():
            said = _unfilled(item.reason or item.title or f"({number})")
            if marks.get(number):
                found.append(Text(f"{said}(未定)", f"{said} (undecided)"))
            elif (number in marks) != gained:
                found.append(Text(f"未得:{said}", f"not given: {said}") if gained else Text(said, said))
        if found:
            return _joined(found)
        return Text("各项都已得分", "every item given") if gained else Text("没有一项成立", "no item applies")

    def _parts(self, part: PlanPart, branch: Branch) -> Text:
        effect = branch.effect
        inner: Sequence[PlanPart] = ()
        if isinstance(effect, ByParts):
            inner = effect.parts
        elif isinstance(effect, OnePart):
            inner = (effect.part,)
        found = []
        for number, one in enumerate(inner):
            if number and not self._take(";"):
                raise _Strange
            said, title = self.part(one), one.part.title
            named = len(inner) > 1 and title.zh
            found.append(Text(f"{title.zh}:{said.zh}", f"{title.en or title.zh}: {said.en}") if named else said)
        if not self._take(")"):
            raise _Strange
        return _joined(found)

    def _take(self, mark: str) -> bool:
        taken = self._code.startswith(mark, self._at)
        self._at += len(mark) if taken else 0
        return taken

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._code, self._at)
        if found is None:
            raise _Strange
        self._at = found.end()
        return found


def _own(part: PlanPart, branch: Branch, words: Words) -> Text:
    """The sentence of a branch."""
    if branch.reason:
        return Text(*[_unfilled(branch.reason)] * 2)
    family = branch.name.split("-")[0]
    known = _PLAIN.get(branch.name) or _PLAIN.get(family if family in ("void", "exempt") else "")
    if known is not None:
        return known
    condition = branch.condition
    said = Text("其余情形", "any other case") if condition is None else words.condition(condition)
    if isinstance(branch.effect, ByJudgement):
        return Text(f"{said.zh}(由评价人评定)", f"{said.en} (as judged by the assessor)")
    return said


def _unfilled(template: str) -> str:
    """A rule's own sentence, which says of each unit another number, without the number."""
    return _SLOT.sub("……", template)


def _joined(texts: Sequence[Text]) -> Text:
    return Text(";".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _short(text: Text) -> Text:
    return Text(*(one if len(one) <= _LONGEST else one[: _LONGEST - 1] + "…" for one in text))
