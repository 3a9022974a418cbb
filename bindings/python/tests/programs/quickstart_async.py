"""The quickstart's calls, awaited."""

import asyncio
import os
from datetime import timedelta

from azure.communication.identity import CommunicationTokenScope, CommunicationUserIdentifier
from azure.communication.identity.aio import CommunicationIdentityClient
from azure.core.exceptions import ClientAuthenticationError


async def main():
    connection_string = os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]
    async with CommunicationIdentityClient.from_connection_string(connection_string) as client:
        user, token = await client.create_user_and_token(
            scopes=[CommunicationTokenScope.CHAT], token_expires_in=timedelta(minutes=90)
        )
        print("both", user.raw_id.split("_")[0], token.token.count("."))
        users = await asyncio.gather(*(client.create_user() for _ in range(5)))
        print("five", len({user.raw_id for user in users}))
        same = CommunicationUserIdentifier(user.properties["id"])
        print("a token", (await client.get_token(same, ["voip"])).token.count("."))
        print("revoked", await client.revoke_tokens(same))
        print("deleted", await client.delete_user(same))
        arguments = os.environ["TEAMS_TOKEN"], os.environ["TEAMS_CLIENT_ID"], os.environ["TEAMS_USER_ID"]
        print("exchanged", (await client.get_token_for_teams_user(*arguments)).token.count("."))
        try:
            await client.get_token_for_teams_user("no token", *arguments[1:])
        except ClientAuthenticationError as error:
            print("refused", error.status_code, error.error.code)
    client = CommunicationIdentityClient.from_connection_string(connection_string)
    print("not in a block", (await client.create_user()).raw_id[:6])
    await client.close()


asyncio.run(main())
