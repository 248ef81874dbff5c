"""The served API against its own description: every operation, with what fits the schemas and with what does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from hegui.desk.api.operation import PREFIX
from hegui.desk.api.operations import OPERATIONS
from tests.hegui.desk.api.programs import Program
from tests.hegui.desk.browser import Served, served_in

EXAMPLES = 12
# What starts work is tried less often: each takes a worker of its own for a moment.
SLOW = 4
_CONFIG: dict[str, Any] = {
    # What fits the schema may still be no case or no rulebook: 422 lists the Problems. It is never told to be malformed.
    # Whether a key is asked for is held by test_api: this check counts the key that is sent with every case as none.
    "checks": {
        "ignored_auth": {"enabled": False},
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "413", "422", "429"]},
    },
    "generation": {"with-security-parameters": False},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_in(tmp_path_factory.mktemp("desk") / "data") as served:
        yield served


@pytest.fixture(scope="module")
def described(served: Served) -> Any:
    config = SchemathesisConfig.from_dict(_CONFIG)
    return schemathesis.openapi.from_url(f"{served.address}{PREFIX}/openapi.json", config=config)


@pytest.fixture(scope="module")
def program(served: Served) -> Program:
    return Program(served, "admin")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_does_what_it_says(operation: Any, mode: Any, described: Any, program: Program) -> None:
    strategy: st.SearchStrategy[Any] = described[operation.path][operation.method].as_strategy(mode)

    @seed(20170101)
    @settings(
        max_examples=SLOW if operation.uploads else EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def tried(case: Any) -> None:
        case.call_and_validate(headers=program.headers)

    tried()
