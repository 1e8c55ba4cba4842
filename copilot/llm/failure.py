"""The one adapter that turns whatever a model call raises into ModelUnavailable, told in plain words without
the provider's text (which may repeat the key)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2
import openai
from langchain_core.exceptions import (
    ContextOverflowError,
    LangChainException,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelError,
    ModelInvalidRequestError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelTimeoutError,
)
from pydantic import ValidationError

from copilot.errors import ModelUnavailable

_log = logging.getLogger(__name__)

MODEL_FAULTS: Final = (
    LangChainException,
    openai.OpenAIError,
    httpx2.HTTPError,
    httpx2.StreamError,
    json.JSONDecodeError,
    ValidationError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    ValueError,
)
"""What a call to an endpoint that answers nonsense raises with this version of the client library: besides its own
errors, bare ones from reading a reply of the wrong shape."""

_KINDS: Final[tuple[tuple[tuple[type[Exception], ...], str, str, str], ...]] = (
    ((ContextOverflowError,), "context_too_long", "the conversation is too long for it", "Start a new conversation."),
    (
        (
            ModelAuthenticationError,
            ModelPermissionDeniedError,
            openai.AuthenticationError,
            openai.PermissionDeniedError,
        ),
        "key_refused",
        "it refused the key",
        "Check OPENAI_API_KEY.",
    ),
    (
        (ModelNotFoundError, openai.NotFoundError),
        "model_not_found",
        "there is no such model at this address",
        "Check COPILOT_MODEL and OPENAI_BASE_URL.",
    ),
    ((ModelRateLimitError, openai.RateLimitError), "model_busy", "it is busy or its quota is used up", "Try later."),
    (
        (ModelTimeoutError, openai.APITimeoutError, httpx2.TimeoutException),
        "model_timeout",
        "timed out",
        "Try again, or set COPILOT_MODEL_TIMEOUT higher.",
    ),
    (
        (ModelConnectionError, openai.APIConnectionError, httpx2.TransportError),
        "model_unreachable",
        "no connection, or the connection broke",
        "Check OPENAI_BASE_URL and whether the model is running.",
    ),
    (
        (ModelInvalidRequestError, openai.BadRequestError),
        "request_refused",
        "it refused the request",
        "Check that the model supports tool calls.",
    ),
    ((ModelAPIError, openai.InternalServerError), "model_error", "it reported an error of its own", "Try again later."),
)


@contextmanager
def plain_failures(timeout: float) -> Iterator[None]:
    """Inside, a failed model call raises ModelUnavailable: `The model did not answer (timed out after 30 s).`

    `timeout` is the time allowed for one answer in seconds. Errors of the product itself pass unchanged.
    """
    try:
        yield
    except MODEL_FAULTS as error:
        _log.warning("a model call failed with %s", type(error).__name__)
        raise as_unavailable(error, timeout) from None


def as_unavailable(error: Exception, timeout: float) -> ModelUnavailable:
    """The plain form of one failure."""
    if isinstance(error, openai.BadRequestError) and error.code == "context_length_exceeded":
        error = ContextOverflowError()
    for types, code, words, advice in _KINDS:
        if isinstance(error, types):
            reason = f"{words} after {timeout:g} s" if code == "model_timeout" else words
            return ModelUnavailable(f"The model did not answer ({reason}).", advice, code=code)
    garbled = isinstance(error, openai.APIResponseValidationError)
    if isinstance(error, (openai.APIError, ModelError)) and not garbled:
        return ModelUnavailable(
            "The model did not answer (it reported an error).", "Try again later.", code="model_error"
        )
    return ModelUnavailable(
        "The model did not answer (what came back is not an answer in the expected form).",
        "Check that OPENAI_BASE_URL is an OpenAI-compatible address, usually ending in /v1.",
        code="model_garbled",
    )
