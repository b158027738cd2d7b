"""Refuse a call that waits for approval, input or an external result. The model is told the note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphagent.cli import decide

if TYPE_CHECKING:
    import argparse


def add(command: argparse.ArgumentParser) -> None:
    """What it takes."""
    decide.add_call(command)
    decide.add(command)


def carry_out(given: argparse.Namespace) -> int:
    """Reject one call."""
    return decide.decide(
        given,
        ("confirm", "input", "external"),
        lambda inbox, call, run_id, by: inbox.reject(run_id, call.id, note=given.note, by=by),
    )
