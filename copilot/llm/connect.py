"""Connects to a language model at any OpenAI-compatible address, through the gateway and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import httpx2
import langsmith
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI

from copilot.errors import UsageProblem
from copilot.llm.address import check_base_url
from copilot.llm.contact import ContactGuard
from copilot.llm.egress import EgressLog, Gateway, GatewayTransport, RefusingTransport, host_of
from copilot.llm.usage import Budget, UsageMeter
from copilot.settings import Settings

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
_NO_KEY: Final = "not-needed"  # the client library insists on one; local servers ignore it
_CONNECT_SECONDS: Final = 5.0
_ANSWER_TOKENS: Final = 4_000


@dataclass(frozen=True)
class Connection:
    """A chat model and the gateway its requests pass. Used by one conversation at a time; see `fresh`."""

    name: str
    model: BaseChatModel
    gateway: Gateway
    settings: Settings
    budget: Budget
    pool: httpx2.HTTPTransport

    @property
    def timeout(self) -> float:
        """Seconds allowed for one answer."""
        return self.settings.model_timeout

    def fresh(self) -> Connection:
        """A connection for another conversation: own deadline, count and budget; network connections are shared."""
        gateway = replace(self.gateway, meter=UsageMeter(self.budget), deadline=None)
        return _connection(self.settings, gateway, self.budget, self.pool)

    def close(self) -> None:
        """Close the network connections, also those of its `fresh` ones, and the egress log."""
        self.pool.close()
        self.gateway.log.close()


def connect(
    settings: Settings, log: EgressLog, guard: ContactGuard | None = None, budget: Budget | None = None
) -> Connection:
    """Connect to the model that `settings` name. Nothing is sent yet.

    No temperature is sent: several models refuse any but their own, and no number depends on it.
    Raises UsageProblem when no model is set or its address cannot be one. Proxies from the environment are not
    used: they would bypass the checks of the address.
    """
    if not settings.model:
        raise UsageProblem("No language model is set.", "Set COPILOT_MODEL, or use the built-in engine.")
    budget = budget or Budget()
    gateway = Gateway(
        host=host_of(check_base_url(settings.base_url or DEFAULT_BASE_URL)),
        log=log,
        guard=guard or ContactGuard(),
        meter=UsageMeter(budget),
        may_send=lambda: not settings.send_nothing,
    )
    return _connection(settings, gateway, budget, httpx2.HTTPTransport(trust_env=False))


def _connection(settings: Settings, gateway: Gateway, budget: Budget, pool: httpx2.HTTPTransport) -> Connection:
    timeout = httpx2.Timeout(settings.model_timeout, connect=min(_CONNECT_SECONDS, settings.model_timeout))
    name = settings.model or ""
    model = ChatOpenAI(
        model=name,
        base_url=check_base_url(settings.base_url or DEFAULT_BASE_URL),
        api_key=settings.api_key or _NO_KEY,
        timeout=timeout,
        max_retries=settings.model_retries,
        max_tokens=_ANSWER_TOKENS,
        use_responses_api=False,
        stream_usage=True,
        http_client=httpx2.Client(
            transport=GatewayTransport(gateway, pool), follow_redirects=False, trust_env=False, timeout=timeout
        ),
        http_async_client=httpx2.AsyncClient(transport=RefusingTransport(), follow_redirects=False, trust_env=False),
    )
    return Connection(name, model, gateway, settings, budget, pool)


def forbid_tracing() -> None:
    """Keep LangChain's tracing service off, whatever the environment says: it would send conversations away.

    The composition root calls this before the first conversation.
    """
    langsmith.configure(enabled=False)
