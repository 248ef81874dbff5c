"""Text of a formula -> tokens with offsets. Full-width signs, digits and Chinese operators are ordinary spellings."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from facts.problem import NO_TEXT, Problem, Text, did_you_mean
from facts.provenance import Position
from facts.units import PLAIN, Unit, known_units, parse_unit
from facts.values import MAX_DIGITS, parse_decimal

TokenKind = Literal["number", "date", "text", "name", "quoted-name", "word", "op", "end"]

MAX_LENGTH = 2000

# One character for one character, so that offsets stay true.
_TWINS = str.maketrans(
    "０１２３４５６７８９＋－−＊×／÷（）＜﹤＞﹥＝，％．［］",
    "0123456789+--**//()<<>>=,%.[]",
)
_OPS = {"≤": "<=", "≦": "<=", "≥": ">=", "≧": ">=", "≠": "!=", "<>": "!=", "==": "=", "=<": "<=", "=>": ">="}
_OP = re.compile(r"<=|>=|<>|!=|==|=<|=>|[≤≦≥≧≠<>=+\-*/(),.]")
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
_DATE = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日|-(\d{2})-(\d{2})(?!\d))")
_NAME = re.compile(r"[^\W\d]\w*")
_UNIT = re.compile(r"[ \u3000]*(%|‰|[^\W\d_]+)")
_QUOTES = {"“": "”", '"': '"', "'": "'", "「": "」", "‘": "’"}

_WORDS = {
    "and": ("and", "且", "并且"),
    "or": ("or", "或", "或者"),
    "not": ("not", "非", "不"),
    "is": ("is", "是", "为"),
    "is not": ("不是", "不为"),
    "where": ("where", "其中"),
    "any": ("any", "任一"),
    "all": ("all", "全部"),
    "none": ("none", "无一"),
    "count": ("count", "计数"),
    "sum": ("sum", "合计"),
    "average": ("average", "平均"),
    "max": ("max", "最大值"),
    "min": ("min", "最小值"),
    "share": ("share", "占比"),
    "rank": ("rank", "排名"),
    "abs": ("abs", "绝对值"),
    "round": ("round", "舍入"),
    "least": ("least", "取小"),
    "greatest": ("greatest", "取大"),
    "days": ("days", "天数"),
    "score": ("score", "得分"),
    "points": ("points", "分值"),
    "total": ("total", "总分"),
    "measure": ("measure", "测算值"),
}
KEYWORDS: dict[str, str] = {spelling: word for word, spellings in _WORDS.items() for spelling in spellings}
# Words that are operators wherever they stand; the others are names unless "(" or a table follows.
OPERATOR_WORDS = frozenset({"and", "or", "not", "is", "is not", "where", "any", "all", "none", "measure"})


class Token(NamedTuple):
    """`value` is the normal spelling; `text` what stands in the file."""

    kind: TokenKind
    value: str
    start: int
    end: int
    number: Fraction | None = None
    unit: Unit = PLAIN
    day: date | None = None


class LexError(Exception):
    """Internal to the parser: the first thing in a formula that is no token."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message.en)
        self.problem = problem


def tokens(text: str, at: Position) -> list[Token]:
    """Every token of the formula, ending with `end`. Raises LexError at the first character that fits nothing."""
    plain = text.translate(_TWINS)
    found: list[Token] = []
    place = 0
    while True:
        while place < len(plain) and plain[place].isspace():
            place += 1
        if place == len(plain):
            return [*found, Token("end", "", place, place)]
        token = _token(plain, text, place, at)
        found.append(token)
        place = token.end


def _token(plain: str, text: str, place: int, at: Position) -> Token:
    if match := _DATE.match(plain, place):
        return _date(match, at)
    if match := _NUMBER.match(plain, place):
        return _number(plain, match, at)
    if match := _OP.match(plain, place):
        return Token("op", _OPS.get(match[0], match[0]), place, match.end())
    if match := _NAME.match(plain, place):
        word = KEYWORDS.get(match[0]) or KEYWORDS.get(match[0].lower())
        return Token("word" if word else "name", word or text[place : match.end()], place, match.end())
    closing = {**_QUOTES, "`": "`"}.get(plain[place])
    if closing is not None:
        return _quoted(text, place, closing, at)
    raise LexError(
        Problem(
            "formula-syntax",
            at.shifted(place),
            Text(f"公式里不认识的字符“{text[place]}”", f"unexpected character {text[place]!r} in the formula"),
            Text(
                "含标点的数据项名称请放在反引号 ` 之间",
                "put a concept's name that has punctuation between backquotes `",
            ),
        )
    )


def _date(match: re.Match[str], at: Position) -> Token:
    year, month, day, iso_month, iso_day = match.groups()
    try:
        value = date(int(year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        raise LexError(
            Problem(
                "bad-date",
                at.shifted(match.start()),
                Text(f"没有“{match[0]}”这一天", f"there is no day {match[0]}"),
                Text("写成 2017-12-31 或 2017年12月31日", "write 2017-12-31"),
            )
        ) from None
    return Token("date", match[0], match.start(), match.end(), day=value)


def _number(plain: str, match: re.Match[str], at: Position) -> Token:
    number = parse_decimal(match[0])
    if number is None:
        raise LexError(
            Problem(
                "not-a-number",
                at.shifted(match.start()),
                Text(f"数字过长(最多 {MAX_DIGITS} 位)", f"number too long (at most {MAX_DIGITS} digits)"),
            )
        )
    end, unit = match.end(), PLAIN
    if suffix := _UNIT.match(plain, end):
        word = suffix[1]
        known = parse_unit(word)
        if known is not None:
            end, unit = suffix.end(), known
        elif word not in KEYWORDS and word.lower() not in KEYWORDS:
            raise LexError(_unknown_unit(word, at.shifted(suffix.start(1))))
    return Token("number", match[0], match.start(), end, number * unit.factor, unit)


def _unknown_unit(word: str, at: Position) -> Problem:
    if re.fullmatch(r"[eE]\d*", word):
        hint = Text("不接受科学计数法,请写全数字", "exponents are not accepted; write the number in full")
    else:
        hint = did_you_mean(word, known_units())
        if hint == NO_TEXT:
            hint = Text("单位与后面的词之间请留空格", "leave a space between a unit and the next word")
    return Problem("unknown-unit", at, Text(f"不认识的单位“{word}”", f"unknown unit {word!r}"), hint)


def _quoted(text: str, place: int, closing: str, at: Position) -> Token:
    end = text.find(closing, place + 1)
    if end < 0:
        raise LexError(
            Problem(
                "formula-syntax",
                at.shifted(place),
                Text(f"引号没有结束,缺“{closing}”", f"the quotation does not end; {closing} is missing"),
            )
        )
    kind: TokenKind = "quoted-name" if closing == "`" else "text"
    return Token(kind, text[place + 1 : end], place, end + 1)
