"""What the databases were asked: ours and the host's, be they one or two."""

from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from saleor_relacional import conf


class Asked:
    """`with Asked() as questions:` — their number is len(questions), their text questions.captured_queries."""

    def __enter__(self) -> "Asked":
        self._stack = ExitStack()
        aliases = sorted({conf.database(), conf.HOST_DATABASE})
        captures = [CaptureQueriesContext(connections[alias]) for alias in aliases]
        self._captures = [self._stack.enter_context(capture) for capture in captures]
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        """As Django keeps them, database by database."""
        return [query for capture in self._captures for query in capture.captured_queries]

    def __len__(self) -> int:
        return len(self.captured_queries)
