"""The long tail is what makes code dreadful, so it is bounded. An exception needs a reason."""

from __future__ import annotations

from statistics import median

import pytest

from tests.repo.repository import PACKAGES, files, functions, name_of

LONGEST_FUNCTION = 60
LONGEST_FILE = 500
MEDIAN_FUNCTION = 10

# file::function or file -> (lines allowed, reason)
EXCEPTIONS: dict[str, tuple[int, str]] = {}

CODE = files("*.py", *PACKAGES, "benchmarks")
ALL = (*CODE, *files("*.py", "tests"))


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{name_of(path)}::{function} has {lines} lines"
        for path in ALL
        for function, lines in functions(path)
        if lines > EXCEPTIONS.get(f"{name_of(path)}::{function}", (LONGEST_FUNCTION, ""))[0]
    ]

    assert too_long == []


def test_no_file_is_longer_than_can_be_held_in_mind() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL}
    too_long = {name: n for name, n in lengths.items() if n > EXCEPTIONS.get(name, (LONGEST_FILE, ""))[0]}

    assert too_long == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_small_at_the_median(package: str) -> None:
    lengths = [lines for path in files("*.py", package) for _, lines in functions(path)]

    assert lengths
    assert median(lengths) <= MEDIAN_FUNCTION


def test_every_exception_is_still_needed_and_has_a_reason() -> None:
    actual = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ALL}
    for path in ALL:
        for function, lines in functions(path):
            key = f"{name_of(path)}::{function}"
            actual[key] = max(lines, actual.get(key, 0))
    limit = {name: LONGEST_FUNCTION if "::" in name else LONGEST_FILE for name in EXCEPTIONS}
    idle = [name for name in EXCEPTIONS if actual.get(name, 0) <= limit[name]]

    assert idle == []
    assert all(reason for _, reason in EXCEPTIONS.values())
