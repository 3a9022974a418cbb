"""Translates azure-core's keywords into this package's options; the error for any other names the replacement."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from ._durations import milliseconds
from ._options import Proxy, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._durations import Duration

#: The statuses after which the library retries, if the operation allows it.
_RETRIED = frozenset({408, 421, 429, 500, 502, 503, 504})
#: azure-core's default for `retry_backoff_factor`, in seconds.
_BACKOFF = 0.8
#: The library's default for the number of retries.
DEFAULT_RETRIES = 2

_POLICY = (
    "requests do not go through azure-core's pipeline. Give a policy with on_request and on_response to per_retry_policies=, "
    "or send requests with transport="
)
_LOG = "records go to the logger 'acs_auth': set its level and handlers"
_REDIRECTS = "redirects are never followed, since the request carries the user's token"
_OF_CLIENT = "it belongs to the connections, which calls share: give it to the client"
_OF_TRANSPORT = f"{_OF_CLIENT}, or give the client a transport= of azure-core, which gets it with each call"
_ONE_COUNT = "attempts are counted together, whatever failed: limit them with retry_total="

#: Keywords without a counterpart, and what to write instead.
_INSTEAD = {
    "api_version": "it is an option of the client",
    "authentication_policy": "give the credential to the client",
    "auto_request_id": "every request has an id: set it with request_id=",
    "cls": "it is an option of a call",
    "config": _POLICY,
    "data": "the operation makes the body",
    "enforce_https": "an http endpoint must be loopback, or the client made with allow_insecure_endpoint=True",
    "error_map": "it is an option of a call",
    "http_logging_level": _LOG,
    "json": "the operation makes the body",
    "logger": _LOG,
    "network_span_namer": "spans have azure-core's names",
    "params": "the operation makes the query, which is signed; the client's api_version= chooses the version",
    "policies": _POLICY,
    "response_encoding": "it is an option of a call",
    "retry_mode": "it is an option of the client",
    "retry_on_status_codes": "it is an option of the client",
    "request_id_policy": "set the id with request_id=",
    "sdk_moniker": "put a text in front of the User-Agent with user_agent=",
    "proxy_policy": "name the proxy with proxy= or proxies=",
    "redirect_policy": _REDIRECTS,
    "session": "give it to a transport of azure-core: transport=RequestsTransport(session=…)",
    "session_owner": "give it to a transport of azure-core: transport=RequestsTransport(session_owner=…)",
    "stream": "responses are read whole",
    "use_env_settings": "write proxy=Proxy.direct() to ignore the environment's proxies",
    "user_agent_use_env": "read the environment and write user_agent=",
}

#: Keywords that are accepted, as by the official client, and have no effect on what is sent.
_WITHOUT_EFFECT = frozenset({"logging_enable", "logging_body", "connection_data_block_size"})
#: Keywords that are accepted only with this value, which is how the library behaves anyway.
_AS_IT_IS = {"auto_request_id": True, "use_env_settings": True, "user_agent_use_env": False}
#: Keywords that azure-core's transports accept with each request.
_FOR_TRANSPORT = ("connection_timeout", "connection_verify", "connection_cert", "proxies")


_NOTHING = object()


def _refused(name: str, owner: str) -> TypeError:
    instead = _INSTEAD.get(name, "the README lists the keywords")
    return TypeError(f"{name!r} is not an option of {owner}: {instead}.")


def _text(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


class ClientArguments:
    """The client's keywords of azure-core, translated."""

    def __init__(self) -> None:
        #: This package's options of the same meaning.
        self.options: dict[str, Any] = {}
        #: The keyword that each of them was translated from.
        self.keywords: dict[str, str] = {}
        self.request_id: str | None = None
        self.raw_request_hook: Any = None
        self.raw_response_hook: Any = None
        self.verify: str | None = None
        #: Policies that observe requests and responses, in azure-core's order.
        self.policies: list[Any] = []

    def set(self, name: str, keyword: str, value: Any) -> None:
        self.options[name], self.keywords[name] = value, keyword

    def option(self, name: str, own: Any) -> Any:
        """Returns an option that was given by this package's name or by azure-core's. Raises a TypeError for both."""
        return _one_of(name, own, self.keywords.get(name, ""), self.options.get(name))


