"""Imported, but used only by recorded tests: live ones have a credential of azure-identity."""


class AsyncFakeCredential:
    pass
