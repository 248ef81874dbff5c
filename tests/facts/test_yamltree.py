"""Reading YAML that may have been written by anyone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.provenance import Position
from facts.yamltree import MAX_BYTES, MAX_NODES, Mapping, Scalar, Sequence, read_yaml, read_yaml_file, to_plain

SECTION = """format: hegui/section/v1
id: management
title: 部门管理
indicators:
  - id: three-public-control
    title: “三公经费”控制率
    measure: 三公经费决算数 / 三公经费预算数
    unit: "%"
    score:
      full: '<= 100%'
      otherwise: 0
    reason: |

      超出预算的
      要说明理由
"""


def codes(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [problem.code for problem in read_yaml(data, "r.yaml")[1]]


def at(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return str(read_yaml(data, "r.yaml")[1][0].at)


def indicator() -> Mapping:
    node, problems = read_yaml(SECTION.encode(), "r.yaml")
    assert problems == () and isinstance(node, Mapping)
    indicators = node.get("indicators")
    assert isinstance(indicators, Sequence) and isinstance(indicators.items[0], Mapping)
    return indicators.items[0]


def test_a_plain_scalar_stands_at_its_first_character() -> None:
    measure = indicator().get("measure")
    assert measure is not None and measure.at == Position("r.yaml", 7, 14)


def test_a_quoted_scalar_stands_after_its_quote() -> None:
    score = indicator().get("score")
    assert isinstance(score, Mapping)
    full = score.get("full")
    assert isinstance(full, Scalar) and full.at == Position("r.yaml", 10, 14) and not full.plain


def test_a_block_stands_at_its_first_line_of_text() -> None:
    reason = indicator().get("reason")
    assert reason is not None and reason.at == Position("r.yaml", 14, 7)


def test_columns_count_characters_beyond_the_basic_plane_once() -> None:
    assert at("𠮷田𠮷田: a: b") == "r.yaml:1:8"


def test_a_key_knows_its_place() -> None:
    assert indicator().key_at("unit") == Position("r.yaml", 8, 5)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", "r.yaml:3:1"),
        ("a: &x 1\n", "anchor", "r.yaml:1:4"),
        ("a: *x\n", "alias", "r.yaml:1:4"),
        ("a: {<<: 1}\n", "merge-key", "r.yaml:1:5"),
        ("a: !!python/object:os.system x\n", "tag", "r.yaml:1:4"),
        ("a: 1\n---\nb: 2\n", "several-documents", "r.yaml:2:1"),
        ("? [a, b]\n: c\n", "key-not-text", "r.yaml:1:3"),
        ("", "empty-file", "r.yaml"),
        ("  \n\n", "empty-file", "r.yaml"),
        ("# 只有注释\n", "empty-file", "r.yaml"),
        ("a: 数\x00\n", "control-character", "r.yaml:1:5"),
        ('a: "\\0"\n', "control-character", "r.yaml:1:5"),
        ("a:\n\tb: 1\n", "bad-yaml", "r.yaml:2:1"),
        ("a: [1, 2\nb: 3\n", "bad-yaml", "r.yaml:1:4"),
        ('a: "没有结束\n', "bad-yaml", "r.yaml:1:4"),
        ("a: 1\n b: 2\n", "bad-yaml", "r.yaml:2:3"),
        ("a: @x\n", "bad-yaml", "r.yaml:1:4"),
        ("[" * 500, "too-deep", "r.yaml:1:42"),
        ("- " * 100 + "a", "too-deep", "r.yaml:1:83"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, code: str, place: str) -> None:
    assert codes(text)[0] == code
    assert at(text) == place


def test_nesting_that_stops_the_parser_itself_is_called_the_same() -> None:
    assert codes("[" * 5000)[0] == "too-deep"


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0\xa1", b"%PDF-1.7\n"])
def test_an_office_file_is_told_from_a_wrong_encoding(data: bytes) -> None:
    (problem,) = read_yaml(data, "r.yaml")[1]
    assert problem.code == "not-yaml" and "facts read" in problem.hint.zh


def test_a_duplicate_key_names_both_places() -> None:
    (problem,) = read_yaml("单位: 万元\n单位: 元\n".encode(), "r.yaml")[1]
    assert "r.yaml:1:1" in problem.message.zh and "r.yaml:1:1" in problem.message.en


def test_a_tab_is_called_a_tab_in_both_languages() -> None:
    (problem,) = read_yaml(b"a:\n\tb: 1\n", "r.yaml")[1]
    assert "Tab" in problem.message.zh and "tab" in problem.message.en


def test_everything_wrong_is_said_at_once() -> None:
    assert codes("a: &x 1\nb: *x\na: 2\nc: !t 3\n") == ["anchor", "alias", "duplicate-key", "tag"]


def test_a_file_in_gbk_is_told_to_be_saved_as_utf8() -> None:
    (problem,) = read_yaml("a: 1\n名称: 部门".encode("gbk"), "r.yaml")[1]
    assert problem.code == "not-utf8" and "GBK" in problem.hint.zh and str(problem.at) == "r.yaml:2:1"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    node, problems = read_yaml("\ufeffa: 1\r\n  \r\nb: c\r\n".encode(), "r.yaml")
    assert problems == () and to_plain(node) == {"a": 1, "b": "c"}
    assert isinstance(node, Mapping) and node.key_at("b").line == 3


def test_a_yaml_bomb_is_refused_unexploded() -> None:
    bomb = "a: &a [x,x]\n" + "".join(f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    assert set(codes(bomb)) == {"anchor", "alias"}


def test_too_many_nodes_stop_the_reading() -> None:
    assert codes("- a\n" * (MAX_NODES + 1)) == ["too-many-nodes"]


def test_a_very_long_text_is_refused() -> None:
    assert codes("a: " + "长" * 200_000) == ["too-long"]


def test_a_file_of_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"a: 1\n" * (MAX_BYTES // 4))
    assert [p.code for p in read_yaml_file(tmp_path / "big.yaml", "big.yaml")[1]] == ["file-too-large"]


def test_a_file_that_is_not_there_and_a_folder_are_problems(tmp_path: Path) -> None:
    assert [p.code for p in read_yaml_file(tmp_path / "none.yaml")[1]] == ["no-such-file"]
    assert [p.code for p in read_yaml_file(tmp_path)[1]] == ["not-a-file"]
    assert [p.code for p in read_yaml_file(Path("a\0b"))[1]] == ["unreadable-file"]


def test_only_plain_numerals_and_true_false_null_are_more_than_text() -> None:
    text = 'a: 12\nb: "12"\nc: 1.50\nd: 1e3\ne: 010\nf: 是\ng: yes\nh: true\ni: null\nj:\nk: 2017-12-31\nl: 1_000\nm: .inf\n'
    assert to_plain(read_yaml(text.encode(), "r.yaml")[0]) == {
        "a": 12,
        "b": "12",
        "c": Decimal("1.50"),
        "d": "1e3",
        "e": "010",
        "f": "是",
        "g": "yes",
        "h": True,
        "i": None,
        "j": None,
        "k": "2017-12-31",
        "l": "1_000",
        "m": ".inf",
    }


def test_json_is_read_as_it_is() -> None:
    node, problems = read_yaml(
        '{"format": "x",\n\t"facts": {"满意度": "98.7%", "n": [1, 2.5, true, null]}}'.encode(), "c.json"
    )
    assert problems == ()
    assert to_plain(node) == {"format": "x", "facts": {"满意度": "98.7%", "n": [1, Decimal("2.5"), True, None]}}


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise(data: bytes) -> None:
    node, problems = read_yaml(data, "r.yaml")
    assert node is not None or problems
    assert all(problem.message.zh and problem.message.en for problem in problems)


@given(st.text(alphabet=st.sampled_from("ab:-? \n\t[]{},&*!|>'\"%@`#<1.中:\\x0\x00\ufeff\u2028"), max_size=80))
def test_no_text_whatever_raises(text: str) -> None:
    node, problems = read_yaml(text.encode(), "r.yaml")
    assert node is not None or problems


@given(st.data())
def test_a_good_file_with_a_piece_lost_or_put_in_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SECTION)))
    end = data.draw(st.integers(start, min(len(SECTION), start + 20)))
    put = data.draw(st.text(max_size=5))
    node, problems = read_yaml((SECTION[:start] + put + SECTION[end:]).encode("utf-8", "surrogatepass"), "r.yaml")
    assert node is not None or problems


PLAIN = st.recursive(
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc中文", min_size=1), inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_what_was_written_as_json_reads_back_the_same(value: object) -> None:
    import json

    node, problems = read_yaml(json.dumps({"v": value}, ensure_ascii=False).encode(), "r.json")
    assert problems == () and to_plain(node) == {"v": value}
