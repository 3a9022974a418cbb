"""The generated module's names, the hot ones of them over the C ABI of the same library.

A generated call of a few texts and a record costs some 80 µs, more than the library's own part of an exchange; these cost
some 10. What is here behaves as the generated does, which the tests of the package hold it to, with one thing more:
`…_blocking` lets signal handlers run, and is cancelled by what they raise.
"""

from __future__ import annotations

from ._abi import generated
from ._objects import (
    CommunicationIdentityClient,
    TeamsTokenExchanger,
    TokenExchangeHandler,
    TokenVerifier,
    sign_request,
)

_FAST = (CommunicationIdentityClient, TeamsTokenExchanger, TokenExchangeHandler, TokenVerifier, sign_request)

globals().update({name: getattr(generated, name) for name in generated.__all__})
globals().update({fast.__name__: fast for fast in _FAST})
