"""Whatever writes facts says so in the same transaction, before it does: what was made of facts is
kept for as long as nothing was said.
"""

import re
from typing import Any

from sqlalchemy import Connection, Engine, event

from scheduler.domain.facts import BY_FILE

_WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)
_SAID = "facts edition replaced"


def require_said(engine: Engine) -> Engine:
    """From now on a fact that is written without a new edition of the facts fails the test."""

    def begin(connection: Connection) -> None:
        connection.info[_SAID] = False

    def execute(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        found = _WRITING.match(statement)
        if found is None:
            return
        if found[1] == "facts_edition":
            connection.info[_SAID] = True
        elif found[1] in BY_FILE:
            assert connection.info.get(_SAID), (
                f"Facts are written without a new edition: {statement}"
            )

    event.listen(engine, "begin", begin)
    event.listen(engine, "before_cursor_execute", execute)
    return engine