def _one_of(name: str, own: Any, keyword: str, given: Any) -> Any:
    if own is not None and given is not None:
        raise TypeError(f"{name!r} and {keyword!r} are the same option: give one of them.")
    return own if given is None else given


def client_arguments(options: dict[str, Any]) -> ClientArguments:
    """Translates the keywords that azure-core's clients accept. Raises a TypeError for any other."""
    made = ClientArguments()
    left = dict(options)
    _take_retries(left, made)
    replaces_user_agent = left.pop("user_agent_overwrite", False)
    base_user_agent = left.pop("base_user_agent", None)
    for name, value in left.items():
        if name in _WITHOUT_EFFECT or name == "tracing_options" or _AS_IT_IS.get(name, _NOTHING) is value:
            continue
        if name == "connection_timeout":
            made.set("connect_timeout", name, value)
        elif name == "read_timeout":
            made.set("timeout", name, value)
        elif name == "connection_verify":
            made.verify = _verified(value)
            if made.verify is not None:
                made.set("root_certificates_pem", name, _file(made.verify))
        elif name == "connection_cert":
            if value is not None:
                paths = [value] if isinstance(value, str) else value
                made.set("client_identity_pem", name, b"\n".join(_file(path) for path in paths))
        elif name == "proxies":
            made.set("proxy", name, value or None)
        elif name == "request_id":
            made.request_id = value
        elif name in ("raw_request_hook", "raw_response_hook"):
            setattr(made, name, _callable(name, value))
        elif name in ("permit_redirects", "redirect_max"):
            _no_redirects(name, value)
        elif name in _INSTEAD:
            raise _refused(name, "this client")
        elif name.endswith("_policy"):
            made.policies += _looking(name, [] if value is None else [value])
        elif name not in ("per_call_policies", "per_retry_policies"):
            raise _refused(name, "this client")
    for name in ("per_call_policies", "per_retry_policies"):
        given = left.get(name)
        made.policies += _looking(name, given if isinstance(given, (list, tuple)) else [] if given is None else [given])
    if base_user_agent is not None:
        made.set("headers", "base_user_agent", {"user-agent": base_user_agent})
    if replaces_user_agent:
        raise TypeError("'user_agent_overwrite' is an option of a call; for the client, write base_user_agent=.")
    return made


def _looking(name: str, policies: Iterable[Any]) -> list[Any]:
    """Returns the policies. Raises a TypeError for one that sends requests itself instead of only observing them."""
    made = list(policies)
    for policy in made:
        if callable(getattr(policy, "send", None)) or not callable(getattr(policy, "on_request", None)):
            raise TypeError(f"{name}: {type(policy).__name__} has no on_request, or sends by itself; {_POLICY}.")
    return made


def _take_retries(options: dict[str, Any], made: ClientArguments) -> None:
    """Moves the keywords of azure-core's retry policy from `options` to `made`, as a RetryPolicy."""
    keywords = [name for name in options if name.startswith("retry_")]
    total = options.pop("retry_total", None)
    factor, longest = options.pop("retry_backoff_factor", None), options.pop("retry_backoff_max", None)
    mode = options.pop("retry_mode", None)
    policy: dict[str, Any] = {}
    if total is not None:
        policy["max_attempts"] = _attempts(total)
    for name in ("retry_connect", "retry_read", "retry_status"):
        _check_count(name, options.pop(name, None), total)
    codes = options.pop("retry_on_status_codes", None)
    if codes is not None and not _RETRIED.issuperset(int(code) for code in codes):
        listed = ", ".join(map(str, sorted(_RETRIED)))
        raise ValueError(f"retry_on_status_codes: requests are sent again after {listed} only; catch the error for others.")
    if options.pop("retry_on_methods", None) is not None:
        raise ValueError("retry_on_methods: which requests may be sent again depends on the operation; write retry_total=0.")
    if factor is not None:
        policy["base_delay"] = factor
    if longest is not None:
        policy["max_delay"] = longest
    if mode is not None and _text(mode).lower() == "fixed":
        wait = _BACKOFF if factor is None else factor
        policy.update(base_delay=wait, throttled_delay=wait, max_delay=wait)
    elif mode is not None and _text(mode).lower() != "exponential":
        raise ValueError(f"retry_mode must be 'exponential' or 'fixed', not {_text(mode)!r}.")
    if policy:
        made.set("retry_policy", keywords[0], RetryPolicy(**policy))


