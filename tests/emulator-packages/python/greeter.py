"""A user's program: it creates users of Azure Communication Services with the official client."""

import os

from azure.communication.identity import CommunicationIdentityClient, CommunicationTokenScope


def admit():
    """Creates a user who may chat; returns the id and the token."""
    client = CommunicationIdentityClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"])
    user, token = client.create_user_and_token([CommunicationTokenScope.CHAT])
    return user.raw_id, token.token


def admit_teams_user(entra_token, client_id, user_object_id):
    """Returns the ACS token of a Teams user."""
    client = CommunicationIdentityClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"])
    return client.get_token_for_teams_user(entra_token, client_id, user_object_id).token
