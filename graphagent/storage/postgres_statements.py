"""SQL of the hot path. Generated from the tables by `python -m graphagent.storage.compile`; not to be edited."""

from __future__ import annotations

from typing import Final

CREATE: Final = (
    """CREATE TABLE definition (
    number BIGSERIAL NOT NULL,
    hash VARCHAR NOT NULL,
    plan VARCHAR NOT NULL,
    description TEXT NOT NULL,
    CONSTRAINT definition_pkey PRIMARY KEY (number),
    CONSTRAINT definition_hash_plan_unique UNIQUE (hash, plan)
)""",
    """CREATE TABLE graphagent (
    schema_version INTEGER NOT NULL,
    CONSTRAINT graphagent_pkey PRIMARY KEY (schema_version)
)""",
    """CREATE TABLE memory (
    number BIGSERIAL NOT NULL,
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
    at BIGINT NOT NULL,
    CONSTRAINT memory_pkey PRIMARY KEY (number),
    CONSTRAINT memory_space_user_id_id_version_unique UNIQUE (space, user_id, id, version),
    CONSTRAINT memory_run_seq_place_unique UNIQUE (run, seq, place)
)""",
    """CREATE TABLE session (
    number BIGSERIAL NOT NULL,
    space VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    user_id VARCHAR,
    name VARCHAR,
    state TEXT,
    version INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    CONSTRAINT session_pkey PRIMARY KEY (number),
    CONSTRAINT session_space_id_unique UNIQUE (space, id)
)""",
    """CREATE TABLE summary (
    number BIGSERIAL NOT NULL,
    space VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    summary TEXT NOT NULL,
    topics TEXT,
    run VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT summary_pkey PRIMARY KEY (number),
    CONSTRAINT summary_run_seq_unique UNIQUE (run, seq)
)""",
    """CREATE TABLE run (
    number BIGSERIAL NOT NULL,
    id VARCHAR NOT NULL,
    space VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    user_id VARCHAR,
    agent_id VARCHAR NOT NULL,
    agent_name VARCHAR,
    definition BIGINT NOT NULL,
    parent_id VARCHAR,
    parent_seq INTEGER,
    state VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    owner VARCHAR,
    epoch INTEGER NOT NULL,
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT run_pkey PRIMARY KEY (number),
    CONSTRAINT run_id_unique UNIQUE (id),
    CONSTRAINT run_definition_fkey FOREIGN KEY(definition) REFERENCES definition (number)
)""",
    """CREATE TABLE outbox (
    run BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (run, seq),
    CONSTRAINT outbox_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE TABLE request (
    number BIGSERIAL NOT NULL,
    run BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    call VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    tool VARCHAR NOT NULL,
    arguments TEXT NOT NULL,
    digest VARCHAR NOT NULL,
    fields TEXT,
    status VARCHAR NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT,
    decided_at BIGINT,
    decided_by VARCHAR,
    note TEXT,
    CONSTRAINT request_pkey PRIMARY KEY (number),
    CONSTRAINT request_run_seq_call_unique UNIQUE (run, seq, call),
    CONSTRAINT request_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE TABLE step (
    run BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    trigger VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    at BIGINT NOT NULL,
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
    """CREATE TABLE memory_words (
    number BIGINT NOT NULL PRIMARY KEY REFERENCES memory (number) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
)""",
    """CREATE INDEX memory_words_words ON memory_words USING gin (words)""",
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
INSERT INTO graphagent (schema_version) VALUES (%s::INTEGER)"""

SELECT_SCHEMA: Final = """
SELECT graphagent.schema_version
FROM graphagent"""

UPDATE_SCHEMA: Final = """
UPDATE graphagent SET schema_version=%s::INTEGER"""

INSERT_DEFINITION: Final = """
INSERT INTO definition (hash, plan, description) VALUES (%s::VARCHAR, %s::VARCHAR, convert_from(%s, 'UTF8')) ON CONFLICT DO NOTHING"""

SELECT_DEFINITION: Final = """
SELECT convert_to(definition.description, 'UTF8') AS description
FROM definition
WHERE definition.hash = %s::VARCHAR"""

INSERT_RUN: Final = """
INSERT INTO run (id, space, session_id, user_id, agent_id, agent_name, definition, parent_id, parent_seq, state, seq, owner, epoch, lease_until, created_at, updated_at) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, (SELECT definition.number
FROM definition
WHERE definition.hash = %s::VARCHAR AND definition.plan = %s::VARCHAR), %s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s::INTEGER, %s::BIGINT, %s::BIGINT, %s::BIGINT) ON CONFLICT DO NOTHING RETURNING run.number"""

UPDATE_RUN: Final = """
UPDATE run SET state=%s::VARCHAR, seq=%s::INTEGER, owner=%s::VARCHAR, lease_until=%s::BIGINT, updated_at=%s::BIGINT WHERE run.number = %s::BIGINT AND run.id = %s::VARCHAR AND run.epoch = %s::INTEGER AND run.seq = %s::INTEGER"""

CLAIM_RUN: Final = """
UPDATE run SET owner=%s::VARCHAR, epoch=(run.epoch + 1), lease_until=%s::BIGINT WHERE run.number = %s::BIGINT AND run.id = %s::VARCHAR AND run.epoch = %s::INTEGER AND run.seq = %s::INTEGER"""

RENEW_RUN: Final = """
UPDATE run SET lease_until=%s::BIGINT WHERE run.number = %s::BIGINT AND run.id = %s::VARCHAR AND run.epoch = %s::INTEGER"""

SELECT_RUN: Final = """
SELECT run.number, run.id, run.space, run.session_id, run.user_id, run.agent_id, run.agent_name, definition.hash AS definition, definition.plan, run.parent_id, run.parent_seq, run.state, run.seq, run.owner, run.epoch, run.lease_until, run.created_at, run.updated_at
FROM run LEFT OUTER JOIN definition ON definition.number = run.definition
WHERE run.id = %s::VARCHAR"""

SELECT_RUNS: Final = """
SELECT run.number, run.id, run.space, run.session_id, run.user_id, run.agent_id, run.agent_name, definition.hash AS definition, definition.plan, run.parent_id, run.parent_seq, run.state, run.seq, run.owner, run.epoch, run.lease_until, run.created_at, run.updated_at
FROM run LEFT OUTER JOIN definition ON definition.number = run.definition"""

INSERT_STEP: Final = """
INSERT INTO step (run, seq, trigger, state, at, data, messages) VALUES (%s::BIGINT, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s::BIGINT, convert_from(%s, 'UTF8'), convert_from(%s, 'UTF8'))"""

SELECT_STEPS: Final = """
SELECT step.seq, step.trigger, step.state, step.at, convert_to(step.data, 'UTF8') AS data, convert_to(step.messages, 'UTF8') AS messages
FROM step
WHERE step.run = %s::BIGINT AND step.seq > %s::INTEGER ORDER BY step.seq"""

SELECT_STEPS_OF: Final = """
SELECT step.run, step.seq, step.trigger, step.state, step.at, convert_to(step.data, 'UTF8') AS data, convert_to(step.messages, 'UTF8') AS messages
FROM step"""

INSERT_REQUEST: Final = """
INSERT INTO request (run, seq, call, kind, tool, arguments, digest, fields, status, asked_at, expires_at, decided_at, decided_by, note) VALUES (%s::BIGINT, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, convert_from(%s, 'UTF8'), %s::VARCHAR, %s::BIGINT, %s::BIGINT, %s::BIGINT, %s::VARCHAR, %s::VARCHAR)"""

DECIDE_REQUEST: Final = """
UPDATE request SET status=%s::VARCHAR, decided_at=%s::BIGINT, decided_by=%s::VARCHAR, note=%s::VARCHAR WHERE request.run = %s::BIGINT AND request.status = 'pending' AND request.call = %s::VARCHAR AND request.digest = coalesce(%s::VARCHAR, request.digest)"""

CLOSE_REQUESTS: Final = """
UPDATE request SET status=%s::VARCHAR, decided_at=%s::BIGINT WHERE request.run = %s::BIGINT AND request.status = 'pending'"""

SELECT_REQUESTS: Final = """
SELECT request.number, run.id AS run, request.seq, request.call, request.kind, request.tool, request.arguments, request.digest, convert_to(request.fields, 'UTF8') AS fields, request.status, request.asked_at, request.expires_at, request.decided_at, request.decided_by, request.note
FROM request JOIN run ON run.number = request.run"""

LOCK_MEMORIES: Final = """
SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"""

INSERT_WORDS: Final = """
INSERT INTO memory_words (number, words) VALUES (%s, array_to_tsvector(string_to_array(concat_ws(' ', CAST(%s AS TEXT), CAST(%s AS TEXT)), ' ')))"""

DELETE_WORDS: Final = """
DELETE FROM memory_words WHERE number = %s"""

SEARCH_MEMORIES: Final = """
SELECT memory.number, memory.id, memory.version, memory.operation, memory.memory, memory.topics, memory.input, memory.is_current, memory.run, memory.seq, memory.at FROM (SELECT number, ts_rank(words, query) AS rank FROM CAST(CAST(%s AS TEXT) AS TSQUERY) AS query, memory_words WHERE words @@ query ORDER BY rank DESC, number DESC LIMIT %s) AS found JOIN memory ON memory.number = found.number WHERE memory.space = %s AND memory.user_id = %s AND memory.is_current ORDER BY found.rank DESC, memory.number DESC"""

INSERT_MEMORY: Final = """
INSERT INTO memory (space, user_id, id, version, operation, memory, topics, input, is_current, run, seq, place, at) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s, %s::VARCHAR, %s::INTEGER, %s::INTEGER, %s::BIGINT) ON CONFLICT DO NOTHING RETURNING memory.number"""

SUPERSEDE_MEMORY: Final = """
UPDATE memory SET is_current=false WHERE memory.space = %s::VARCHAR AND memory.user_id = %s::VARCHAR AND memory.id = %s::VARCHAR AND memory.is_current = true RETURNING memory.number, memory.version"""

EMPTY_MEMORY: Final = """
UPDATE memory SET memory=NULL, topics=NULL, input=NULL WHERE memory.space = %s::VARCHAR AND memory.user_id = %s::VARCHAR AND memory.id = %s::VARCHAR"""

SELECT_MEMORIES: Final = """
SELECT memory.number, memory.id, memory.version, memory.operation, memory.memory, memory.topics, memory.input, memory.is_current, memory.run, memory.seq, memory.at
FROM memory
WHERE memory.space = %s::VARCHAR AND memory.user_id = %s::VARCHAR"""

SELECT_LEARNT: Final = """
SELECT memory.number
FROM memory
WHERE memory.run = %s::VARCHAR AND memory.seq = %s::INTEGER"""

SELECT_NUMBERS: Final = """
SELECT memory.number
FROM memory
WHERE memory.space = %s::VARCHAR AND memory.user_id = %s::VARCHAR"""

DELETE_MEMORIES: Final = """
DELETE FROM memory WHERE memory.space = %s::VARCHAR AND memory.user_id = %s::VARCHAR"""

SELECT_OWNERS: Final = """
SELECT memory.space, memory.user_id
FROM memory
WHERE memory.space = coalesce(%s::VARCHAR, memory.space) UNION SELECT summary.space, summary.user_id
FROM summary
WHERE summary.space = coalesce(%s::VARCHAR, summary.space)"""

INSERT_SUMMARY: Final = """
INSERT INTO summary (space, user_id, session_id, summary, topics, run, seq, at) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::INTEGER, %s::BIGINT) ON CONFLICT DO NOTHING RETURNING summary.number"""

SELECT_SUMMARIES: Final = """
SELECT summary.number, summary.session_id, summary.summary, summary.topics, summary.run, summary.seq, summary.at
FROM summary
WHERE summary.space = %s::VARCHAR AND summary.user_id = %s::VARCHAR"""

DELETE_SUMMARIES: Final = """
DELETE FROM summary WHERE summary.space = %s::VARCHAR AND summary.user_id = %s::VARCHAR"""

DELETE_SUMMARIES_OF: Final = """
DELETE FROM summary WHERE summary.run IN (SELECT run.id
FROM run
WHERE run.space = %s::VARCHAR AND run.session_id = %s::VARCHAR)"""

DELETE_UNDELIVERED: Final = """
DELETE FROM outbox WHERE outbox.run IN (SELECT run.number
FROM run
WHERE run.space = %s::VARCHAR AND run.session_id = %s::VARCHAR)"""

INSERT_OUTBOX: Final = """
INSERT INTO outbox (run, seq) VALUES (%s::BIGINT, %s::INTEGER) ON CONFLICT DO NOTHING"""

SELECT_OUTBOX: Final = """
SELECT run.id, run.user_id, run.session_id, step.seq, step.at, convert_to(step.data, 'UTF8') AS data
FROM outbox JOIN run ON run.number = outbox.run JOIN step ON step.run = outbox.run AND step.seq = outbox.seq
WHERE run.agent_id = coalesce(%s::VARCHAR, run.agent_id) AND run.space = coalesce(%s::VARCHAR, run.space) ORDER BY outbox.run, outbox.seq"""

DELETE_OUTBOX: Final = """
DELETE FROM outbox WHERE outbox.run IN (SELECT run.number
FROM run
WHERE run.id = %s::VARCHAR) AND outbox.seq = %s::INTEGER"""

INSERT_SESSION: Final = """
INSERT INTO session (space, id, user_id, version, created_at) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::INTEGER, %s::BIGINT) ON CONFLICT DO NOTHING RETURNING session.number"""

LOCK_SESSION: Final = """
SELECT session.number, session.space, session.id, session.user_id, session.name, session.state, session.version, session.created_at, session.updated_at
FROM session
WHERE session.space = %s::VARCHAR AND session.id = %s::VARCHAR FOR UPDATE"""

UPDATE_SESSION: Final = """
UPDATE session SET state=%s::VARCHAR, version=%s::INTEGER, updated_at=%s::BIGINT WHERE session.number = %s::BIGINT"""

RENAME_SESSION: Final = """
UPDATE session SET name=%s::VARCHAR WHERE session.space = %s::VARCHAR AND session.id = %s::VARCHAR"""

SELECT_SESSIONS: Final = """
SELECT session.number, session.space, session.id, session.user_id, session.name, session.state, session.version, session.created_at, session.updated_at
FROM session"""

DELETE_REQUESTS: Final = """
DELETE FROM request WHERE request.run IN (SELECT run.number
FROM run
WHERE run.space = %s::VARCHAR AND run.session_id = %s::VARCHAR)"""

DELETE_STEPS: Final = """
DELETE FROM step WHERE step.run IN (SELECT run.number
FROM run
WHERE run.space = %s::VARCHAR AND run.session_id = %s::VARCHAR)"""

DELETE_RUNS: Final = """
DELETE FROM run WHERE run.space = %s::VARCHAR AND run.session_id = %s::VARCHAR"""

DELETE_SESSION: Final = """
DELETE FROM session WHERE session.space = %s::VARCHAR AND session.id = %s::VARCHAR"""
