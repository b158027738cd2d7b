"""What an agent can say of its sessions: messages, names, what they took; and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic_core import from_json, to_json

from graphagent.agent.configuration import Configuration
from graphagent.exceptions import DefinitionError, ModelReplyError

if TYPE_CHECKING:
    from graphagent.agent.scope import LastRuns
    from graphagent.engine.run import Run
    from graphagent.models.message import Message
    from graphagent.storage.base import Storage
    from graphagent.storage.session import Deleted, Session

NAMING: Final = (
    "Give the following conversation a name: what it is about, in at most five words. Answer with the name alone, without "
    "quotation marks."
)
WORDS: Final = 5
TRIES: Final = 3
EXCERPT: Final = 4000  # characters of a conversation, to be named by


class Conversations(Configuration):
    """The sessions of an agent. Where no `session_id` is given, it is that of the agent, or of the last run here.

    Where the agent has a `user_id`, the sessions of others are refused with `SessionOwnershipError`; all raise
    `SessionNotFound` where there is no such session.
    """

    if TYPE_CHECKING:

        @property
        def store(self) -> Storage: ...
        @property
        def _last(self) -> LastRuns: ...

    def get_session(self, session_id: str | None = None) -> Session:
        """The session as it stands: its user, name and state."""
        id = session_id or self.session_id
        if id is None:
            last = self._last.get()
            if last is None:
                raise DefinitionError("No session_id was given, and this thread or task has not run this agent.")
            id = last.head.session_id
        from graphagent.storage.session import check_user, no_session

        session = self.store.session(id)
        if session is None:
            raise no_session(id, "this agent's storage")
        if self.user_id is not None:
            check_user(id, self.user_id, session.user_id)
        return session

    def get_messages_for_session(self, session_id: str | None = None) -> list[Message]:
        """All that was said in a session, oldest first: the system message once, then each run's own messages."""
        from graphagent.models.message import Message
        from graphagent.run.history import said

        runs = self._runs(self.get_session(session_id).id)
        preamble = next((run.preamble for run in runs if run.preamble), b"")
        told = [message for message in from_json(b"[%b]" % preamble) if message["role"] in {"system", "developer"}]
        told += [from_json(message) for run in runs for message in said(run)]
        return [Message.from_dict(message) for message in told]

    def get_session_metrics(self, session_id: str | None = None) -> dict[str, float]:
        """What all runs of a session took: tokens, and seconds of the model, by the names of `RunResponse.metrics`."""
        from graphagent.run.metrics import sums
        from graphagent.run.view import metrics_of

        total: dict[str, float] = {}
        for run in self._runs(self.get_session(session_id).id):
            for name, value in sums(metrics_of(run)).items():
                total[name] = total.get(name, 0) + value
        return total

    def get_session_name(self, session_id: str | None = None) -> str | None:
        """The name of a session; None where it was given none."""
        return self.get_session(session_id).name

    def rename_session(self, session_name: str, session_id: str | None = None) -> None:
        """Give a session a name."""
        self.store.rename_session(self.get_session(session_id).id, session_name)

    def generate_session_name(self, session_id: str | None = None) -> str:
        """A name of at most five words, as the model finds it from the conversation. The session is not renamed.

        A model that goes on for longer is asked again twice, and then taken at its first words. Raises `ModelError`.
        """
        from graphagent.agent.definition import Definition
        from graphagent.models.base import Request

        told = "\n".join(
            f"{message.role}: {message.content}"
            for message in self.get_messages_for_session(session_id)
            if message.role in {"user", "assistant"} and isinstance(message.content, str)
        )
        question = [{"role": "system", "content": NAMING}, {"role": "user", "content": told[:EXCERPT]}]
        model = Definition(self).model
        name = ""
        for _ in range(TRIES):
            name = (model.ask(Request(b",".join(map(to_json, question)))).content or "").strip().strip("\"'").strip()
            if 0 < len(name.split()) <= WORDS:
                return name
        if not name:
            raise ModelReplyError("The model gave the session no name.")
        return " ".join(name.split()[:WORDS])

    def auto_rename_session(self, session_id: str | None = None) -> str:
        """Give a session the name that `generate_session_name` finds, and return it."""
        name = self.generate_session_name(session_id)
        self.rename_session(name, session_id)
        return name

    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session with all its runs, for good, and say how much that was."""
        return self.store.delete_session(self.get_session(session_id).id)

    def _runs(self, session_id: str) -> list[Run]:
        """All runs of a session as they stand, oldest first."""
        from graphagent.engine.machine import OPEN
        from graphagent.engine.run import Run, is_pruned

        found = self.store.ended(session_id)
        found += [self.store.load(head.id) for head in self.store.runs(session_id=session_id, state=OPEN)]
        found.sort(key=lambda one: one[0].number)
        return [Run.replay(head.id, head.plan, steps) for head, steps in found if not is_pruned(steps)]
