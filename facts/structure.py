"""Holds a file's tree against its JSON Schema and says every disagreement at the place it stands.

The schemas in `rules/schema` are the ones editors use; this module turns a validator's errors into sentences about keys
and values. What the schema cannot know (units, names, sums) is for the readers of the forms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence as AbstractSequence
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from facts.problem import NO_TEXT, Problem, Text, did_you_mean, in_order
from facts.provenance import Position
from facts.schemapaths import find_node, found_text, own_keys, properties_of, resolve
from facts.yamltree import MAX_PROBLEMS, Mapping, Node, Scalar, Sequence, is_null, to_plain

# hegui is an application installed in place: its schemas lie beside its packages.
SCHEMA_FOLDER = Path(__file__).resolve().parent.parent / "rules" / "schema"

_TYPES = {
    "string": Text("文字", "text"),
    "number": Text("数字", "a number"),
    "integer": Text("整数", "a whole number"),
    "boolean": Text("true 或 false", "true or false"),
    "array": Text("列表(“- ”开头的各项)", "a list"),
    "object": Text("若干“键: 值”", "a mapping of keys to values"),
    "null": Text("空", "nothing"),
}


def check_structure(node: Node | None, schema_name: str) -> tuple[Problem, ...]:
    """Every way in which the tree departs from `rules/schema/<schema_name>` (".json" may be left out).

    No tree, no Problems: what kept it from being read was said then. A schema that does not exist is our own bug.
    """
    if node is None:
        return ()
    validator = _validator(schema_name.removesuffix(".json"))
    plain = to_plain(node)
    if validator.is_valid(plain):
        return ()
    explainer = _Explainer(node, validator.schema)
    # Bounded: a hostile file can be wrong in as many places as it has nodes.
    errors = islice(validator.iter_errors(plain), 10 * MAX_PROBLEMS)
    problems = [p for error in errors for p in explainer.problems(error)]
    return in_order(problems)[:MAX_PROBLEMS]


def departures(value: Any, schema: Any, root: str) -> tuple[Problem, ...]:
    """Every way in which plain data that has no file (a request) departs from a schema, at the path of its key.

    >>> [str(one.at) for one in departures({"a": [1]}, {"properties": {"a": {"items": {"type": "string"}}}}, "request")]
    ['request.a[0]']
    """
    validator = _whole_decimals()(schema)
    if validator.is_valid(value):
        return ()
    explainer = _Explainer(_tree(value, root), schema)
    errors = islice(validator.iter_errors(value), 10 * MAX_PROBLEMS)
    return tuple(p for error in errors for p in explainer.problems(error))[:MAX_PROBLEMS]


@cache
def _whole_decimals() -> Any:
    """The validator for data whose numbers are decimals: 2.0 is a whole number, as the standard says."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    def whole(_checker: Any, value: Any) -> bool:
        if isinstance(value, Decimal):
            return value == value.to_integral_value()
        return isinstance(value, int) and not isinstance(value, bool)

    return extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", whole)
    )


def _tree(value: Any, path: str) -> Node:
    """Plain data as a tree whose places are paths of keys."""
    at = Position(path)
    if isinstance(value, AbstractMapping):
        below = {key: f"{path}.{str(key)[:60]}" for key in value}
        return Mapping(
            tuple((Scalar(str(key), True, Position(below[key])), _tree(one, below[key])) for key, one in value.items()),
            at,
        )
    if isinstance(value, list | tuple):
        return Sequence(tuple(_tree(one, f"{path}[{n}]") for n, one in enumerate(value)), at)
    words = {True: "true", False: "false", None: "null"}
    text = (
        value
        if isinstance(value, str)
        else words[value]
        if value is None or value is True or value is False
        else str(value)
    )
    return Scalar(text, not isinstance(value, str), at)


