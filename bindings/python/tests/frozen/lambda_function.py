"""A function of AWS Lambda that makes an identity, with acs_auth in a layer."""

import os

from acs_auth import CommunicationIdentityClient

client = CommunicationIdentityClient.from_connection_string(
    os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], timeout=60
)


def lambda_handler(event, context):
    return {"statusCode": 200, "body": client.create_user().raw_id}
