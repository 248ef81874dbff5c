"""What YAML's own syntax errors mean, in plain words and at the place the writer should look at."""

from __future__ import annotations

from typing import Any

from facts.problem import NO_TEXT, Problem, Text
from facts.provenance import Position

_QUOTE_HINT = Text("这些字符开头的文字请加引号。", "Put quotes around a text that begins so.")

# Fragment of the parser's message (libyaml's and PyYAML's own wording) -> what it means, way out.
_MEANINGS: tuple[tuple[str, Text, Text], ...] = (
    (
        "tab character",
        Text("缩进不能用制表符(Tab)", "a tab cannot be used for indentation"),
        Text("请改用空格。", "Use spaces."),
    ),
    (
        "mapping values are not allowed",
        Text("这里不能再出现“键: 值”", "“key: value” cannot stand here"),
        Text(
            "请检查缩进是否对齐;文字里有“: ”时请加引号。",
            "Check the indentation; quote a text that contains “: ”.",
        ),
    ),
    (
        "sequence entries are not allowed",
        Text("这里不能出现列表项“- ”", "a list item “- ” cannot stand here"),
        Text("列表要另起一行写。", "Begin the list on its own line."),
    ),
    (
        "unexpected end of stream",
        Text("引号没有结束", "the quoted text is not closed"),
        Text("请补上结束的引号。", "Add the closing quote."),
    ),
    ("unexpected document indicator", Text("引号没有结束", "the quoted text is not closed"), NO_TEXT),
    (
        "unknown escape character",
        Text("双引号里有不认识的反斜杠转义", "unknown backslash escape in double quotes"),
        Text("请改用单引号,或把“\\”写成“\\\\”。", "Use single quotes, or write “\\” as “\\\\”."),
    ),
    (
        "escape code",
        Text("双引号里的转义不是有效字符", "this escape is not a valid character"),
        Text("请直接写出这个字符。", "Write the character itself."),
    ),
    ("',' or ']'", Text("方括号列表缺少“,”或“]”", "a list in brackets lacks “,” or “]”"), NO_TEXT),
    ("',' or '}'", Text("花括号里缺少“,”或“}”", "a mapping in braces lacks “,” or “}”"), NO_TEXT),
    (
        "could not find expected ':'",
        Text("键后面缺少“: ”(半角冒号加空格)", "the key lacks its “: ” (colon and space)"),
        Text("全角冒号“:”不算。", "A full-width colon does not count."),
    ),
    (
        "expected key",
        Text("这一行与上面的缩进不对齐,或缺少“键: ”", "this line is not aligned with those above, or lacks “key: ”"),
        Text("请检查缩进;引号外不要再写文字。", "Check the indentation; write nothing after a closing quote."),
    ),
    (
        "expected <block end>",
        Text("这一行与上面的缩进不对齐,或缺少“键: ”", "this line is not aligned with those above, or lacks “key: ”"),
        Text("请检查缩进;引号外不要再写文字。", "Check the indentation; write nothing after a closing quote."),
    ),
    (
        "expected '-' indicator",
        Text("这里应是列表项“- ”", "a list item “- ” is expected here"),
        Text("请检查缩进是否对齐。", "Check the indentation."),
    ),
    ("node content", Text("这里缺少内容", "content is missing here"), _QUOTE_HINT),
    (
        "cannot start any token",
        Text("这个字符不能用在开头", "a value cannot begin with this character"),
        Text("含 @ ` % 的文字请加引号;缩进请用空格。", "Quote a text with @ ` %; indent with spaces."),
    ),
    (
        "incompatible YAML document",
        Text("不支持的 YAML 版本", "unsupported YAML version"),
        Text("请删去 %YAML 行。", "Remove the %YAML line."),
    ),
    ("directive", Text("不支持以 % 开头的指令行", "directives (%) are not supported"), NO_TEXT),
)
# Found missing only at the end: the place to look at is where it began.
_UNCLOSED = ("unexpected end of stream", "',' or ']'", "',' or '}'", "unexpected document indicator")


def explain(error: Exception, name: str, text: str) -> Problem:
    """A YAML error in `text` as a Problem in the file called `name`."""
    found = str(getattr(error, "problem", None) or error).splitlines()[0]
    if "nesting depth" in found:  # PyYAML 6.0.4 and later stop by themselves at 1,000
        return Problem("too-deep", _place(error, name, False), Text("嵌套过深", "nested too deeply"))
    if _stands_at_tab(error, text):
        found = "tab character"
    for fragment, meaning, hint in _MEANINGS:
        if fragment in found:
            return Problem("bad-yaml", _place(error, name, fragment in _UNCLOSED), _full(meaning, error), hint)
    message = Text(f"不是有效的 YAML:{found}", f"not valid YAML: {found}")
    return Problem("bad-yaml", _place(error, name, False), message, _QUOTE_HINT)


def _stands_at_tab(error: Any, text: str) -> bool:
    mark = getattr(error, "problem_mark", None)
    return mark is not None and text[mark.index : mark.index + 1] == "\t"


def _place(error: Any, name: str, began: bool) -> Position:
    mark = getattr(error, "problem_mark", None)
    if began:
        mark = getattr(error, "context_mark", None) or mark
    return Position(name, mark.line + 1, mark.column + 1) if mark else Position(name)


def _full(meaning: Text, error: Any) -> Text:
    began, ended = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if began is None or ended is None or began.line == ended.line:
        return meaning
    line = began.line + 1
    return Text(f"{meaning.zh}(从第 {line} 行开始的内容)", f"{meaning.en} (in what begins on line {line})")
