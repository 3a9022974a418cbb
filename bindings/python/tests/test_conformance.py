"""The behaviours that every host shares: tests/conformance/README.md."""

import json

import pytest
from cases.run import Run
from conftest import REPOSITORY

CASES = json.loads((REPOSITORY / "tests/conformance/cases.json").read_text("utf-8"))["cases"]


def shared(folder, name):
    return json.loads((REPOSITORY / "tests" / folder / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def numbers():
    lines = (REPOSITORY / "tests/surface/errors.txt").read_text("utf-8").splitlines()
    kinds = (line.split(" = ") for line in lines if " = " in line and not line.startswith("#"))
    return {name: int(number) for name, number in kinds}


def test_all_cases_are_there():
    assert len(CASES) >= 344
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case, flavour, emulator, numbers):
    Run(case, flavour, emulator, shared, numbers).run()
