"""Of recorded tests only: a live one has a credential of azure-identity."""


class AsyncFakeCredential:
    pass
