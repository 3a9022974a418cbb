"""A function of AWS Lambda that exchanges a user's token, with acs_auth in a layer."""

import os

from acs_auth import CommunicationIdentityClient

client = CommunicationIdentityClient.from_connection_string(
    os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], timeout=60
)


def lambda_handler(event, context):
    token = client.get_token_for_teams_user(event["token"], event["client_id"], event["user_object_id"])
    return {"statusCode": 200, "body": f"expires at {token.expires_on}"}