def _attempts(retries: Any) -> int:
    if isinstance(retries, bool) or not isinstance(retries, int):
        raise TypeError(f"retry_total must be a number of retries, not {type(retries).__name__}.")
    if retries < 0:
        raise ValueError("retry_total must not be negative.")
    return retries + 1


def _check_count(name: str, count: Any, total: int | None) -> None:
    """Raises if `count` is less than the total: attempts are counted together, so it could not be observed."""
    if count is None or (total is not None and count >= total) or (total is None and count >= DEFAULT_RETRIES):
        return
    raise ValueError(f"{name}: {_ONE_COUNT}.")


def _no_redirects(name: str, value: Any) -> None:
    if value:
        raise ValueError(f"{name}: {_REDIRECTS}.")


def _callable(name: str, value: Any) -> Any:
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be a function, not {type(value).__name__}.")
    return value


def _file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _verified(value: Any) -> str | None:
    """Returns the path of a file of trusted authorities, or None for the default ones."""
    if value is None or value is True:
        return None
    if not value:
        raise ValueError("connection_verify: certificates are always verified; name a CA with root_certificates_pem=.")
    return str(value)


def proxy_of(proxies: Any, url: str) -> Proxy | None:
    """Returns the proxy for this URL, chosen like requests does; None means the environment's."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    host = host if host.endswith("]") else host.rpartition(":")[0] or host
    for key in (f"{scheme}://{host}", scheme, f"all://{host}", "all"):
        if key in proxies:
            found = proxies[key]
            if not found:
                return Proxy.direct()
            return Proxy.url(found if "://" in found else f"http://{found}")
    return None


class CallArguments:
    """The options of one call: those of the library, and those that Python implements."""

    __slots__ = (
        "timeout_ms",
        "client_request_id",
        "headers",
        "user_agent",
        "max_attempts",
        "attempt_timeout_ms",
        "raw_request_hook",
        "raw_response_hook",
        "tracing",
        "cls",
        "error_map",
        "connect_timeout_ms",
        "for_transport",
    )

    def __init__(self, timeout: Duration | None, client_request_id: str | None) -> None:
        self.timeout_ms = milliseconds("timeout", timeout)
        self.client_request_id = client_request_id
        self.headers: list[tuple[str, str]] = []
        self.user_agent: str | None = None
        self.max_attempts: int | None = None
        self.attempt_timeout_ms: int | None = None
        self.raw_request_hook: Any = None
        self.raw_response_hook: Any = None
        self.tracing: dict[str, Any] = {}
        self.cls: Any = None
        self.error_map: Any = None
        self.connect_timeout_ms: int | None = None
        #: Keywords for the client's transport, if it is one of azure-core's.
        self.for_transport: dict[str, Any] = {}

    def is_watched(self) -> bool:
        """Whether an option requires that Python observes the attempts."""
        wanted = (self.raw_request_hook, self.raw_response_hook, self.cls, self.error_map, self.connect_timeout_ms)
        return bool(self.for_transport) or any(one is not None for one in wanted)

    def for_abi(self) -> tuple[Any, ...]:
        """Returns the library's options, in the order that `_ffi._arguments.call_options` takes."""
        return (
            self.timeout_ms,
            self.client_request_id,
            self.headers,
            self.user_agent,
            self.max_attempts,
            self.attempt_timeout_ms,
        )


