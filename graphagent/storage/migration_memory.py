"""The step that brought memories, summaries and the outbox. Never changed: databases out there have taken it."""

from __future__ import annotations

from typing import Final

SQLITE: Final = (
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
    """CREATE TABLE outbox (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (run, seq),
    CONSTRAINT outbox_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE INDEX memory_current ON memory (space, user_id, number) WHERE is_current""",
    """CREATE INDEX summary_space_user_id_session_id ON summary (space, user_id, session_id)""",
    """CREATE VIRTUAL TABLE memory_words USING fts5(owner, words, tokenize = 'unicode61 remove_diacritics 0')""",
)

POSTGRES: Final = (
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
    """CREATE TABLE outbox (
    run BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (run, seq),
    CONSTRAINT outbox_run_fkey FOREIGN KEY(run) REFERENCES run (number) ON DELETE CASCADE
)""",
    """CREATE INDEX memory_current ON memory (space, user_id, number) WHERE is_current""",
    """CREATE INDEX summary_space_user_id_session_id ON summary (space, user_id, session_id)""",
    """CREATE TABLE memory_words (
    number BIGINT NOT NULL PRIMARY KEY REFERENCES memory (number) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
)""",
    """CREATE INDEX memory_words_words ON memory_words USING gin (words)""",
)
