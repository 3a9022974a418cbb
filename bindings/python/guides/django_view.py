"""A Django view: `path("api/token/teams", view)`, and the handler's other routes in the same way."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from acs_auth import HandlerSettings, Request, TokenExchangeHandler

handler = TokenExchangeHandler(HandlerSettings.from_env())


# No route is authenticated by a cookie, so cross-site requests can't be forged.
@csrf_exempt
def view(request: HttpRequest) -> HttpResponse:
    answered = handler.handle(
        Request(request.method or "", request.path, list(request.headers.items()), request.body)
    )
    response = HttpResponse(answered.body, status=answered.status)
    del response.headers["Content-Type"]
    for name, value in answered.headers:
        response.headers[name] = value
    return response
