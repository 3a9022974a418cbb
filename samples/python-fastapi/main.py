"""A back end with /api/token/teams: FastAPI speaks HTTP, acs_auth answers."""

import logging
from collections import Counter
from typing import Any

from fastapi import FastAPI, Request, Response

import acs_auth
from acs_auth.aio import TokenExchangeHandler

#: The handler answers a body of more than 16 KiB with 413, so no more than this is read.
KEPT_BODY = 17 * 1024

logging.basicConfig(level=logging.INFO)
counted: Counter[str] = Counter()


def count(event: acs_auth.Event) -> None:
    """Called for each event of the handler, one at a time, on another thread."""
    counted[type(event).__name__] += 1


settings = acs_auth.HandlerSettings.from_env()
handler = TokenExchangeHandler(settings, observer=count)
app = FastAPI(title="Teams tokens", docs_url=None, redoc_url=None, openapi_url=None)


async def body_of(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > KEPT_BODY:
            break
    return body[:KEPT_BODY]


async def answer(request: Request) -> Response:
    # The path as it was sent, and repeated headers unmerged: the handler checks both.
    given = acs_auth.Request(
        request.method,
        request.scope["raw_path"].decode("latin-1"),
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
        await body_of(request),
    )
    answered = await handler.handle(given)
    response = Response(answered.body, answered.status)
    # Only the handler's headers, as a list, since one may occur twice.
    response.raw_headers = [(name.encode(), value.encode()) for name, value in answered.headers]
    if answered.status not in (204, 304):
        response.raw_headers.append((b"content-length", str(len(answered.body)).encode()))
    return response


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
for path in ("/api/token/teams", "/api/token/teams-extension", "/api/token", "/api/user", "/healthz", "/livez", "/readyz"):
    app.add_api_route(path, answer, methods=METHODS)


@app.get("/metrics.json")
async def metrics() -> dict[str, Any]:
    return dict(counted)
