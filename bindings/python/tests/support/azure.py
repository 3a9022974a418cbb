"""Helpers of the tests that compare with azure-core."""

ENDPOINT = "https://contoso.communication.azure.com"


def headers_of(request):
    """Returns the headers of a request that the emulator has recorded."""
    return dict(request["headers"])


def official_kind(flavour):
    """Returns the official client's class of this flavour."""
    if flavour.name == "sync":
        from azure.communication.identity import CommunicationIdentityClient
    else:
        from azure.communication.identity.aio import CommunicationIdentityClient
    return CommunicationIdentityClient


def token_credential(flavour, give):
    """Returns a token credential of this flavour, with azure-core's interface, whose `get_token` returns what `give` does."""

    class Sync:
        def get_token(self, *scopes, **options):
            return give(scopes, options)

    class Async:
        async def get_token(self, *scopes, **options):
            return give(scopes, options)

    return Sync() if flavour.name == "sync" else Async()
