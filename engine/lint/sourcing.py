"""What has no source, no use or no English: citations, concepts, parameters, titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.drafts import own_concepts
from engine.expr import Aggregate, Expr, Name, Quantifier, Rank
from engine.lint.book import Book, Found, finding
from engine.lint.reach import forms_in
from engine.model import Bands, Citation, Items, Judged, Parameter, Part, Rulebook
from engine.walk import form_trees, inner_parts, nodes
from facts.problem import Text
from facts.provenance import Position
from facts.vocabulary import Concept

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def find_sourcing(book: Book) -> Iterator[Found]:
    """Citations of what can be cited; concepts and parameters where all of the rulebook could be read."""
    rulebook = book.rulebook
    yield from _citations(rulebook)
    own = own_concepts(rulebook)
    yield from _unsourced(
        [c for c in own if not (_settled(c.reported_in) or c.reported or _settled(c.definition))], len(own)
    )
    if book.complete:
        yield from _unused_concepts(rulebook, own)
        yield from _parameters(rulebook)
    yield from _english(rulebook)


def _settled(text: str) -> bool:
    return bool(text) and "TODO" not in text


# --- citations --------------------------------------------------------------------------------------------------------


def _citations(rulebook: Rulebook) -> Iterator[Found]:
    cited = [(i.id, i.at, i.part.cite) for i in rulebook.indicators]
    cited += [(v.id, v.at, v.cite) for v in rulebook.vetoes]
    for target, at, cite in cited:
        yield from _citation(target, at, cite)
    # A relation between figures needs a document, not an item of it.
    for check in rulebook.checks:
        if not check.cite.document:
            yield from _citation(check.id, check.at, check.cite)


def _citation(target: str, at: Position, cite: Citation) -> Iterator[Found]:
    if not cite.document:
        yield finding(
            "missing-citation",
            target,
            at,
            Text("没有依据:本处和规则集都没有写 cite", "no citation, neither here nor in the rulebook"),
            Text("写 cite: {document: 文号, item: 条款}", "write `cite: {document: …, item: …}`"),
        )
    elif not cite.item:
        yield finding(
            "citation-without-item",
            target,
            at,
            Text(f"依据只到文件“{cite.document}”,没有写条款", f"the citation names {cite.document} but no item of it"),
            Text("写 cite: {item: 条款、附件或页}", "write `cite: {item: …}`"),
        )


# --- concepts and parameters ------------------------------------------------------------------------------------------


def _unused_concepts(rulebook: Rulebook, own: Sequence[Concept]) -> Iterator[Found]:
    used = concepts_used(rulebook)
    for concept in own:
        if concept.id not in used:
            yield finding(
                "unused-concept",
                concept.id,
                concept.at,
                Text(f"数据项“{concept.label}”没有任何规则用到", f"no rule reads the concept {concept.label}"),
                Text("删去,或补上用到它的规则", "remove it, or write the rule that should read it"),
            )


def _unsourced(concepts: Sequence[Concept], total: int) -> Iterator[Found]:
    hint = Text(
        "写 reported_in(给人看)或 reported(给程序看)", "write `reported_in` for people or `reported` for programs"
    )
    if len(concepts) == total > 1:
        # Where none has a source, once is enough.
        yield finding(
            "concept-without-source",
            "vocabulary",
            Position(concepts[0].at.file),
            Text(
                f"{total} 个数据项都没有定义,也没有写在哪里报告",
                f"none of the {total} concepts has a definition or says where it is reported",
            ),
            hint,
        )
        return
    for concept in concepts:
        yield finding(
            "concept-without-source",
            concept.id,
            concept.at,
            Text(f"数据项“{concept.label}”没有定义,也没有写在哪里报告", f"concept {concept.label} has no definition and does not say where it is reported"),
            hint,
        )  # fmt: skip


def _parameters(rulebook: Rulebook) -> Iterator[Found]:
    outside = list(_outside(rulebook))
    own = {name for tree in outside for name in _names(tree)}
    inside = {s.id: {n for i in s.indicators for t in trees_of(i.part) for n in _names(t)} for s in rulebook.sections}
    for section in rulebook.sections:
        gate = set(_names(section.counts_if)) if section.counts_if is not None else set()
        for parameter in section.parameters:
            if parameter.name not in inside[section.id] | gate:
                yield _unused(parameter)
    everywhere = own.union(*inside.values()) if inside else own
    for parameter in rulebook.parameters:
        if parameter.name not in everywhere:
            yield _unused(parameter)


def _unused(parameter: Parameter) -> Found:
    return finding(
        "unused-parameter",
        parameter.name,
        parameter.at,
        Text(f"参数“{parameter.name}”没有任何公式用到", f"no formula uses the parameter {parameter.name}"),
        Text("删去,或在公式里用它代替写死的数", "remove it, or use it in place of the number written out"),
    )


def concepts_used(rulebook: Rulebook) -> set[str]:
    """Ids of the concepts that rules read, compare, judge by or put into their sentences."""
    vocabulary, found = rulebook.vocabulary, set[str]()
    trees = [tree for i in rulebook.indicators for tree in trees_of(i.part)] + list(_outside(rulebook))
    for tree in trees:
        for node in nodes(tree):
            if isinstance(node, Aggregate | Quantifier | Rank):
                found.add(node.table)
        found.update(name for name in _names(tree) if name in vocabulary.concepts)
    parameters = [*rulebook.parameters, *(p for s in rulebook.sections for p in s.parameters)]
    found.update(parameter.by for parameter in parameters)
    texts = [check.message for check in rulebook.checks] + [
        text for i in rulebook.indicators for text in reasons_of(i.part)
    ]
    named = (vocabulary.find(name) for text in texts for name in _PLACEHOLDER.findall(text))
    found.update(concept.id for concept in named if concept is not None)
    for indicator in rulebook.indicators:
        found.update(
            form.concept
            for part in inner_parts(indicator.part)
            for form in forms_in(part.form)
            if isinstance(form, Judged)
        )
    return found


def _names(tree: Expr | None) -> Iterator[str]:
    return (node.name for node in nodes(tree) if isinstance(node, Name))


def _outside(rulebook: Rulebook) -> Iterator[Expr]:
    """Formulas above the indicators."""
    for section in rulebook.sections:
        if section.counts_if is not None:
            yield section.counts_if
    for veto in rulebook.vetoes:
        yield veto.when
    for check in rulebook.checks:
        yield from (tree for tree in (check.that, check.actual, check.expected) if tree is not None)


def trees_of(part: Part) -> Iterator[Expr]:
    """Every formula of a part and of the parts inside it."""
    for one in inner_parts(part):
        guards = (guard.when for guard in (*one.voids, *one.exempts))
        for tree in (one.measure, one.applies, None if isinstance(one.points, Fraction) else one.points, *guards):
            if tree is not None:
                yield tree
        yield from form_trees(one.form)
        for form in forms_in(one.form):
            if isinstance(form, Bands):
                yield from (band.when for band in form.bands if band.when is not None)


def reasons_of(part: Part) -> Iterator[str]:
    """Every sentence a part gives as a reason."""
    for one in inner_parts(part):
        yield from (guard.reason for guard in (*one.voids, *one.exempts))
        for form in forms_in(one.form):
            yield getattr(form, "reason", "")
            if isinstance(form, Items):
                yield from (item.reason for item in form.items)
            if isinstance(form, Bands):
                yield from (band.reason for band in form.bands)


# --- English ----------------------------------------------------------------------------------------------------------


def _english(rulebook: Rulebook) -> Iterator[Found]:
    """One note for each file with Chinese titles alone."""
    titled = [("rulebook", rulebook.at, rulebook.title)]
    titled += [(s.id, s.at, s.title) for s in rulebook.sections]
    titled += [(i.id, i.at, i.title) for i in rulebook.indicators]
    titled += [(v.id, v.at, v.title) for v in rulebook.vetoes]
    titled += [(c.id, c.at, c.title) for c in rulebook.checks]
    lacking: dict[str, list[tuple[str, Position]]] = {}
    for target, at, title in titled:
        if title.zh and not title.en:
            lacking.setdefault(at.file, []).append((target, at))
    for places in lacking.values():
        target, at = places[0]
        many = len(places)
        yield finding(
            "no-english-title",
            target,
            at,
            Text(f"本文件有 {many} 处没有英文名称,这是第一处", f"{many} titles of this file have no English; this is the first"),
            Text("写 title_en", "write `title_en`"),
        )  # fmt: skip