def call_arguments(
    timeout: Duration | None, client_request_id: str | None, options: dict[str, Any], transport: Any = None
) -> CallArguments:
    """Translates a call's keywords, this package's and azure-core's. Raises a TypeError for any other.

    `transport` is the client's.
    """
    left = dict(options)
    client_request_id = _one_of("client_request_id", client_request_id, "request_id", left.pop("request_id", None))
    if timeout is None:
        timeout = left.pop("read_timeout", None)
    made = CallArguments(timeout, client_request_id)
    left.pop("read_timeout", None)
    retries = _call_retries(left)
    made.max_attempts = _one_of("max_attempts", left.pop("max_attempts", None), "retry_total", retries)
    made.attempt_timeout_ms = milliseconds("attempt_timeout", left.pop("attempt_timeout", None))
    made.headers += pairs(left.pop("headers", None))
    content_type = left.pop("content_type", None)
    if content_type is not None:
        made.headers.append(("content-type", content_type))
    made.user_agent = left.pop("user_agent", None)
    if left.pop("user_agent_overwrite", False) and made.user_agent is not None:
        made.headers.append(("user-agent", made.user_agent))
        made.user_agent = None
    for name, value in left.items():
        if name in _WITHOUT_EFFECT:
            continue
        if name in ("raw_request_hook", "raw_response_hook", "cls"):
            setattr(made, name, _callable(name, value))
        elif name == "error_map":
            made.error_map = value or None
        elif name == "params":
            _no_query(value)
        elif name == "response_encoding":
            _only_utf_8(value)
        elif name in ("tracing_options", "tracing_attributes"):
            made.tracing[name] = value or {}
        elif name in ("parent_span", "merge_span"):
            continue  # For azure-core's tracing decorator, which has removed them if this call is traced.
        elif name in ("permit_redirects", "redirect_max"):
            _no_redirects(name, value)
        elif name in _FOR_TRANSPORT:
            _to_transport(made, name, value, transport)
        elif name in ("transport", "proxy"):
            if value is not None:
                raise TypeError(f"{name!r} is not an option of a call: {_OF_CLIENT}.")
        else:
            raise _refused(name, "a call")
    return made


def _to_transport(made: CallArguments, name: str, value: Any, transport: Any) -> None:
    """Passes a keyword about connections to an azure-core transport. The library itself supports only `connection_timeout`."""
    if value is None or (name == "connection_verify" and value is True) or (name == "proxies" and not value):
        return
    if callable(getattr(transport, "send", None)):
        made.for_transport[name] = value
    elif name == "connection_timeout" and transport is None:
        made.connect_timeout_ms = milliseconds(name, value)
    else:
        raise TypeError(f"{name!r} is not an option of a call: {_OF_TRANSPORT}.")


def _no_query(value: Any) -> None:
    """Accepts nothing but `api-version`, and ignores that: like the official client, this one sends its own version."""
    if any(str(name).lower() != "api-version" for name in value or ()):
        raise _refused("params", "a call")


def _only_utf_8(value: Any) -> None:
    if value is not None and str(value).lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        raise ValueError("response_encoding: responses are UTF-8.")


def _call_retries(options: dict[str, Any]) -> int | None:
    total = options.pop("retry_total", None)
    for name in ("retry_connect", "retry_read", "retry_status"):
        _check_count(name, options.pop(name, None), total)
    for name in ("retry_backoff_factor", "retry_backoff_max"):
        if options.pop(name, None) is not None:
            raise TypeError(f"{name!r} is not an option of a call: give the client a RetryPolicy(base_delay=…, max_delay=…).")
    if options.pop("retry_on_methods", None) is not None:
        raise ValueError("retry_on_methods: which requests may be sent again depends on the operation; write retry_total=0.")
    return None if total is None else _attempts(total)


def pairs(headers: Any) -> list[tuple[str, str]]:
    """Returns headers, a mapping or pairs, as pairs. Numbers become strings, as in azure-core."""
    if headers is None:
        return []
    items: Iterable[Any] = headers.items() if hasattr(headers, "items") else headers
    made = []
    for name, value in items:
        if not isinstance(name, str) or isinstance(value, (bytes, bytearray)) or value is None:
            raise TypeError("headers must be a mapping or pairs of strings.")
        made.append((name, str(value)))
    return made
