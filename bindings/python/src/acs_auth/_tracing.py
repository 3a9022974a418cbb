"""azure-core's spans around operations, for programs that trace with azure-core."""

from __future__ import annotations

import functools
import sys
from typing import Any, Callable, TypeVar

from ._models import HIDDEN

_Method = TypeVar("_Method", bound=Callable[..., Any])

#: Keywords of azure-core's decorators.
_KEYWORDS = ("merge_span", "parent_span", "tracing_attributes", "tracing_options")
#: The inner operations of the official client. With `merge_span` azure-core omits the client's span; the inner one remains.
_GENERATED = {
    "create_user": "create",
    "create_user_and_token": "create",
    "delete_user": "delete",
    "get_token": "issue_access_token",
    "get_token_for_teams_user": "exchange_teams_user_access_token",
    "revoke_tokens": "revoke_access_tokens",
}
_made: dict[tuple[str, bool], Any] = {}


def is_traced(keywords: dict[str, Any]) -> bool:
    """Whether azure-core traces this call. A program that traces has imported azure-core."""
    module: Any = sys.modules.get("azure.core.settings")
    if module is None:
        return False
    wanted = (keywords.get("tracing_options") or {}).get("enabled")
    if wanted is not None:
        return bool(wanted)
    return bool(module.settings.tracing_enabled())


class _Bound:
    """A method with its arguments, hidden from tools that show the variables of a traceback."""

    __slots__ = ("_arguments", "_keywords", "_method")

    def __init__(self, method: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        self._method = method
        self._arguments = arguments
        self._keywords = keywords

    def __call__(self, **more: Any) -> Any:
        return self._method(*self._arguments, **self._keywords, **more)

    def __repr__(self) -> str:
        return HIDDEN


def _decorator(name: str, is_async: bool) -> Any:
    found = _made.get((name, is_async))
    if found is None:
        trace: Any
        if is_async:
            from azure.core.tracing.decorator_async import distributed_trace_async

            trace = distributed_trace_async
        else:
            from azure.core.tracing.decorator import distributed_trace

            trace = distributed_trace
        found = _made[name, is_async] = trace(name_of_span=name)
    return found


def _within_span(method: Callable[..., Any], is_async: bool, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    tracing = {name: keywords.pop(name) for name in _KEYWORDS if name in keywords}
    bound = _Bound(method, arguments, keywords)
    arguments, keywords = (), {}
    generated = _GENERATED.get(method.__name__)
    if generated is not None and tracing.get("merge_span"):
        del tracing["merge_span"]
        name = f"CommunicationIdentityOperations.{generated}"
    else:
        name = f"CommunicationIdentityClient.{method.__name__}"
    return _decorator(name, is_async)(bound)(**tracing)


def traced(method: _Method) -> _Method:
    """Decorates an operation with a span of its name."""

    @functools.wraps(method)
    def operation(*arguments: Any, **keywords: Any) -> Any:
        try:
            if is_traced(keywords):
                return _within_span(method, False, arguments, keywords)
            return method(*arguments, **keywords)
        finally:
            del arguments, keywords

    return operation  # type: ignore[return-value]


def traced_async(method: _Method) -> _Method:
    """Decorates an asynchronous operation with a span of its name."""

    @functools.wraps(method)
    async def operation(*arguments: Any, **keywords: Any) -> Any:
        try:
            if is_traced(keywords):
                return await _within_span(method, True, arguments, keywords)
            return await method(*arguments, **keywords)
        finally:
            del arguments, keywords

    return operation  # type: ignore[return-value]
