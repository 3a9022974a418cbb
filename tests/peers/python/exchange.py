"""The exchange's errors, from `exchange_errors.json`, which the tests in Python and JavaScript share."""

import json
from dataclasses import dataclass
from pathlib import Path

from emulator import Emulator

TABLE = Path(__file__).parent.parent / "exchange_errors.json"


@dataclass(frozen=True)
class Case:
    name: str
    token: dict
    client_id: str | None
    user_id: str | None
    status: int
    code: str
    message: str
    target: str | None
    supported_versions: bool

    def arguments(self, emulator: Emulator) -> tuple[str | None, str, str]:
        """Returns the arguments of the exchange: token, client id and user id."""
        return (self._token(emulator), *self._ids(emulator))

    def _ids(self, emulator: Emulator) -> tuple[str, str]:
        client_id = emulator.spa.client_id if self.client_id is None else self.client_id
        user_id = emulator.user.object_id if self.user_id is None else self.user_id
        return client_id, user_id

    def _token(self, emulator: Emulator) -> str | None:
        match self.token:
            case {"absent": True}:
                return None
            case {"text": text}:
                return text
            case {"good": True}:
                return emulator.mint(emulator.user, emulator.spa.client_id)
            case {"attack": attack}:
                return emulator.mint(emulator.user, emulator.spa.client_id, attack=attack)
        raise ValueError(f"{self.name}: no such token: {self.token}")


def cases() -> list[Case]:
    return [
        Case(**{"client_id": None, "user_id": None, **case}) for case in json.loads(TABLE.read_text("utf-8"))
    ]
