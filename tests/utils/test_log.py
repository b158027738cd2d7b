"""Logging: silent until asked, and without secrets even then."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.utils.log import DETAIL, Redaction, enable_debug, logger
from graphagent.utils.redact import HIDDEN, redacted, redacted_text

SECRET = "Zq7-x9_Kw2pLmN4"
secret_names = st.sampled_from(
    [
        "api_key",
        "apiKey",
        "OPENAI_API_KEY",
        "x-api-key",
        "Authorization",
        "access_token",
        "token",
        "db_password",
        "Cookie",
    ]
)
plain_names = st.sampled_from(["input_tokens", "max_tokens", "model", "content", "keyword", "author"])
nested = st.recursive(
    st.dictionaries(secret_names, st.just(SECRET), min_size=1, max_size=2),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2)
        | st.dictionaries(plain_names | secret_names, inner, min_size=1, max_size=2)
    ),
    max_leaves=6,
)
harmless = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["a sky-blue task", "basic", "the token", "http://a/b:c"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain_names, inner, max_size=3),
    max_leaves=6,
)


class Collector(logging.Handler):
    """What any handler, of whomever, gets to see."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def text(self) -> str:
        shown = "\n".join(map(self.format, self.records)) + repr([vars(record) for record in self.records])
        self.records.clear()
        return shown


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    handler, level = Collector(), logger.level
    logger.addHandler(handler)
    logger.setLevel(DETAIL)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


@given(data=nested)
def test_no_secret_in_arguments_extras_or_text_reaches_a_handler(collector: Collector, data: Any) -> None:
    logger.debug("request %s", data)
    logger.debug("request %s of %s", data, 1)
    logger.debug("%s", repr(data))
    logger.debug(data)
    logger.debug("request", extra={"data": data})
    shown = collector.text()
    assert SECRET not in shown
    assert shown.count("request") >= 3


@given(secret_names)
def test_a_secret_given_by_name_is_hidden(collector: Collector, name: str) -> None:
    logger.debug("%s", name, extra={name: SECRET})
    logger.debug("%(" + name + ")s", {name: SECRET})
    logger.debug("%s=%s", name, SECRET)
    logger.debug('{"%s": "%s", "a": 1}', name, SECRET)
    assert SECRET not in collector.text()


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: sk-proj-{SECRET}.",
        f"Authorization: Bearer {SECRET}",
        f"curl -H 'authorization: Basic {SECRET}='",
        f"postgresql+psycopg://ada:{SECRET}@localhost/runs",
        f"password={SECRET}&x=1",
        f"password='quoted \\' {SECRET}'",
        f'{{"password": "quoted \\" {SECRET}"}}',
    ],
)
def test_secrets_that_can_be_told_by_their_look_are_hidden(text: str) -> None:
    assert SECRET not in redacted_text(text)
    assert HIDDEN in redacted_text(text)


def test_a_traceback_is_logged_without_its_secret(collector: Collector) -> None:
    try:
        raise PermissionError(f"key sk-{SECRET} refused")
    except PermissionError:
        logger.exception("failed")
    shown = collector.format(collector.records[-1])
    collector.records.clear()
    assert "PermissionError: key sk-[redacted] refused" in shown


@given(harmless)
def test_what_is_no_secret_stays(value: Any) -> None:
    assert redacted(value) == value
    assert redacted_text(repr(value)) == repr(value)


@pytest.mark.parametrize("name", ["password", "api_key", "token"])
@pytest.mark.parametrize("value", [None, "", True, False])
def test_that_there_is_no_secret_is_no_secret(name: str, value: Any) -> None:
    assert redacted({name: value}) == {name: value}


def test_a_password_of_digits_is_hidden_and_a_number_of_tokens_is_not() -> None:
    assert redacted({"password": 1234, "time_to_first_token": 0.25}) == {
        "password": HIDDEN,
        "time_to_first_token": 0.25,
    }
    assert redacted({"token": "1234"}) == {"token": HIDDEN}
    assert redacted_text("password=1234, time_to_first_token=0.25") == f"password={HIDDEN}, time_to_first_token=0.25"


def test_what_was_logged_is_not_changed_for_its_owner(collector: Collector) -> None:
    data = {"api_key": SECRET, "list": [{"token": SECRET}]}
    logger.debug("%s", data)
    assert collector.text()
    assert data == {"api_key": SECRET, "list": [{"token": SECRET}]}


@pytest.mark.parametrize(
    ("message", "arguments"), [("%s and %s", (SECRET,)), ("%d", ("x",)), ("%(a)s", ({"token": SECRET},))]
)
def test_arguments_that_do_not_fit_are_left_to_the_handler(message: str, arguments: tuple[Any, ...]) -> None:
    record = logging.LogRecord("graphagent", logging.DEBUG, "", 1, message, arguments, None)
    assert Redaction().filter(record)
    assert record.msg == message
    assert record.args


def in_process(script: str, **variables: str) -> tuple[str, str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **variables}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


SPEAK = (
    "from graphagent.utils.log import *; logger.debug('a step'); logger.log(DETAIL, 'a request'); logger.warning('oh')"
)


@pytest.mark.parametrize(
    ("variables", "levels"),
    [
        ({}, []),
        ({"GRAPHAGENT_DEBUG": "0"}, []),
        ({"GRAPHAGENT_DEBUG": "1"}, ["DEBUG", "WARNING"]),
        ({"GRAPHAGENT_DEBUG": "true"}, ["DEBUG", "WARNING"]),
        ({"GRAPHAGENT_DEBUG": "2"}, ["DEBUG", "DETAIL", "WARNING"]),
    ],
)
def test_the_environment_says_how_much_is_logged(variables: dict[str, str], levels: list[str]) -> None:
    out, error = in_process(SPEAK, **variables)
    assert out == ""
    assert [line.split()[2] for line in error.splitlines()] == levels


def test_child_loggers_let_no_secret_through_either() -> None:
    script = "import logging; logging.getLogger('graphagent.child').warning('sk-abcdefghijkl')"
    _, error = in_process(f"from graphagent.utils.log import *; enable_debug(); {script}")
    assert "sk-[redacted]" in error


def test_debugging_twice_logs_once() -> None:
    _, error = in_process(f"from graphagent.utils.log import *; enable_debug(); enable_debug(1); {SPEAK}")
    assert len(error.splitlines()) == 2


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="1 or 2"):
        enable_debug(3)


def test_an_application_that_logs_gets_our_records_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    logger.warning("a warning")
    assert stream.getvalue() == "a warning\n"
