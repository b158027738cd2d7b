"""Where the service is and how it is called: the options of every model that speaks the protocol of OpenAI."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphagent.exceptions import ModelRequestError
from graphagent.models.openai.clients import CLIENTS
from graphagent.options import Options, option

if TYPE_CHECKING:
    import httpx2
    import openai
    from openai import RequestOptions


class Connection(Options):
    """Where a model of OpenAI, or of a server that speaks its protocol, is and how it is called."""

    api_key: str | None = option(default=None, repr=False)
    """None: the environment variable `OPENAI_API_KEY`."""
    base_url: str | None = option(default=None, repr=False)
    """Address of the API, usually up to `/v1`. None: the environment variable `OPENAI_BASE_URL`, else OpenAI's."""
    organization: str | None = None
    project: str | None = None
    timeout: float | httpx2.Timeout | None = None
    """Seconds without a byte before giving up. None: the client's default, 600, and 5 to connect."""
    max_retries: int | None = None
    """How often the client repeats a request that met a rate limit, a server error or a lost connection before the
    reply began. It waits as long as `Retry-After` says, up to two minutes. None: the client's default, 2."""
    default_headers: Mapping[str, str] | None = option(default=None, repr=False)
    extra_headers: Mapping[str, str] | None = option(default=None, repr=False)
    """Stands before `default_headers`, as does `extra_query` before `default_query`."""
    default_query: Mapping[str, Any] | None = option(default=None, repr=False)
    extra_query: Mapping[str, Any] | None = option(default=None, repr=False)
    http_client: httpx2.Client | httpx2.AsyncClient | None = option(default=None, repr=False)
    """A transport of your own (proxy, certificates) for requests of its kind, synchronous or asynchronous."""
    client: openai.OpenAI | None = option(default=None, repr=False)
    """A client of your own for synchronous requests. Key, address and transport are then its affair."""
    async_client: openai.AsyncOpenAI | None = option(default=None, repr=False)
    """The same for asynchronous requests. It belongs to one event loop."""

    @cached_property
    def request_options(self) -> RequestOptions:
        """What the client is told with each request, so that models that differ in it can share a client."""
        options: RequestOptions = {}
        if self.timeout is not None:
            options["timeout"] = self.timeout
        if self.max_retries is not None:
            options["max_retries"] = self.max_retries
        if headers := {**(self.default_headers or {}), **(self.extra_headers or {})}:
            options["headers"] = headers
        if query := {**(self.default_query or {}), **(self.extra_query or {})}:
            options["params"] = query
        return options

    def client_for_requests(self) -> openai.OpenAI:
        """The client for synchronous requests."""
        import httpx2
        import openai

        if self.client is not None:
            return self.client
        client: openai.OpenAI = CLIENTS.get(openai.OpenAI, None, self._client_options(httpx2.Client))
        return client

    async def client_for_tasks(self) -> openai.AsyncOpenAI:
        """The client for asynchronous requests of the running event loop."""
        import asyncio

        import httpx2
        import openai

        if self.async_client is not None:
            return self.async_client
        options, loop = self._client_options(httpx2.AsyncClient), asyncio.get_running_loop()
        if loop not in CLIENTS.loops:
            await CLIENTS.follow(loop)
        client: openai.AsyncOpenAI = CLIENTS.get(openai.AsyncOpenAI, loop, options)
        return client

    def _key(self) -> str:
        if key := self.api_key or os.environ.get("OPENAI_API_KEY"):
            return key
        raise ModelRequestError(
            f"No API key. Set the environment variable OPENAI_API_KEY, or give {type(self).__name__}(api_key=…). "
            'A local server that needs none takes any text, such as api_key="none".'
        )

    def _address(self) -> str | None:
        return self.base_url or os.environ.get("OPENAI_BASE_URL") or None

    def _client_options(self, transport: type) -> dict[str, Any]:
        return {
            "api_key": self._key(),
            "base_url": self._address(),
            "organization": self.organization,
            "project": self.project,
            "http_client": self.http_client if isinstance(self.http_client, transport) else None,
        }
