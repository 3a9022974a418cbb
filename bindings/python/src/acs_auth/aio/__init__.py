"""The classes of `acs_auth` with operations that wait for I/O, for asyncio. Everything else is in `acs_auth`.

Constructors, options and operations are the same; operations are coroutines. Objects aren't tied to an event loop.
"""

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
