"""SQL of the hot path. Generated from the tables by `python -m graphagent.storage.compile`; not to be edited."""

from __future__ import annotations

from typing import Final

CREATE: Final = (
    """CREATE TABLE definition (
    number INTEGER NOT NULL,
    hash VARCHAR NOT NULL,
    "plan" VARCHAR NOT NULL,
    description TEXT NOT NULL,
    CONSTRAINT definition_pkey PRIMARY KEY (number),
    CONSTRAINT definition_hash_plan_unique UNIQUE (hash, "plan")
)""",
    """CREATE TABLE graphagent (
    schema_version INTEGER NOT NULL,
    CONSTRAINT graphagent_pkey PRIMARY KEY (schema_version)
)""",
    """CREATE TABLE memory (
    number INTEGER NOT NULL,
    space VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    operation VARCHAR NOT NULL,
    memory TEXT,
    topics TEXT,
    input TEXT,
    is_current BOOLEAN NOT NULL,
    run VARCHAR,
    seq INTEGER,
    place INTEGER,
    at INTEGER NOT NULL,
    CONSTRAINT memory_pkey PRIMARY KEY (number),
    CONSTRAINT memory_space_user_id_id_version_unique UNIQUE (space, user_id, id, version),
    CONSTRAINT memory_run_seq_place_unique UNIQUE (run, seq, place)
)""",
    """CREATE TABLE session (
    number INTEGER NOT NULL,
    space VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    user_id VARCHAR,
    name VARCHAR,
    state TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT session_pkey PRIMARY KEY (number),
    CONSTRAINT session_space_id_unique UNIQUE (space, id)
)""",
    """CREATE TABLE summary (
    number INTEGER NOT NULL,
    space VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    summary TEXT NOT NULL,
    topics TEXT,
    run VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT summary_pkey PRIMARY KEY (number),
    CONSTRAINT summary_run_seq_unique UNIQUE (run, seq)
)""",
    """CREATE TABLE run (
    number INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    space VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    user_id VARCHAR,
    agent_id VARCHAR NOT NULL,
    agent_name VARCHAR,
    definition INTEGER NOT NULL,
    parent_id VARCHAR,
    parent_seq INTEGER,
    state VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    owner VARCHAR,
    epoch INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (number),
    CONSTRAINT run_id_unique UNIQUE (id),
    CONSTRAINT run_definition_fkey FOREIGN KEY(definition) REFERENCES definition (number)
)""",
    """CREATE TABLE outbox (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (run, seq),
    CONSTRAINT outbox_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE TABLE request (
    number INTEGER NOT NULL,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    call VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    arguments TEXT NOT NULL,
    digest VARCHAR NOT NULL,
    fields TEXT,
    status VARCHAR NOT NULL,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER,
    decided_at INTEGER,
    decided_by VARCHAR,
    note TEXT,
    CONSTRAINT request_pkey PRIMARY KEY (number),
    CONSTRAINT request_run_seq_call_unique UNIQUE (run, seq, call),
    CONSTRAINT request_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE TABLE step (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    "trigger" VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    data TEXT,
    messages TEXT,
    CONSTRAINT step_pkey PRIMARY KEY (run, seq),
    CONSTRAINT step_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE INDEX memory_current ON memory (space, user_id, number) WHERE is_current""",
    """CREATE INDEX session_space_user_id ON session (space, user_id) WHERE user_id IS NOT NULL""",
    """CREATE INDEX summary_space_user_id_session_id ON summary (space, user_id, session_id)""",
    """CREATE INDEX run_space_session_id_number ON run (space, session_id, number)""",
    """CREATE INDEX run_space_user_id ON run (space, user_id) WHERE user_id IS NOT NULL""",
    """CREATE UNIQUE INDEX request_pending_unique ON request (run, call) WHERE status = 'pending'""",
    """CREATE VIRTUAL TABLE memory_words USING fts5(owner, words, tokenize = 'unicode61 remove_diacritics 0')""",
)

RUN_COLUMNS: Final = (
    "number",
    "id",
    "space",
    "session_id",
    "user_id",
    "agent_id",
    "agent_name",
    "definition",
    "plan",
    "parent_id",
    "parent_seq",
    "state",
    "seq",
    "owner",
    "epoch",
    "lease_until",
    "created_at",
    "updated_at",
)

REQUEST_COLUMNS: Final = (
    "number",
    "run",
    "seq",
    "call",
    "kind",
    "tool",
    "arguments",
    "digest",
    "fields",
    "status",
    "asked_at",
    "expires_at",
    "decided_at",
    "decided_by",
    "note",
)

INSERT_SCHEMA: Final = """
INSERT INTO graphagent (schema_version) VALUES (?)"""

