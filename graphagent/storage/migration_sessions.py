"""The step that gave sessions rows of their own: each belongs to the user of its first run. Never changed."""

from __future__ import annotations

from typing import Final


def _statements(number: str, long: str) -> tuple[str, ...]:
    return (
        f"""CREATE TABLE session (
    number {number} NOT NULL,
    space VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    user_id VARCHAR,
    name VARCHAR,
    state TEXT,
    version INTEGER NOT NULL,
    created_at {long} NOT NULL,
    updated_at {long},
    CONSTRAINT session_pkey PRIMARY KEY (number),
    CONSTRAINT session_space_id_unique UNIQUE (space, id)
)""",
        """INSERT INTO session (space, id, user_id, version, created_at)
SELECT space, session_id, user_id, 0, created_at FROM run
WHERE number IN (SELECT min(number) FROM run GROUP BY space, session_id) ORDER BY number""",
        "CREATE INDEX session_space_user_id ON session (space, user_id) WHERE user_id IS NOT NULL",
        "DROP INDEX run_space_session_id",
        "CREATE INDEX run_space_session_id_number ON run (space, session_id, number)",
    )


SQLITE: Final = _statements("INTEGER", "INTEGER")
POSTGRES: Final = _statements("BIGSERIAL", "BIGINT")
