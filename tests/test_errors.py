from __future__ import annotations

import inspect
import re

import pytest

from corpus import errors
from corpus.errors import PullquoteError

_BRANCH = re.compile(r"^( *(?:│ +)*)[├└]── (\w+) +(\S.*)$")


def drawn() -> dict[str, str]:
    """Every class of the tree in the docstring with its parent."""
    assert errors.__doc__
    above: list[tuple[int, str]] = [(-1, "PullquoteError")]
    found = {"PullquoteError": "Exception"}
    for line in errors.__doc__.splitlines():
        if match := _BRANCH.match(line):
            depth = len(match[1])
            while above[-1][0] >= depth:
                above.pop()
            found[match[2]] = above[-1][1]
            above.append((depth, match[2]))
    return found


def real() -> dict[str, str]:
    classes = [each for _, each in inspect.getmembers(errors, inspect.isclass)]
    assert all(len(each.__bases__) == 1 for each in classes)
    return {each.__name__: each.__bases__[0].__name__ for each in classes}


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert len(drawn()) > 1
    assert drawn() == real()


def test_no_error_is_defined_elsewhere() -> None:
    import bot.cli
    import retrieval.engine

    assert bot.cli
    assert retrieval.engine
    pending, found = [PullquoteError], set()
    while pending:
        pending += (one := pending.pop()).__subclasses__()
        found.add(one.__name__)
    assert found == set(real())


@pytest.mark.parametrize("name", sorted(real()))
def test_every_error_says_what_it_was_given_and_what_it_is(name: str) -> None:
    each = getattr(errors, name)
    assert each.__doc__
    assert str(each("one line")) == "one line"
    assert issubclass(each, PullquoteError)
