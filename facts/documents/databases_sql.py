"""Whether a text is one query that only reads.

The first of two fences: every database is also opened so that it refuses to write. This one knows enough of each dialect to
see where strings and comments end, and refuses what it is unsure of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from facts.problem import Text

Dialect = Literal["postgresql", "mysql", "sqlite", "duckdb"]

MAX_QUERY = 20_000
_FIRST = ("select", "with", "values", "table")

# Databases take every character beyond ASCII for a letter, spaces and punctuation among them.
_BEYOND = "\u0080-\U0010ffff"
_SPACE = r"(?P<space>[ \t\r\n\f\v]+|--[^\n]*)"
_REST = rf"(?P<word>[A-Za-z_{_BEYOND}][A-Za-z0-9_${_BEYOND}]*)|(?P<number>[0-9]+(?:\.[0-9]*)?)|(?P<mark>.)"
_PLAIN = r"(?P<string>'(?:[^']|'')*')"
_PG = (
    _SPACE,
    r"(?P<dollar>\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$)",
    r"(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')",
    r"""(?P<unicode>[uU]&["'])""",
    _PLAIN,
    r'(?P<name>"(?:[^"]|"")+")',
    _REST,
)
_SQLITE = (_SPACE, _PLAIN, r'(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])', _REST)
# A backslash escapes, a double quote begins a string: the session is set so.
_MYSQL = (
    r"(?P<space>[ \t\r\n\f\v]+|--(?=[\x00- ]|$)[^\n]*|\#[^\n]*)",
    r"(?P<string>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\")",
    r"(?P<name>`(?:[^`]|``)+`)",
    _REST,
)
_PARTS: dict[Dialect, tuple[str, ...]] = {"postgresql": _PG, "duckdb": _PG, "sqlite": _SQLITE, "mysql": _MYSQL}
_TOKENS = {dialect: re.compile("|".join(parts), re.DOTALL) for dialect, parts in _PARTS.items()}
_RUN_COMMENT = re.compile(r"/\*M?!")
_COMMENT_MARK = re.compile(r"/\*|\*/")
_NESTED: tuple[Dialect, ...] = ("postgresql", "duckdb")

# Functions that do something, or that read what is not in the database. A transaction that only reads does not stop them.
_HARMLESS_PG = frozenset({"pg_typeof", "pg_size_pretty", "pg_table_size", "pg_total_relation_size", "pg_get_viewdef"})
_ACTING = re.compile(
    r"(pg|lo|dblink)_\w+|dblink|set_config|nextval|setval|query_to_\w+|cursor_to_\w+|table_to_\w+|database_to_\w+"
    r"|schema_to_\w+|sleep|benchmark|load_file|get_lock|release_lock|release_all_locks|master_pos_wait|master_gtid_wait"
    r"|source_pos_wait|wait_for_executed_gtid_set|sys_exec|sys_eval|load_extension|writefile|readfile|edit|fts3_tokenizer"
)


class Token(NamedTuple):
    """A piece of a query: a word, name, number, string or mark, and where it begins."""

    kind: str
    text: str
    at: int


class UnsureError(Exception):
    """What the fence cannot tell apart, with the reason."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def only_query(query: str, dialect: Dialect) -> tuple[str, Text | None]:
    """The query without a semicolon at its end, or why it is not run."""
    if len(query) > MAX_QUERY:
        return "", Text(f"查询超过 {MAX_QUERY} 个字", f"the query is longer than {MAX_QUERY} characters")
    if "\0" in query or not _is_text(query):
        return "", Text("查询含有不是文字的字符", "the query holds characters that are no text")
    try:
        tokens = list(_tokens(query, dialect))
    except UnsureError as unsure:
        return "", unsure.why
    ends = [token.at for token in tokens if token.text == ";"]
    if ends and any(token.at > ends[0] and token.text != ";" for token in tokens):
        return "", Text("只能有一条语句", "there may be one statement only")
    tokens = [token for token in tokens if token.text != ";"]
    return query[: ends[0]] if ends else query, _objection(tokens)


def _is_text(query: str) -> bool:
    """Whether it can be written as UTF-8 at all."""
    return not any("\ud800" <= character <= "\udfff" for character in query)


def _objection(tokens: list[Token]) -> Text | None:
    """Why these pieces are no query that only reads."""
    leading = next((token for token in tokens if token.text != "("), None)
    if leading is None:
        return Text("查询是空的", "the query is empty")
    if leading.kind != "word" or leading.text.lower() not in _FIRST:
        found = leading.text[:20]
        return Text(
            f"只能以 SELECT、WITH、VALUES 或 TABLE 开头,实为“{found}”",
            f"expected SELECT, WITH, VALUES or TABLE, found “{found}”",
        )
    if any(token.kind == "word" and token.text.lower() == "into" for token in tokens):
        return Text("不能用 INTO:查询只能读取", "INTO is not allowed: a query only reads")
    return next(filter(None, (_acts(token, after) for token, after in pairwise(tokens))), None)


def _acts(token: Token, after: Token) -> Text | None:
    """Why a call is not allowed."""
    name = token.text.strip('"`[]').lower()
    if after.text != "(" or token.kind not in ("word", "name") or name in _HARMLESS_PG:
        return None
    if not _ACTING.fullmatch(name):
        return None
    return Text(f"不能调用 {name}():查询只能读取数据", f"{name}() is not allowed: a query only reads data")


def _tokens(query: str, dialect: Dialect) -> Iterator[Token]:
    """The pieces of a query but for space and comments. Raises Unsure."""
    at = 0
    while at < len(query):
        if query.startswith("/*", at):
            at = _after_comment(query, at, dialect)
            continue
        match = _TOKENS[dialect].match(query, at)
        assert match is not None and match.lastgroup is not None
        _check(match.lastgroup, match[0])
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], at)
        at = match.end()


def _check(kind: str, text: str) -> None:
    """Raises Unsure for a quote that does not close, and for names spelt so that they cannot be read."""
    if kind == "mark" and text in "'\"`":
        raise UnsureError(Text("引号没有闭合", "a quote does not close"))
    if kind == "unicode":
        raise UnsureError(Text('不能用 U&"" 的写法', 'the spelling U&"" is not allowed'))


def _after_comment(query: str, at: int, dialect: Dialect) -> int:
    """Where a block comment ends; they nest in some dialects."""
    if dialect == "mysql" and _RUN_COMMENT.match(query, at):
        raise UnsureError(Text("不能用会执行的注释 /*! */", "comments that are run (/*! */) are not allowed"))
    depth = 0
    for mark in _COMMENT_MARK.finditer(query, at):
        opens = mark[0] == "/*"
        if opens and depth and dialect not in _NESTED:
            continue
        depth += 1 if opens else -1
        if depth == 0:
            return mark.end()
    raise UnsureError(Text("注释没有闭合", "a comment does not close"))