SELECT_SCHEMA: Final = """
SELECT graphagent.schema_version
FROM graphagent"""

UPDATE_SCHEMA: Final = """
UPDATE graphagent SET schema_version=?"""

INSERT_DEFINITION: Final = """
INSERT INTO definition (hash, "plan", description) VALUES (?, ?, CAST(? AS TEXT)) ON CONFLICT DO NOTHING"""

SELECT_DEFINITION: Final = """
SELECT CAST(definition.description AS BLOB) AS description
FROM definition
WHERE definition.hash = ?"""

INSERT_RUN: Final = """
INSERT INTO run (id, space, session_id, user_id, agent_id, agent_name, definition, parent_id, parent_seq, state, seq, owner, epoch, lease_until, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, (SELECT definition.number
FROM definition
WHERE definition.hash = ? AND definition."plan" = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number"""

UPDATE_RUN: Final = """
UPDATE run SET state=?, seq=?, owner=?, lease_until=?, updated_at=? WHERE run.number = ? AND run.id = ? AND run.epoch = ? AND run.seq = ?"""

CLAIM_RUN: Final = """
UPDATE run SET owner=?, epoch=(run.epoch + 1), lease_until=? WHERE run.number = ? AND run.id = ? AND run.epoch = ? AND run.seq = ?"""

RENEW_RUN: Final = """
UPDATE run SET lease_until=? WHERE run.number = ? AND run.id = ? AND run.epoch = ?"""

SELECT_RUN: Final = """
SELECT run.number, run.id, run.space, run.session_id, run.user_id, run.agent_id, run.agent_name, definition.hash AS definition, definition."plan", run.parent_id, run.parent_seq, run.state, run.seq, run.owner, run.epoch, run.lease_until, run.created_at, run.updated_at
FROM run LEFT OUTER JOIN definition ON definition.number = run.definition
WHERE run.id = ?"""

SELECT_RUNS: Final = """
SELECT run.number, run.id, run.space, run.session_id, run.user_id, run.agent_id, run.agent_name, definition.hash AS definition, definition."plan", run.parent_id, run.parent_seq, run.state, run.seq, run.owner, run.epoch, run.lease_until, run.created_at, run.updated_at
FROM run LEFT OUTER JOIN definition ON definition.number = run.definition"""

INSERT_STEP: Final = """
INSERT INTO step (run, seq, "trigger", state, at, data, messages) VALUES (?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT))"""

SELECT_STEPS: Final = """
SELECT step.seq, step."trigger", step.state, step.at, CAST(step.data AS BLOB) AS data, CAST(step.messages AS BLOB) AS messages
FROM step
WHERE step.run = ? AND step.seq > ? ORDER BY step.seq"""

SELECT_STEPS_OF: Final = """
SELECT step.run, step.seq, step."trigger", step.state, step.at, CAST(step.data AS BLOB) AS data, CAST(step.messages AS BLOB) AS messages
FROM step"""

INSERT_REQUEST: Final = """
INSERT INTO request (run, seq, call, kind, tool, arguments, digest, fields, status, asked_at, expires_at, decided_at, decided_by, note) VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?)"""

DECIDE_REQUEST: Final = """
UPDATE request SET status=?, decided_at=?, decided_by=?, note=? WHERE request.run = ? AND request.status = 'pending' AND request.call = ? AND request.digest = coalesce(?, request.digest)"""

CLOSE_REQUESTS: Final = """
UPDATE request SET status=?, decided_at=? WHERE request.run = ? AND request.status = 'pending'"""

SELECT_REQUESTS: Final = """
SELECT request.number, run.id AS run, request.seq, request.call, request.kind, request.tool, request.arguments, request.digest, CAST(request.fields AS BLOB) AS fields, request.status, request.asked_at, request.expires_at, request.decided_at, request.decided_by, request.note
FROM request JOIN run ON run.number = request.run"""

LOCK_MEMORIES: Final = """
SELECT ?"""

INSERT_WORDS: Final = """
INSERT INTO memory_words (rowid, owner, words) VALUES (?, ?, ?)"""

DELETE_WORDS: Final = """
DELETE FROM memory_words WHERE rowid = ?"""

SEARCH_MEMORIES: Final = """
SELECT memory.number, memory.id, memory.version, memory.operation, memory.memory, memory.topics, memory.input, memory.is_current, memory.run, memory.seq, memory.at FROM (SELECT rowid AS number, rank FROM memory_words WHERE memory_words MATCH ? AND rank MATCH 'bm25(0.0, 1.0)' ORDER BY rank LIMIT ?) AS found JOIN memory ON memory.number = found.number WHERE memory.space = ? AND memory.user_id = ? AND memory.is_current ORDER BY found.rank, memory.number DESC"""

