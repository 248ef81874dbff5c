"""Tokens keep their place in the line, whatever width their characters have."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lexer import KEYWORDS, LexError, tokens
from facts.units import known_units
from tests.engine.example import HERE


def found(text: str) -> list[tuple[str, str]]:
    """Kinds and values of the tokens but the end."""
    return [(token.kind, token.value) for token in tokens(text, HERE)[:-1]]


def test_a_formula_of_the_report_becomes_tokens() -> None:
    assert found("“三公”经费 ≤ 100％") == [("text", "三公"), ("name", "经费"), ("op", "<="), ("number", "100")]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", 1234), ("12,34", None), ("1,234,567.5", Fraction("1234567.5")), ("1,2345", None), ("007", 7)],
)
def test_commas_belong_to_a_number_only_between_thousands(text: str, value: object) -> None:
    kinds = [token.kind for token in tokens(text, HERE)]
    if value is None:
        assert kinds == ["number", "op", "number", "end"]
    else:
        assert tokens(text, HERE)[0].number == value


def test_a_date_is_not_three_numbers_and_three_numbers_are_not_a_date() -> None:
    assert found("2017-12-31") == [("date", "2017-12-31")]
    assert [kind for kind, _ in found("2017 - 12 - 31")] == ["number", "op", "number", "op", "number"]
    assert found("2017-12-311")[0] == ("number", "2017")


@pytest.mark.parametrize("unit", [unit for unit in known_units() if unit])
def test_every_unit_is_read_with_and_without_a_space(unit: str) -> None:
    for text in (f"3{unit}", f"3 {unit}", f"3\u3000{unit}"):
        first, end = tokens(text, HERE)
        assert (first.kind, first.unit.name, end.kind) == ("number", unit, "end")


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_a_word_of_the_language_ends_a_number(word: str) -> None:
    first, *rest = tokens(f"3 {word} x", HERE)
    if first.unit.name == "":
        assert rest[0].value == KEYWORDS[word]


@given(st.text(st.sampled_from("甲乙 12.,%（）≤≥“”`-年月日\u3000\t"), max_size=40))
def test_tokens_stand_in_order_and_leave_only_white_space_between_them(text: str) -> None:
    try:
        every = tokens(text, HERE)
    except LexError:
        return  # what fits nothing is a Problem; test_parser says where
    place = 0
    for token in every:
        assert text[place : token.start].strip() == ""
        assert token.start < token.end or token.kind == "end"
        place = token.end
    assert place == len(text)
