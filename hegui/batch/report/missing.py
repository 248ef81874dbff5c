"""How complete the facts are: which are missing most often, and what that leaves open in points."""

from __future__ import annotations

from fractions import Fraction

from engine.columns.operands import UNKNOWN_OPERAND
from facts.columns.store import literal
from facts.problem import Text
from hegui.batch.report.model import Basis, Chapter, Grid, Picture, Stroke, heads, most, per_mille, percent
from hegui.batch.report.reading import Reading
from hegui.charts import CALM

DRAWN = 20


def missing(reading: Reading, basis: Basis) -> Chapter:
    """Concepts by the points of undetermined indicators that read them."""
    (units,) = reading.one("SELECT count(*) FROM scores")
    lacking, open_ = _by_concept(reading, basis)
    vocabulary = basis.plan.rulebook.vocabulary.concepts
    rows = []
    for concept in sorted(lacking, key=lambda one: (-open_[one], -lacking[one], list(vocabulary).index(one))):
        known = vocabulary[concept]
        label = Text(known.label, known.label_en or known.label)
        rows.append((label, concept, lacking[concept], percent(lacking[concept], units), open_[concept]))
    longest = most([row[4] for row in rows])
    strokes = tuple(
        Stroke(row[0], per_mille(row[4], longest), Text(f"{row[2]} 个单位", f"{row[2]} units"), CALM)
        for row in rows[:DRAWN]
        if row[4]
    )
    read = {concept for one in basis.indicators for concept in one.part.concepts}
    notes = [
        Text(
            f"评分要用 {len(read)} 项数据项,其中 {len(rows)} 项至少有一个单位未知(没有填、互相矛盾,或只填了范围)。",
            f"{len(read)} concepts are read by indicators; {len(rows)} of them are unknown for some unit (missing, in conflict, "
            "or stated as a range only).",
        ),
        Text(
            "涉及的待定分值:读到这一项、又因缺数而待定的指标的区间宽度之和;一个指标缺几项就在几项里各计一次。",
            "Points open: widths of the bounds of undetermined indicators that read the concept; an indicator that lacks several "
            "counts for each of them.",
        ),
    ]
    titles = heads(
        ("数据项", "concept"),
        ("编号", "id"),
        ("未知的单位数", "units"),
        ("占比", "share"),
        ("涉及的待定分值", "points open"),
    )
    pictures = (Picture(Text("涉及的待定分值", "Points open"), strokes),) if strokes else ()
    name, title = Text("数据缺失", "Missing facts"), Text("数据是否完整", "How complete the facts are")
    return Chapter(name, title, tuple(notes), pictures, (Grid(titles, tuple(rows)),))


def _by_concept(reading: Reading, basis: Basis) -> tuple[dict[str, int], dict[str, Fraction]]:
    """For each concept: units that lack it, points open.

    Operands are texts with semicolons between; where a label has one itself, its indicator's row cannot be told apart and
    is passed over: the concept still counts by the other indicators that read it.
    """
    concepts = {one.indicator.id: one.part.concepts for one in basis.indicators}
    wanted = " ".join(f"WHEN {literal(name)} THEN {len(read)}" for name, read in concepts.items() if read)
    lacking: dict[str, int] = {}
    open_: dict[str, Fraction] = {}
    if not wanted:
        return lacking, open_
    places = f"list_filter(range(1, len(pieces) + 1), lambda p: pieces[p] = {literal(UNKNOWN_OPERAND)})"
    query = (
        f"SELECT indicator, place, count(*), sum(open) FROM (SELECT indicator, open, unnest({places}) AS place FROM "
        "(SELECT indicator, CASE WHEN verdict = 'undetermined' THEN upper - lower ELSE 0 END AS open, "
        f"string_split(operands, ';') AS pieces FROM reasons WHERE contains(operands, {literal(UNKNOWN_OPERAND)})) "
        f"WHERE len(pieces) = CASE indicator {wanted} END) GROUP BY indicator, place"
    )
    for indicator, place, count, points in reading.rows(query):
        concept = concepts[indicator][int(place) - 1]
        lacking[concept] = max(lacking.get(concept, 0), count)
        open_[concept] = open_.get(concept, Fraction(0)) + points
    return lacking, open_