def sound_parts(node: Mapping, problems: Iterable[Problem]) -> Mapping:
    """The tree without the entries, and without the items of its lists, in which a structural Problem lies.

    So the meaning of the rest can still be read, and its Problems shown at the same time.
    """
    bad = {problem.at for problem in problems}
    if not bad:
        return node
    kept: list[tuple[Scalar, Node]] = []
    for key, value in node.entries:
        if isinstance(value, Sequence):
            items = tuple(item for item in value.items if bad.isdisjoint(_positions(item)))
            kept.append((key, Sequence(items, value.at)))
        elif key.at not in bad and bad.isdisjoint(_positions(value)):
            kept.append((key, value))
    return Mapping(tuple(kept), node.at)


def _positions(node: Node) -> Iterator[Position]:
    yield node.at
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _positions(item)
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield key.at
            yield from _positions(value)


@cache
def load_schema(name: str) -> Any:
    """The JSON Schema of that name as plain data."""
    schema = _file(name)
    kept = {key: _inlined(value, schema) for key, value in schema.get("$defs", {}).items() if key in _RECURSIVE}
    return {**_inlined({key: value for key, value in schema.items() if key != "$defs"}, schema), "$defs": kept}


@cache
def _file(name: str) -> Any:
    return json.loads((SCHEMA_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


# Definitions that contain themselves; everything else is written out where it is referred to.
_RECURSIVE = ("form",)


def _inlined(node: Any, root: Any) -> Any:
    """The schema with references written out: looking each up for every value was most of the time of a validation."""
    if isinstance(node, list):
        return [_inlined(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    reference = str(node.get("$ref", ""))
    beside = {key: _inlined(value, root) for key, value in node.items() if key != "$ref"}
    if not reference:
        return beside
    file, _, path = reference.partition("#/")
    if file:
        root = _file(file.removesuffix(".json"))
    elif path.removeprefix("$defs/") in _RECURSIVE:
        return node
    return {**_inlined(resolve({"$ref": f"#/{path}"}, root), root), **beside}


@cache
def _validator(name: str) -> Any:
    # Imported here: it is slow to import and not every command validates.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(load_schema(name))


class _Explainer:
    """Makes Problems of one validation's errors; knows the tree for the places and the schema for the references."""

    def __init__(self, root: Node, schema: Any) -> None:
        self.root = root
        self.schema = schema

    def problems(self, error: Any) -> Iterator[Problem]:
        """The Problems one error stands for: several for a mapping with several unknown keys."""
        if error.validator in ("oneOf", "anyOf") and not _describes_value(error):
            yield from self._alternatives(error)
            return
        explain = _EXPLAINERS.get(error.validator or "", _bad_form)
        yield from explain(error, find_node(self.root, error.absolute_path), self.schema)

    def _alternatives(self, error: Any) -> Iterator[Problem]:
        node = find_node(self.root, error.absolute_path)
        branches = [resolve(branch, self.schema) for branch in error.validator_value]
        keys = own_keys(branches)
        if sum(map(bool, keys)) > 1:
            # Of anything but a mapping `type` has already said that it must be one.
            if isinstance(node, Mapping):
                yield from self._by_key(error, node, keys)
        else:
            yield from self._by_type(error, node)

    def _by_key(self, error: Any, node: Mapping, keys: list[tuple[str, ...]]) -> Iterator[Problem]:
        present = [index for index, own in enumerate(keys) if own and set(own) <= set(node.keys())]
        if len(present) == 1:
            yield from self._branch(error, present[0], node)
            return
        if present or not _misspelt(error, node, self.schema):
            yield _one_of(node, [" + ".join(own) for own in keys if own], [keys[i][0] for i in present])

    def _by_type(self, error: Any, node: Node) -> Iterator[Problem]:
        branches = _by_branch(error.context)
        fitting = {i: errors for i, errors in branches.items() if not any(map(_rejects_type, errors))}
        if not fitting:
            types = [t for errors in branches.values() for e in errors if _rejects_type(e) for t in _types(e)]
            yield from [_wrong_type(node, types, error.schema, error)] if types else _bad_form(error, node, self.schema)
            return
        best = min(fitting, key=lambda i: (len(fitting[i]), i))
        yield from self._branch(error, best, node)

    def _branch(self, error: Any, index: int, node: Node) -> Iterator[Problem]:
        errors = _by_branch(error.context).get(index, [])
        for inner in errors:
            yield from self.problems(inner)
        if not errors:
            yield from _bad_form(error, node, self.schema)


def _by_branch(errors: Iterable[Any]) -> dict[int, list[Any]]:
    branches: dict[int, list[Any]] = {}
    for error in errors:
        branches.setdefault(error.relative_schema_path[0], []).append(error)
    return branches


def _rejects_type(error: Any) -> bool:
    return error.validator == "type" and not error.relative_path


def _describes_value(error: Any) -> bool:
    # Alternatives of forms of one text (a year or a date, say) are told best by the schema's own words.
    return (
        isinstance(error.instance, str)
        and "description" in error.schema
        and all(e.validator in ("pattern", "enum", "const", "type") and not e.relative_path for e in error.context)
    )


# --- one keyword each -------------------------------------------------------------------------------------------------


def _unknown_keys(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    known = properties_of(error.schema, root)
    strangers = (key for key in error.instance if key not in known)
    for key in islice(strangers, MAX_PROBLEMS):
        message = Text(f"这里没有“{key[:60]}”这个键", f"there is no key “{key[:60]}” here")
        yield Problem("unknown-key", _key_at(node, key), message, did_you_mean(key, known))


def _missing_keys(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    for key in error.validator_value:
        if key not in error.instance and f"'{key}' is a required" in error.message:
            about = _description(properties_of(error.schema, root).get(key), root)
            message = Text(f"缺少“{key}”", f"“{key}” is missing")
            yield Problem("missing-key", node.at, message, _explained(about))


def _type(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    yield _wrong_type(node, _types(error), error.schema, error)


def _wrong_type(node: Node, types: AbstractSequence[str], schema: Any, error: Any) -> Problem:
    expected = [_TYPES[t] for t in dict.fromkeys(types) if t in _TYPES and t != "null"]
    found = found_text(node)
    message = Text(
        f"应为{'、'.join(t.zh for t in expected)},实为{found.zh}",
        f"expected {' or '.join(t.en for t in expected)}, found {found.en}",
    )
    return Problem("wrong-type", _value_at(error, node), message, _type_hint(node, types, schema))


def _type_hint(node: Node, types: AbstractSequence[str], schema: Any) -> Text:
    form = schema.get("pattern", "") if isinstance(schema, AbstractMapping) else ""
    if isinstance(node, Scalar) and "string" in types and not is_null(node) and re.search(form, node.text):
        return Text(f'请加引号:"{node.text[:60]}"', f'Put quotes around it: "{node.text[:60]}"')
    return _explained(schema.get("description", "") if isinstance(schema, AbstractMapping) else "")


def _unknown_value(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    if not isinstance(error.instance, str):
        found = found_text(node)
    else:
        found = Text(f"“{error.instance[:60]}”", f"“{error.instance[:60]}”")
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    words = [_word(value) for value in allowed]
    message = Text(
        f"应为 {'、'.join(words)} 之一,实为{found.zh}" if len(words) > 1 else f"应为 {words[0]},实为{found.zh}",
        f"expected {' | '.join(words)}, found {found.en}",
    )
    hint = did_you_mean(str(error.instance), words) if len(words) > 1 else NO_TEXT
    yield Problem("unknown-value", _value_at(error, node), message, hint)


def _word(value: object) -> str:
    return (
        {True: "true", False: "false", None: "null"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _bad_form(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    about = error.schema.get("description", "") if isinstance(error.schema, AbstractMapping) else ""
    found = found_text(node)
    pattern = error.validator_value if error.validator == "pattern" else ""
    message = Text(f"写法不对:{found.zh}", f"not in the expected form: {found.en}")
    english = f"Expected form: {pattern}" if pattern else (f"See the schema: {about}" if about else "")
    yield Problem("bad-form", _value_at(error, node), message, Text(about or pattern, english))


def _bad_size(zh: str, en: str) -> Callable[[Any, Node, Any], Iterator[Problem]]:
    def explain(error: Any, node: Node, root: Any) -> Iterator[Problem]:
        limit, about = error.validator_value, error.schema.get("description", "")
        message = Text(zh.format(limit), en.format(limit))
        yield Problem("bad-size", _value_at(error, node), message, _explained(about))

    return explain


def _repeated(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    message = Text("列表中有重复的项", "the list holds the same item twice")
    yield Problem("repeated-item", node.at, message, Text("请只保留一个。", "Keep one of them."))


def _forbidden_here(error: Any, node: Node, root: Any) -> Iterator[Problem]:
    key = str(error.absolute_path[-1]) if error.absolute_path else ""
    message = Text(f"这里不能写“{key}”", f"“{key}” cannot stand here")
    yield Problem("unknown-key", node.at, message)


def _one_of(node: Mapping, keys: list[str], present: list[str]) -> Problem:
    zh, en = "、".join(keys), ", ".join(keys)
    if len(present) > 1:
        present.sort(key=node.keys().index)
        found = "、".join(present), ", ".join(present)
        message = Text(
            f"只能写其中一个键,实有 {found[0]}", f"exactly one of these keys may stand here, found {found[1]}"
        )
        return Problem("one-of", node.key_at(present[1]), message, Text(f"可选:{zh}", f"One of: {en}"))
    message = Text(f"应写且只写其中一个键:{zh}", f"exactly one of these keys must stand here: {en}")
    return Problem("one-of", node.at, message)


def _misspelt(error: Any, node: Mapping, root: Any) -> bool:
    # An unknown key is reported with its suggestion; that the right one is missing then goes without saying.
    closed = error.schema.get("additionalProperties") is False
    known = properties_of(error.schema, root)
    return closed and any(key.text not in known for key, _ in node.entries)


_Explain = Callable[[Any, Node, Any], Iterator[Problem]]
_EXPLAINERS: dict[str, _Explain] = {
    "additionalProperties": _unknown_keys,
    "unevaluatedProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _type,
    "enum": _unknown_value,
    "const": _unknown_value,
    "minItems": _bad_size("至少要有 {} 项", "at least {} items are needed"),
    "maxItems": _bad_size("最多 {} 项", "at most {} items are allowed"),
    "minProperties": _bad_size("至少要有 {} 个键", "at least {} keys are needed"),
    "maxProperties": _bad_size("最多 {} 个键", "at most {} keys are allowed"),
    "minLength": _bad_size("至少要有 {} 个字", "at least {} characters are needed"),
    "maxLength": _bad_size("最多 {} 个字", "at most {} characters are allowed"),
    "minimum": _bad_size("不能小于 {}", "must not be below {}"),
    "maximum": _bad_size("不能大于 {}", "must not be above {}"),
    "exclusiveMinimum": _bad_size("必须大于 {}", "must be above {}"),
    "exclusiveMaximum": _bad_size("必须小于 {}", "must be below {}"),
    "uniqueItems": _repeated,
    "": _forbidden_here,
}


def _types(error: Any) -> list[str]:
    value = error.validator_value
    return [value] if isinstance(value, str) else list(value)


def _description(schema: Any, root: Any) -> str:
    found = schema.get("description") or resolve(schema, root).get("description", "") if schema else ""
    return str(found)


def _explained(about: str) -> Text:
    # The schemas explain themselves in Chinese only; English readers still see which key is meant.
    return Text(about, "") if about else NO_TEXT


def _key_at(node: Node, key: str) -> Position:
    return node.key_at(key) if isinstance(node, Mapping) else node.at


def _value_at(error: Any, node: Node) -> Position:
    if "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        return _key_at(node, error.instance)
    return node.at
