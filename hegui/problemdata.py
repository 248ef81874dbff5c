"""Problems as plain data: the same in every document we write. Here nothing of the engine is needed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from facts.problem import Language, Problem

Data = dict[str, Any]
PROBLEMS_FORMAT = "hegui/problems/v1"


def problem_data(problem: Problem, language: Language = "zh") -> Data:
    """One Problem as it stands in every document."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": problem.at.file,
        "line": problem.at.line or None,
        "column": problem.at.column or None,
        "message": problem.message.in_(language),
        "hint": problem.hint.in_(language),
    }


def problems_data(problems: Iterable[Problem], language: Language = "zh") -> Data:
    """The document hegui/problems/v1."""
    return {"format": PROBLEMS_FORMAT, "problems": [problem_data(one, language) for one in problems]}


def problems_json(problems: Iterable[Problem], language: Language = "zh") -> str:
    """Problems alone, where there is no assessment."""
    return json.dumps(problems_data(problems, language), ensure_ascii=False, indent=2) + "\n"
