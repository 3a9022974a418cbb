"""The calls of the official quickstart and README, one after the other, with results that don't differ from run to run."""

import os
from datetime import timedelta

from azure.communication.identity import (
    CommunicationIdentityClient,
    CommunicationTokenScope,
    CommunicationUserIdentifier,
)
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

connection_string = os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]
client = CommunicationIdentityClient.from_connection_string(connection_string)

user = client.create_user()
print("a user", user.properties["id"].split("_")[0], user.raw_id == user.properties["id"], user.kind.value)

token_result = client.get_token(user, ["voip"])
print("a token", len(token_result), token_result.token.count("."), bool(token_result.expires_on))
token, expires_on = token_result
print("unpacked", token == token_result.token, expires_on == token_result.expires_on, token_result[0] == token)

user, token_result = client.create_user_and_token(
    [CommunicationTokenScope.CHAT, "voip"], token_expires_in=timedelta(hours=1)
)
print("both", user.kind == "communication_user", token_result.token.count("."))

again = CommunicationUserIdentifier(user.raw_id)
print("the same", again == user, client.get_token(again, scopes=[CommunicationTokenScope.VOIP_JOIN]).token.count("."))

print("revoked", client.revoke_tokens(again))
print("deleted", client.delete_user(user=again))

endpoint, _, key = connection_string.partition(";accesskey=")
by_key = CommunicationIdentityClient(endpoint[len("endpoint=") :].rstrip("/"), AzureKeyCredential(key))
print("by key", by_key.create_user().raw_id[:6])

token = os.environ["TEAMS_TOKEN"]
exchanged = by_key.get_token_for_teams_user(
    aad_token=token, client_id=os.environ["TEAMS_CLIENT_ID"], user_object_id=os.environ["TEAMS_USER_ID"]
)
print("exchanged", exchanged.token.count("."))

try:
    by_key.get_token_for_teams_user("no token", os.environ["TEAMS_CLIENT_ID"], os.environ["TEAMS_USER_ID"])
except ClientAuthenticationError as error:
    print("refused", error.status_code, error.error.code)
try:
    by_key.get_token_for_teams_user(token, "not-a-guid", os.environ["TEAMS_USER_ID"])
except HttpResponseError as error:
    print("invalid", error.status_code, error.error.code, error.error.target)
try:
    CommunicationIdentityClient.from_connection_string("nonsense")
except ValueError:
    print("no connection string")
