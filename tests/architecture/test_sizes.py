"""The budgets of the house: small files, small functions."""

import ast
from statistics import median, quantiles

from tests.architecture import sources

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50


def length(function) -> int:
    return function.end_lineno - function.lineno + 1


def code():
    return [source for source in sources.product() if not source.is_migration]


def test_no_file_is_too_long():
    assert [source.name for source in [*code(), *sources.tests()] if source.lines > FILE_LINES_MAX] == []


def test_no_function_is_too_long():
    long_functions = [
        f"{source.name} {function.name} ({length(function)})"
        for source in [*code(), *sources.tests()]
        for function in source.functions()
        if length(function) > FUNCTION_LINES_MAX
    ]

    assert long_functions == []


def test_most_files_are_read_at_a_glance():
    lines = [source.lines for source in code()]

    assert median(lines) <= 80
    assert quantiles(lines, n=10)[-1] < 250


def test_most_functions_are_read_at_a_glance():
    assert median(length(function) for source in code() for function in source.functions()) <= 8


def test_no_import_hides_in_a_function():
    hidden = [
        f"{source.name}:{node.lineno}"
        for source in sources.product()
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not hidden
