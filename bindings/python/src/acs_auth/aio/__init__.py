"""The clients whose calls are awaited; everything else is in `acs_auth`."""

from ._client import CommunicationIdentityClient
from ._exchanger import TeamsTokenExchanger
from ._handler import TokenExchangeHandler
from ._user_credential import CommunicationTokenCredential
from ._verifier import TokenVerifier

__all__ = [
    "CommunicationIdentityClient",
    "CommunicationTokenCredential",
    "TeamsTokenExchanger",
    "TokenExchangeHandler",
    "TokenVerifier",
]
