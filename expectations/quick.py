"""Great Expectations, without making the same thing seventy times.

The library builds an expectation's configuration from its fields whenever it reads one of them: a
third of the time of a gate. Here it is built once, for as long as a gate runs. What does not belong
here: what is asked (the stage files), how it is asked (engine.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def configured_once() -> Iterator[None]:
    """Keep the configuration of every expectation; nobody changes one while its gate runs."""
    from great_expectations.expectations.expectation import Expectation

    original = Expectation.configuration
    kept: dict[int, tuple[Any, Any]] = {}  # the expectation too: its number must not be given again

    def configuration(expectation: Any) -> Any:
        if id(expectation) not in kept:
            kept[id(expectation)] = expectation, original.fget(expectation)
        return kept[id(expectation)][1]

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = original
