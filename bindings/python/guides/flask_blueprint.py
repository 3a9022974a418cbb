"""A Flask blueprint: `app.register_blueprint(teams_tokens)`."""

from flask import Blueprint, Response, request

from acs_auth import HandlerSettings, Request, TokenExchangeHandler

handler = TokenExchangeHandler(HandlerSettings.from_env())
teams_tokens = Blueprint("teams_tokens", __name__)

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@teams_tokens.route("/api/token/teams", methods=METHODS, provide_automatic_options=False)
@teams_tokens.route("/api/token/teams-extension", methods=METHODS, provide_automatic_options=False)
@teams_tokens.route("/api/token", methods=METHODS, provide_automatic_options=False)
@teams_tokens.route("/api/user", methods=METHODS, provide_automatic_options=False)
@teams_tokens.route("/healthz", methods=METHODS, provide_automatic_options=False)
@teams_tokens.route("/livez", methods=METHODS, provide_automatic_options=False)
@teams_tokens.route("/readyz", methods=METHODS, provide_automatic_options=False)
def answer() -> Response:
    answered = handler.handle(Request(request.method, request.path, list(request.headers), request.get_data()))
    return Response(answered.body, answered.status, answered.headers)