INSERT_MEMORY: Final = """
INSERT INTO memory (space, user_id, id, version, operation, memory, topics, input, is_current, run, seq, place, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number"""

SUPERSEDE_MEMORY: Final = """
UPDATE memory SET is_current=false WHERE memory.space = ? AND memory.user_id = ? AND memory.id = ? AND memory.is_current = 1 RETURNING number, version"""

EMPTY_MEMORY: Final = """
UPDATE memory SET memory=NULL, topics=NULL, input=NULL WHERE memory.space = ? AND memory.user_id = ? AND memory.id = ?"""

SELECT_MEMORIES: Final = """
SELECT memory.number, memory.id, memory.version, memory.operation, memory.memory, memory.topics, memory.input, memory.is_current, memory.run, memory.seq, memory.at
FROM memory
WHERE memory.space = ? AND memory.user_id = ?"""

SELECT_LEARNT: Final = """
SELECT memory.number
FROM memory
WHERE memory.run = ? AND memory.seq = ?"""

SELECT_NUMBERS: Final = """
SELECT memory.number
FROM memory
WHERE memory.space = ? AND memory.user_id = ?"""

DELETE_MEMORIES: Final = """
DELETE FROM memory WHERE memory.space = ? AND memory.user_id = ?"""

SELECT_OWNERS: Final = """
SELECT memory.space, memory.user_id
FROM memory
WHERE memory.space = coalesce(?, memory.space) UNION SELECT summary.space, summary.user_id
FROM summary
WHERE summary.space = coalesce(?, summary.space)"""

INSERT_SUMMARY: Final = """
INSERT INTO summary (space, user_id, session_id, summary, topics, run, seq, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""

SELECT_SUMMARIES: Final = """
SELECT summary.number, summary.session_id, summary.summary, summary.topics, summary.run, summary.seq, summary.at
FROM summary
WHERE summary.space = ? AND summary.user_id = ?"""

DELETE_SUMMARIES: Final = """
DELETE FROM summary WHERE summary.space = ? AND summary.user_id = ?"""

DELETE_SUMMARIES_OF: Final = """
DELETE FROM summary WHERE summary.run IN (SELECT run.id
FROM run
WHERE run.space = ? AND run.session_id = ?)"""

DELETE_UNDELIVERED: Final = """
DELETE FROM outbox WHERE outbox.run IN (SELECT run.number
FROM run
WHERE run.space = ? AND run.session_id = ?)"""

INSERT_OUTBOX: Final = """
INSERT INTO outbox (run, seq) VALUES (?, ?) ON CONFLICT DO NOTHING"""

SELECT_OUTBOX: Final = """
SELECT run.id, run.user_id, run.session_id, step.seq, step.at, CAST(step.data AS BLOB) AS data
FROM outbox JOIN run ON run.number = outbox.run JOIN step ON step.run = outbox.run AND step.seq = outbox.seq
WHERE run.agent_id = coalesce(?, run.agent_id) AND run.space = coalesce(?, run.space) ORDER BY outbox.run, outbox.seq"""

DELETE_OUTBOX: Final = """
DELETE FROM outbox WHERE outbox.run IN (SELECT run.number
FROM run
WHERE run.id = ?) AND outbox.seq = ?"""

INSERT_SESSION: Final = """
INSERT INTO session (space, id, user_id, version, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number"""

LOCK_SESSION: Final = """
SELECT session.number, session.space, session.id, session.user_id, session.name, session.state, session.version, session.created_at, session.updated_at
FROM session
WHERE session.space = ? AND session.id = ?"""

UPDATE_SESSION: Final = """
UPDATE session SET state=?, version=?, updated_at=? WHERE session.number = ?"""

RENAME_SESSION: Final = """
UPDATE session SET name=? WHERE session.space = ? AND session.id = ?"""

SELECT_SESSIONS: Final = """
SELECT session.number, session.space, session.id, session.user_id, session.name, session.state, session.version, session.created_at, session.updated_at
FROM session"""

DELETE_REQUESTS: Final = """
DELETE FROM request WHERE request.run IN (SELECT run.number
FROM run
WHERE run.space = ? AND run.session_id = ?)"""

DELETE_STEPS: Final = """
DELETE FROM step WHERE step.run IN (SELECT run.number
FROM run
WHERE run.space = ? AND run.session_id = ?)"""

DELETE_RUNS: Final = """
DELETE FROM run WHERE run.space = ? AND run.session_id = ?"""

DELETE_SESSION: Final = """
DELETE FROM session WHERE session.space = ? AND session.id = ?"""
