"""Cached results are those of the same tool, arguments and person, and come back as they were."""

from __future__ import annotations

import asyncio
import functools
import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphagent.tools import Function, Toolkit
from graphagent.tools.cache import MISS, CachedResult, default_folder

CALLS: list[Any] = []


def look(key: str, day: date | None = None) -> Any:
    CALLS.append(key)
    return {"key": key, "n": len(CALLS)}


@pytest.fixture
def made(tmp_path: Path) -> Function:
    CALLS.clear()
    return Function(look, cache_results=True, cache_dir=tmp_path)


def test_a_second_call_is_answered_from_the_disk_in_either_colour(made: Function, tmp_path: Path) -> None:
    first = made.invoke({"key": "a"})
    assert made.invoke({"key": "a"}) == first
    assert asyncio.run(made.ainvoke({"key": "a"})) == first
    assert Function(look, cache_results=True, cache_dir=str(tmp_path)).invoke({"key": "a"}) == first
    assert made.invoke({"key": "b"}) != first
    assert made.invoke({"key": "a", "day": date(2026, 1, 1)}) != first
    assert CALLS == ["a", "b", "a"]
    assert {path.suffix for path in tmp_path.iterdir()} == {".json"}


def test_nothing_is_kept_unless_asked_for(tmp_path: Path) -> None:
    Function(look, cache_dir=tmp_path).invoke({"key": "a"})
    assert list(tmp_path.iterdir()) == []


def test_an_old_or_damaged_result_is_made_anew(made: Function, tmp_path: Path) -> None:
    first = made.invoke({"key": "a"})
    (file,) = tmp_path.iterdir()
    os.utime(file, (0, 0))
    second = made.invoke({"key": "a"})
    assert second != first
    file.write_text("{half")
    assert made.invoke({"key": "a"}) not in (first, second)


def test_people_and_sessions_do_not_see_each_others_results(tmp_path: Path) -> None:
    def mine(session_state: dict[str, Any]) -> Any:
        return session_state["owner"]

    function = Function(mine, cache_results=True, cache_dir=tmp_path)

    def ask(owner: str, **who: str | None) -> Any:
        return function.invoke({}, {"session_state": {"owner": owner}, "run_context": SimpleNamespace(**who)})

    assert ask("ann", user_id="ann", session_id="1") == "ann"
    assert ask("bob", user_id="bob", session_id="1") == "bob"
    assert ask("eve", user_id="ann", session_id="2") == "eve"
    assert ask("new", user_id="ann", session_id="1") == "ann"
    files = len(list(tmp_path.iterdir()))
    assert function.invoke({}, {"session_state": {"owner": "who?"}}) == "who?"
    assert len(list(tmp_path.iterdir())) == files


class Shop(Toolkit):
    def __init__(self, cache_dir: Path, **attributes: Any) -> None:
        vars(self).update(attributes)
        super().__init__(tools=[self.price], cache_results=True, cache_dir=cache_dir)

    def price(self, item: str) -> str:
        return " ".join(str(vars(self)[name]) for name in ("currency", "client") if name in vars(self))


def test_objects_that_differ_share_nothing_and_equal_ones_do(tmp_path: Path) -> None:
    def price(**attributes: Any) -> Any:
        return Shop(tmp_path, **attributes).functions["price"].invoke({"item": "tea"})

    assert price(currency="EUR") == "EUR"
    assert price(currency="GBP") == "GBP"
    files = len(list(tmp_path.iterdir()))
    assert price(currency="EUR") == "EUR"
    assert len(list(tmp_path.iterdir())) == files
    price(currency="EUR", client=object())
    price(currency="EUR", client=object())
    assert len(list(tmp_path.iterdir())) == files + 2


def test_closures_that_differ_share_nothing(tmp_path: Path) -> None:
    def maker(value: int) -> Function:
        def constant() -> int:
            return value

        return Function(constant, cache_results=True, cache_dir=tmp_path)

    assert [maker(value).invoke({}) for value in (1, 2, 1)] == [1, 2, 1]


def test_decorated_functions_and_partials_are_told_apart_by_what_they_carry(tmp_path: Path) -> None:
    def times(factor: int) -> Any:
        return functools.wraps(number)(lambda base: number(base) * factor)

    for made, expected in ((times(2), 2), (times(3), 3), (functools.partial(number, add=4), 5), (number, 1)):
        for _ in range(2):
            assert Function(made, name="number", cache_results=True, cache_dir=tmp_path).invoke({"base": 1}) == expected
    assert len(list(tmp_path.iterdir())) == 4


def number(base: int, add: int = 0) -> int:
    return base + add


def test_a_result_that_is_not_json_is_returned_but_not_kept(tmp_path: Path) -> None:
    for value in ((1, 2), {1: "a"}, date(2026, 1, 1), {1, 2}, float("nan"), object()):
        function = Function(lambda value=value: value, name="give", cache_results=True, cache_dir=tmp_path)
        assert function.invoke({}) is value
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_the_cache_and_not_the_result(
    made: Function, tmp_path: Path, caplog: Any
) -> None:
    (tmp_path / "file").touch()
    function = made.copy(cache_dir=tmp_path / "file" / "below")
    assert function.invoke({"key": "a"})["key"] == "a"
    assert "was not cached" in caplog.text


def test_the_default_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Function(look, cache_results=True).invoke({"key": "a"})
    assert default_folder() == tmp_path / "graphagent" / "tools"
    assert default_folder().stat().st_mode & 0o077 == 0
    assert len(list(default_folder().iterdir())) == 1


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(values)
def test_what_is_kept_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    place = CachedResult(tmp_path_factory.mktemp("cache") / "x.json", 60)
    assert place.load() is MISS
    place.save(value)
    assert place.load() in (MISS, value)
    assert place.load() == value or value != value  # noqa: PLR0124 (what differs from itself is not kept)
