"""Facts of every kind, as a reader would have read them, with places of every kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from facts.gathering.gathering import Gathered
from facts.gathering.readings import stated
from facts.model import BASES, Fact, Period, Row, Subject
from facts.provenance import CellRef, Locator, PageRef, ParagraphRef, Position, Provenance, Source, TableRef, TextSpan
from facts.units import parse_unit
from facts.vocabulary import Column, Concept, Vocabulary

HERE = Position("")


def _unit(name: str) -> Any:
    return parse_unit(name)


CONCEPTS = (
    Concept("money", "三公经费决算数", "quantity", _unit("万元"), Fraction(0), aliases=("“三公”经费支出",)),
    Concept("change", "预算调整数", "quantity", _unit("万元")),
    Concept("rate", "预算执行率", "quantity", _unit("%"), Fraction(0), Fraction(1)),
    Concept("area", "耕地面积", "quantity", _unit("公顷"), Fraction(0)),
    Concept("count", "下发文件数", "quantity", _unit("份"), Fraction(0), whole=True),
    Concept("plain", "比值", "quantity", _unit("")),
    Concept("mark", "打分", "score", _unit("分"), Fraction(0), Fraction(10)),
    Concept("flag", "已公开", "boolean"),
    Concept("choice", "档次", "choice", choices=("优", "良", "12", "null", "a: b")),
    Concept("words", "说明", "text"),
    Concept("day", "印发日期", "date"),
    Concept(
        "table",
        "绩效目标",
        "table",
        columns=(
            Column("名称", "text"),
            Column("是否量化", "boolean"),
            Column("金额", "quantity", _unit("万元")),
            Column("面积", "quantity", _unit("平方米")),
            Column("日期", "date"),
        ),
    ),
)
VOCABULARY = Vocabulary(
    {concept.id: concept for concept in CONCEPTS},
    {name: c.id for c in CONCEPTS for name in (c.id, c.label, *c.aliases)},
)

# Whatever may stand in a YAML file: no control characters, no surrogates, no BOM.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufffe\uffff\ufeff"),
    max_size=12,
)
WORDS = TEXTS | st.sampled_from(
    ("", "null", "~", "true", "12", "1e5", "是", "- a", "a: b", "# c", "{d}", "=1+1", '"', "\\", "a\nb")
)
AMOUNTS = st.builds(
    lambda whole, places, digits: f"{whole:,}" + (f".{digits:0{places}}"[: places + 1] if places else ""),
    st.integers(0, 10**9),
    st.integers(0, 4),
    st.integers(0, 9999),
)
_LOCATORS: st.SearchStrategy[Locator] = st.one_of(
    st.builds(TextSpan, st.integers(1, 99), st.integers(1, 99)),
    st.builds(ParagraphRef, st.integers(1, 99), st.integers(1, 99)),
    st.builds(CellRef, WORDS.filter(bool), st.sampled_from(("C12", "AB1"))),
    st.builds(PageRef, st.integers(1, 99), st.none() | st.tuples(*[st.integers(-9, 900)] * 4)),
    st.builds(TableRef, WORDS, st.integers(1, 99), WORDS),
)


def _units(concept: Concept) -> tuple[str, ...]:
    return {
        "万元": (" 万元", " 元", "万元", " 亿元"),
        "%": ("%", "‰"),
        "公顷": (" 公顷", " 亩", " 平方米"),
        "份": (" 份", "", " 万件"),
        "分": ("", " 分"),
        "": ("",),
    }[concept.unit.name if concept.unit else ""]


@st.composite
def _known(draw: st.DrawFn, concept: Concept) -> Fact | None:
    if concept.type == "table":
        rows: tuple[Row, ...] = tuple(draw(st.lists(_rows(), max_size=3)))
        return Fact(concept.id, rows, shown=f"{len(rows)} 行")
    bound = None
    if concept.type in ("quantity", "score"):
        text = draw(AMOUNTS) + draw(st.sampled_from(_units(concept)))
        bound = draw(st.sampled_from((None, None, "at_most", "at_least", "above", "below")))
    elif concept.type == "date":
        text = draw(st.sampled_from(("2017-12-31", "2017年12月31日")))
    else:
        text = draw(WORDS if concept.type == "text" else st.sampled_from(concept.choices or ("是", "否", "true")))
    return stated(concept, text, HERE, bound)[0]  # type: ignore[arg-type]  # one of the keys, or None


def _rows() -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "名称": st.none() | WORDS,
            "是否量化": st.sampled_from((None, "是", "否")),
            "金额": st.none() | st.integers(0, 10**9).map(lambda cents: Fraction(cents, 100)),
            "面积": st.none() | st.sampled_from((Fraction(2000, 3), Fraction(1, 8))),
            "日期": st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        }
    )


@st.composite
def facts(draw: st.DrawFn, concept: Concept, one_source: bool = False) -> Fact | None:
    status = draw(st.sampled_from(("known",) * 6 + ("absent", "not_applicable", "conflict")))
    fact = draw(_known(concept)) if status == "known" else Fact(concept.id, None, status, reason=draw(WORDS))
    if fact is None:
        return None
    source = st.sampled_from(("report",) if one_source else ("", "report", "表 1"))
    place = st.builds(Provenance, source, st.none() | _LOCATORS, WORDS, WORDS)
    places = draw(st.lists(place.filter(lambda p: p != Provenance("")), min_size=int(one_source), max_size=3))
    return replace(fact, basis=draw(st.sampled_from(BASES)), provenance=tuple(places), at=HERE)


@st.composite
def gathered(draw: st.DrawFn) -> Gathered:
    one_source = draw(st.booleans())
    found = [draw(facts(concept, one_source)) for concept in CONCEPTS if draw(st.booleans())]
    name = WORDS.filter(lambda text: bool(text.strip()))
    return Gathered(
        Subject(draw(name), draw(name), draw(TEXTS)),
        draw(
            st.sampled_from((Period(date(2017, 1, 1), date(2017, 12, 31)), Period(date(2016, 7, 1), date(2017, 6, 30))))
        ),
        {fact.concept: fact for fact in found if fact is not None},
        {
            "report": Source("report", draw(name)),
            **({} if one_source else {"表 1": Source("表 1", "决算公开表", url="https://a.b/c?d=e#f")}),
        },
    )
