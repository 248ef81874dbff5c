"""A folder of YAML -> Rulebook, or every Problem it has.

Structure is held against the JSON Schemas first; what the structure means is read only where it is sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from engine import reading as rd
from engine.checks import CONTRADICTIONS, check_grades, check_listed_points, check_rulebook
from engine.forms import Around
from engine.gradereading import read_grades
from engine.model import (
    Acceptance,
    Check,
    Citation,
    Declared,
    Indicator,
    Parameter,
    Part,
    Policies,
    Rulebook,
    Section,
    Veto,
    VetoEffect,
)
from engine.partreading import POLICIES, around_section, read_part, read_policies, stated_policies
from engine.reading import Reading
from engine.rulefiles import LIBRARY, RuleFile, digest_of
from engine.typecheck import Scope
from facts import yamltree as yt
from facts.problem import Problem, Text, has_errors, in_order
from facts.provenance import Position
from facts.structure import check_structure, sound_parts
from facts.units import PLAIN, Unit
from facts.vocabulary import Vocabulary
from facts.vocabularyfile import EMPTY, read_vocabulary
from facts.vocabularylibrary import Library, read_libraries

_NO_POLICIES = Policies("undetermined", "undetermined", "up", "full", None, None)
MAX_INDICATORS = 10_000

Loaded = tuple[Rulebook | None, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class _Files:
    """The parsed files of a folder."""

    rulebook: yt.Mapping
    vocabulary: yt.Node | None
    libraries: tuple[Library, ...]
    sections: tuple[tuple[str, yt.Mapping], ...]
    contents: tuple[RuleFile, ...]


def load_rulebook(folder: Path, as_of: date | None = None, common: Path | None = None) -> Loaded:
    """The rulebook in a folder and every Problem found; no rulebook if any of them is an error.

    On the day `as_of` acceptances that have expired are open contradictions again; None looks at no day. `common` is the
    folder of the concept libraries, where it is not the one installed beside us.
    """
    rulebook, problems = read_rulebook(folder, as_of, common)
    return (None if has_errors(problems) else rulebook), problems


def rulebook_files(folder: Path, common: Path | None = None) -> tuple[tuple[RuleFile, ...], tuple[Problem, ...]]:
    """The files a rulebook is made of, in the order of its digest, and why one of them cannot be read."""
    read = Reading()
    files = _read_files(folder, read, common)
    return (() if files is None else files.contents), in_order(read.problems)


def read_rulebook(folder: Path, as_of: date | None = None, common: Path | None = None) -> Loaded:
    """As `load_rulebook`, but with what could be read of a rulebook that has errors: for telling about it, not for use."""
    read = Reading()
    files = _read_files(folder, read, common)
    if files is None:
        return None, in_order(read.problems)
    unsound = {problem.at.file for problem in read.problems}
    vocabulary, problems = read_vocabulary(files.vocabulary, files.libraries) if files.vocabulary else (EMPTY, ())
    read.problems += problems
    rulebook = _Builder(read, files, vocabulary).build()
    if rulebook is not None and has_errors(read.problems):
        # What does not add up is only worth saying where everything that should be counted could be read.
        read.problems += check_grades(rulebook)
        read.problems += check_listed_points(rulebook, _whole_sections(rulebook, unsound), as_of)
    elif rulebook is not None:
        read.problems += check_rulebook(rulebook, as_of)
    return rulebook, in_order(read.problems)


def _whole_sections(rulebook: Rulebook, unsound: set[str]) -> frozenset[str]:
    """Ids of the sections whose every indicator could be read."""
    return frozenset(s.id for s in rulebook.sections if s.at.file not in unsound and not s.unread)


# --- files ------------------------------------------------------------------------------------------------------------


def _read_files(folder: Path, read: Reading, common: Path | None = None) -> _Files | None:
    contents = list[RuleFile]()
    if not folder.is_dir():
        read.problem(
            "no-rulebook",
            Position(str(folder)),
            Text("没有这个规则集文件夹", "there is no such rulebook folder"),
            Text("应为含 rulebook.yaml 的文件夹", "a folder that holds rulebook.yaml is wanted"),
        )
        return None
    inside = (
        [] if (folder / "rulebook.yaml").exists() else sorted(p.parent.name for p in folder.glob("*/rulebook.yaml"))
    )
    if inside:
        names = ", ".join(f"{folder / name}" for name in inside[:5])
        message = Text("这个文件夹里没有 rulebook.yaml", "this folder holds no rulebook.yaml")
        hint = Text(f"规则集在其下一级:{names}", f"the rulebooks are one level below: {names}")
        read.problem("no-rulebook", Position(str(folder)), message, hint)
        return None
    root = _read(folder, "rulebook.yaml", "rulebook", read, contents)
    if root is None:
        return None
    vocabulary = None
    if (folder / "vocabulary.yaml").exists():
        vocabulary = _read(folder, "vocabulary.yaml", "vocabulary", read, contents)
    libraries, problems = read_libraries(vocabulary, common)
    read.problems += problems
    contents += (RuleFile(library.name, library.data, LIBRARY) for library in libraries)
    sections = []
    for item in rd.items_of(root.get("sections")):
        if isinstance(item, yt.Scalar) and _plain_name(item, read):
            node = _read(folder, item.text, "section", read, contents)
            if node is not None:
                sections.append((item.text, node))
    return _Files(root, vocabulary, libraries, tuple(sections), tuple(contents))


def _plain_name(item: yt.Scalar, read: Reading) -> bool:
    if item.text == Path(item.text).name and item.text not in ("", ".", "..", "rulebook.yaml", "vocabulary.yaml"):
        return True
    read.problem(
        "bad-file-name",
        item.at,
        Text(f"“{item.text[:40]}”不是本文件夹里的文件名", f"{item.text[:40]!r} is not a file name in this folder"),
    )
    return False


def _read(folder: Path, name: str, schema: str, read: Reading, contents: list[RuleFile]) -> yt.Mapping | None:
    path = folder / name
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        message = Text("文件指向文件夹之外", "the file leads out of the folder")
        read.problem("bad-file-name", Position(str(path)), message)
        return None
    data, problem = yt.read_bytes(path, str(path))
    if problem is not None:
        read.problems.append(problem)
        return None
    contents.append(RuleFile(name, data))
    node, problems = yt.read_yaml(data, str(path))
    read.problems += problems
    if node is None:
        return None
    structure = check_structure(node, schema)
    read.problems += structure
    return sound_parts(node, structure) if isinstance(node, yt.Mapping) else None


# --- meaning ----------------------------------------------------------------------------------------------------------


class _Builder:
    """Builds the typed Rulebook from sound files; one instance per load."""

    def __init__(self, read: Reading, files: _Files, vocabulary: Vocabulary) -> None:
        self.read, self.files, self.root, self.vocabulary = read, files, files.rulebook, vocabulary
        self.cite = read.citation(self.root.get("cite"), Citation())
        self.ids = self._all_ids()

    def build(self) -> Rulebook | None:
        read, root = self.read, self.root
        effective = rd.as_mapping(root.get("effective"))
        start = read.day(effective.get("from") if effective else None)
        policies = self._policies()
        parameters = self._parameters(rd.as_mapping(root.get("parameters")), {}, "")
        sections = [self._section(name, node, policies, parameters) for name, node in self.files.sections]
        total = rd.as_mapping(root.get("total"))
        scope = Scope(self.vocabulary, parameters, rollups=self.ids)
        rest = (read_grades(self.read, self.root.get("grades"), self.cite), self._vetoes(scope), self._checks(scope))
        acceptances = self._accepted()
        if start is None:
            return None
        return Rulebook(
            id=read.text(root, "id"),
            version=read.text(root, "version"),
            title=read.title(root),
            authority=read.text(root, "authority"),
            effective_from=start,
            effective_to=self._end(effective, start),
            cite=self.cite,
            declared=self._declared(),
            model=read.text(root, "model"),  # type: ignore[arg-type]  # the schema's enum
            defaults=policies,
            parameters=tuple(parameters.values()),
            sections=tuple(sections),
            floor=read.decimal(total.get("floor")) if total else None,
            cap=read.decimal(total.get("cap")) if total else None,
            grades=rest[0],
            vetoes=rest[1],
            checks=rest[2],
            accepted=tuple(one for one in acceptances if one.problem in CONTRADICTIONS),
            tolerated=tuple(one for one in acceptances if one.problem not in CONTRADICTIONS),
            vocabulary=self.vocabulary,
            digest=digest_of(self.files.contents),
            at=root.at,
        )

    def _end(self, effective: yt.Mapping | None, start: date) -> date | None:
        node = effective.get("to") if effective else None
        end = self.read.day(node)
        if node is not None and end is not None and end < start:
            self.read.problem("bad-period", node.at, Text("止日早于起日", "the period ends before it begins"))
        return end

    def _policies(self) -> Policies:
        node = rd.as_mapping(self.root.get("defaults"))
        missing = [key for key in POLICIES if node is None or node.get(key) is None]
        if missing and not has_errors(self.read.problems):
            self.read.problem(
                "missing-policy",
                (node or self.root).at,
                Text("defaults 里没有写明:" + "、".join(missing), "defaults do not say: " + ", ".join(missing)),
                Text("规则没有写明的处理方式不会由程序代为决定", "nothing is decided in silence; state each of them"),
            )
        return read_policies(self.read, node, _NO_POLICIES)

    def _all_ids(self) -> frozenset[str]:
        seen: dict[str, Position] = {}
        for _, node in self.files.sections:
            for owner in (node, *rd.mappings_of(node.get("indicators"))):
                found = owner.get("id")
                if not isinstance(found, yt.Scalar):
                    continue
                if found.text in seen:
                    first = seen[found.text]
                    self.read.problem(
                        "duplicate-id",
                        found.at,
                        Text(f"编号“{found.text}”重复,首次在 {first}", f"id {found.text!r} is used already at {first}"),
                        Text("一级指标和三级指标的编号在规则集内不能重复", "ids are unique in a rulebook"),
                    )
                seen.setdefault(found.text, found.at)
        return frozenset(seen)

    def _declared(self) -> Declared:
        node = rd.as_mapping(self.root.get("declares"))
        if node is None:
            return Declared()
        points = self.read.decimal(node.get("points"))
        sections, indicators = (self.read.decimal(node.get(key)) for key in ("sections", "indicators"))
        return Declared(
            points, None if sections is None else int(sections), None if indicators is None else int(indicators)
        )

    # --- parameters ---

    def _parameters(self, node: yt.Mapping | None, outer: dict[str, Parameter], section: str) -> dict[str, Parameter]:
        found = dict(outer)
        for key, value in node.entries if node else ():
            parameter = self._parameter(key, value, section)
            if self.vocabulary.find(key.text) is not None:
                self.read.problem(
                    "duplicate-id",
                    key.at,
                    Text(f"参数“{key.text}”与数据项同名", f"parameter {key.text!r} has a concept's name"),
                )
            elif parameter is not None:
                found[key.text] = parameter
        return found

    def _parameter(self, key: yt.Scalar, node: yt.Node, section: str) -> Parameter | None:
        if not isinstance(node, yt.Mapping):
            value = self.read.quantity(node, None)
            return None if value is None else Parameter(key.text, "", (("", value[0]),), value[1], section, key.at)
        by = self._class(node)
        given = self.read.unit(node.get("unit")) if node.get("unit") is not None else None
        values: list[tuple[str, Fraction]] = []
        units: list[Unit] = []
        table = rd.as_mapping(node.get("values"))
        for label, entry in table.entries if table else ():
            one = self.read.quantity(entry, None)
            if one is None:
                return None
            scale = given.factor if given and one[1] == PLAIN else Fraction(1)
            values.append((label.text, one[0] * scale))
            units.append(given if given and one[1] == PLAIN else one[1])
        if len({unit.dimension for unit in units}) > 1:
            message = Text("各取值的量纲不同", "the values have different dimensions")
            self.read.problem("unit-mismatch", node.at, message)
        if by is None or not units:
            return None
        self._check_classes(node, by, [label for label, _ in values])
        return Parameter(key.text, by, tuple(values), given or units[0], section, key.at)

    def _class(self, node: yt.Mapping) -> str | None:
        name = self.read.text(node, "by")
        concept = self.vocabulary.find(name)
        if concept is None or concept.type not in ("choice", "boolean"):
            self.read.problem(
                "unknown-concept",
                (node.get("by") or node).at,
                Text(f"“{name}”不是选项类数据项", f"{name!r} is not a concept of type choice"),
            )
            return None
        return concept.id

    def _check_classes(self, node: yt.Mapping, by: str, labels: list[str]) -> None:
        choices = self.vocabulary.concepts[by].choices
        left = [choice for choice in choices if choice not in labels]
        extra = [label for label in labels if label not in choices]
        if left or extra:
            self.read.problem(
                "parameter-classes",
                node.at,
                Text(
                    f"各类取值不完整或多余:缺 {'、'.join(left) or '无'},多 {'、'.join(extra) or '无'}",
                    f"values by class: missing {', '.join(left) or 'none'}, unknown {', '.join(extra) or 'none'}",
                ),
            )

    # --- sections ---

    def _section(self, name: str, node: yt.Mapping, outer: Policies, parameters: dict[str, Parameter]) -> Section:
        read = self.read
        own = self._parameters(rd.as_mapping(node.get("parameters")), parameters, read.text(node, "id"))
        kind = read.text(node, "kind", "base")
        around = around_section(
            Scope(self.vocabulary, own),
            read_policies(read, rd.as_mapping(node.get("defaults")), outer),
            read.citation(node.get("cite"), self.cite),
            kind,  # type: ignore[arg-type]  # the schema's enum
            stated_policies(rd.as_mapping(node.get("defaults"))),
        )
        section_id = read.text(node, "id")
        gate = Scope(self.vocabulary, own, rollups=self.ids)
        entries = rd.mappings_of(node.get("indicators"))
        indicators = [self._indicator(entry, section_id, around) for entry in entries]
        return Section(
            id=section_id,
            title=read.title(node),
            points=read.points(node) or Fraction(0),
            kind=kind,  # type: ignore[arg-type]  # the schema's enum
            model=read.text(node, "model", read.text(self.root, "model")),  # type: ignore[arg-type]  # likewise
            indicators=tuple(indicator for indicator in indicators if indicator),
            file=name,
            floor=read.decimal(node.get("floor")),
            cap=read.decimal(node.get("cap")),
            counts_if=read.condition(node.get("counts_if"), gate),
            parameters=tuple(p for name, p in own.items() if parameters.get(name) is not p),
            unread=tuple(entry.at for entry, one in zip(entries, indicators, strict=True) if one is None),
            at=node.at,
        )

    def _indicator(self, node: yt.Mapping, section: str, around: Around) -> Indicator | None:
        part: Part | None = read_part(self.read, node, around, self.read.text(node, "id"))
        return None if part is None else Indicator(part.id, section, self.read.text(node, "group"), part, node.at)

    # --- what stands above the sections ---

    def _vetoes(self, scope: Scope) -> tuple[Veto, ...]:
        found = [self._veto(entry, scope) for entry in rd.mappings_of(self.root.get("vetoes"))]
        return tuple(veto for veto in found if veto)

    def _veto(self, node: yt.Mapping, scope: Scope) -> Veto | None:
        when = self.read.condition(node.get("when"), scope)
        where, _, target = self.read.text(node, "scope", "result").partition(":")
        precedence = self.read.decimal(node.get("precedence"))
        effect = self._effect(node.get("effect"))
        if when is None or effect is None:
            return None
        return Veto(
            id=self.read.text(node, "id"),
            title=self.read.title(node),
            when=when,
            scope=where,  # type: ignore[arg-type]  # the schema's pattern
            target=target.strip(),
            effect=effect,
            precedence=int(precedence or 0),
            cite=self.read.citation(node.get("cite"), self.cite),
            reason=self.read.text(node, "reason"),
            at=node.at,
        )

    def _effect(self, node: yt.Node | None) -> VetoEffect | None:
        if isinstance(node, yt.Scalar):
            return VetoEffect(node.text)  # type: ignore[arg-type]  # the schema's enum
        if not isinstance(node, yt.Mapping):
            return None
        if node.get("score") is not None:
            value = self.read.decimal(node.get("score"))
            return None if value is None else VetoEffect("score", value)
        kind = "grade" if node.get("grade") is not None else "grade_at_most"
        return VetoEffect(kind, None, self.read.text(node, kind))  # type: ignore[arg-type]  # one of the two

    def _checks(self, scope: Scope) -> tuple[Check, ...]:
        found = []
        for node in rd.mappings_of(self.root.get("checks")):
            that = self.read.condition(node.get("that"), scope)
            if that is not None:
                found.append(
                    Check(
                        id=self.read.text(node, "id"),
                        title=self.read.title(node),
                        that=that,
                        severity=self.read.text(node, "severity", "error"),  # type: ignore[arg-type]  # the schema's
                        message=self.read.text(node, "message"),
                        cite=self.read.citation(node.get("cite"), self.cite),
                        message_en=self.read.text(node, "message_en"),
                        actual=self.read.formula(node.get("actual"), scope)[0],
                        expected=self.read.formula(node.get("expected"), scope)[0],
                        at=node.at,
                    )
                )
        return tuple(found)

    def _accepted(self) -> tuple[Acceptance, ...]:
        text = self.read.text
        return tuple(
            Acceptance(
                problem=text(node, "problem"),
                target=text(node, "at"),
                reason=text(node, "reason"),
                authority=text(node, "authority"),
                expires=self.read.day(node.get("expires")),
                at=node.at,
            )
            for node in rd.mappings_of(self.root.get("accept"))
        )
