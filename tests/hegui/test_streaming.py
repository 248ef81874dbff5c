"""JSON written in pieces is the JSON that is written at once."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hegui.streaming import json_parts

LEAVES = st.none() | st.booleans() | st.integers() | st.text()
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=30
)


def streamed(value: Any) -> Any:
    """The same document with an iterator for every list."""
    if isinstance(value, list):
        return iter([streamed(one) for one in value])
    return {name: streamed(one) for name, one in value.items()} if isinstance(value, dict) else value


@given(DOCUMENTS)
def test_a_document_in_pieces_is_the_document_written_at_once(document: Any) -> None:
    whole = json.dumps(document, ensure_ascii=False, indent=2)
    assert "".join(json_parts(document)) == whole
    assert "".join(json_parts(streamed(document))) == whole


def test_an_entry_is_asked_for_when_the_one_before_it_is_written() -> None:
    asked: list[int] = []

    def entries() -> Iterator[dict[str, int]]:
        for n in range(3):
            asked.append(n)
            yield {"n": n}

    parts = json_parts({"entries": entries()})
    written = ""
    while '"n": 1' not in written:
        written += next(parts)
    assert asked == [0, 1]
