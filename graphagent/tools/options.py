"""What can be said about a tool: the options, what each means, and which cannot be said together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from graphagent.engine.call import DEFAULT_TIMEOUT, TRANSACTIONAL
from graphagent.options import Options, option
from graphagent.tools.names import HANDLE, INJECTED

if TYPE_CHECKING:
    from pathlib import Path

    from graphagent.tools.calling import Hook

Gate = Literal["confirm", "input", "external"]
"""Who must act before the call is made: a person who approves it, a person who fills it in, or the caller who runs it."""

Policy = Literal["read", "idempotent", "probe", "once", "transactional"]
"""What may be done about a call that was started and whose outcome is unknown."""


class ToolOptions(TypedDict, total=False):
    """The keywords of `@tool(…)` and `Function(…)`, for type checkers. `Configuration` says what each means."""

    name: str
    description: str
    parameters: dict[str, Any]
    strict: bool | None
    instructions: str | None
    add_instructions: bool
    show_result: bool
    stop_after_tool_call: bool
    requires_confirmation: bool
    requires_user_input: bool
    user_input_fields: Sequence[str]
    external_execution: bool
    expires_after: float | None
    pre_hook: Hook | None
    post_hook: Hook | None
    tool_hooks: Sequence[Hook]
    cache_results: bool
    cache_dir: str | Path | None
    cache_ttl: float
    policy: Policy
    probe: Callable[..., Any] | None
    timeout: float | None


class Derived:
    """A default that an object works out itself, by its method of that name."""

    def __init__(self, method: str) -> None:
        self.method = method

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else getattr(instance, self.method)()

    def __repr__(self) -> str:
        return "…"


class Configuration(Options):
    """The options of a tool. All but the function itself are keyword-only, and all have defaults."""

    entrypoint: Callable[..., Any] = option(default=None, kw_only=False)
    """The function as it was written."""

    # -- what a model is told -----------------------------------------------------------------------------------------
    name: str = option(default=Derived("_own_name"))
    """What a model calls it by. Default: the name of the function."""
    description: str = option(default=Derived("_own_description"))
    """What it does. Default: the docstring of the function, without its sections."""
    parameters: dict[str, Any] = option(default=Derived("_own_parameters"))
    """The JSON schema of its arguments. Default: from the signature and the docstring."""
    strict: bool | None = None
    """Ask the provider to enforce the schema. None: as the agent asks."""
    instructions: str | None = None
    """Text for the system message, added there if `add_instructions`."""
    add_instructions: bool = True

    # -- what a call means for the run ----------------------------------------------------------------------------------
    stop_after_tool_call: bool = False
    """End the run after a call, without asking the model again."""
    show_result: bool = option(default=Derived("_shows_result"))
    """Add the result to what the run answers. Default: where it stops the run."""
    requires_confirmation: bool = False
    """A person must agree to each call."""
    requires_user_input: bool = option(default=Derived("_has_fields"))
    """A person fills in the arguments: those of `user_input_fields`, or all. Default: where there are such fields."""
    user_input_fields: Sequence[str] = ()
    """Names of the arguments that a person fills and a model does not see."""
    external_execution: bool = False
    """The caller of the run executes the call and delivers its result."""
    expires_after: float | None = None
    """Seconds after which a call that still waits for a person, or for its caller, counts as rejected."""
    policy: Policy = "once"
    """What may be done about a call whose outcome is unknown after a crash: make it again (`read`), again with the same
    `idempotency_key` (`idempotent`), ask the function `probe` (`probe`), or ask a person (`once`). Of a `transactional` call it is known: it
    writes to the database of its run, by its parameter `transaction`, and what it wrote is there if its result is."""
    probe: Callable[..., Any] | None = None
    """Says whether a call happened. Needed by the policy of that name."""
    timeout: float | None = DEFAULT_TIMEOUT
    """Seconds a call may take. None, for no limit, is for `read` and `idempotent` tools only."""

    # -- what happens around a call -------------------------------------------------------------------------------------
    pre_hook: Hook | None = None
    post_hook: Hook | None = None
    """Called before and after each call with what they have parameters for: `fc` (a `FunctionCall`), `function`, and
    what a tool can ask for. There is no post-hook where the tool raises."""
    tool_hooks: Sequence[Hook] = ()
    """Middleware, outermost first: each gets the next as `function_call`, and what it returns is the result."""
    cache_results: bool = False
    """Keep results that are JSON on disk for `cache_ttl` seconds, in `cache_dir` or else the user's cache folder."""
    cache_dir: str | Path | None = None
    cache_ttl: float = 3600

    @property
    def gate(self) -> Gate | None:
        """Who must act before a call is made: "confirm", "input", "external", or None for nobody."""
        if self.requires_confirmation:
            return "confirm"
        if self.requires_user_input:
            return "input"
        return "external" if self.external_execution else None

    @property
    def injectable(self) -> frozenset[str]:
        """Names of parameters that the run fills, if the function has them."""
        return INJECTED | {HANDLE} if self.policy == TRANSACTIONAL else INJECTED

    def _shows_result(self) -> bool:
        return self.stop_after_tool_call

    def _has_fields(self) -> bool:
        return bool(self.user_input_fields)
