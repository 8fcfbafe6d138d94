"""A part of the suite with a real server: what it needs first, then its tests alone."""

import sys
from collections.abc import Callable, Sequence
from typing import Final

import pytest

from tests.servers.jdk import NoJavaError
from tests.servers.maven import UnavailableError, WrongArtefactError

CANNOT: Final = 3


def prepared(*steps: Callable[[], object]) -> int:
    """Find a Java and have a server's files; the exit code, with a line on stderr unless it is 0.

    Args:
        steps: what finds and fetches them.
    """
    try:
        for step in steps:
            step()
    except (NoJavaError, UnavailableError) as error:
        print(f"error: {error}", file=sys.stderr)
        return CANNOT
    except WrongArtefactError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def run(suite: Sequence[str], wants: Callable[[pytest.Item], bool], more: Sequence[str]) -> int:
    """Run those tests of some files that the server answers; pytest's exit code.

    Args:
        suite: the files and folders.
        wants: whether a test is one of these.
        more: pytest's arguments.
    """
    return int(pytest.main([*suite, *more], plugins=[_Only(wants)]))


class _Only:
    """A plugin of pytest's that leaves out all other tests."""

    def __init__(self, wants: Callable[[pytest.Item], bool]) -> None:
        self._wants = wants

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        kept = [item for item in items if self._wants(item)]
        config.hook.pytest_deselected(items=[item for item in items if not self._wants(item)])
        items[:] = kept
