"""Identifiers are those of the newest official package, whatever the raw id and the parts."""

import random

import pytest
from azure.communication.callautomation._shared import models as official

import acs_auth

PREFIXES = [
    *("", "4:", "48:", "8:", "8:acs", "8:acs:", "8:ACS:", "8:dod-acs:", "8:gcch-acs:", "8:gal-acs:", "8:spool:"),
    *("8:orgid:", "8:dod:", "8:gcch:", "8:teamsvisitor:", "28:", "28:orgid:", "28:dod:", "28:gcch:", "28:gcch-global:"),
]
PIECES = ["a", "_", ":", "anonymous", "é", "+1", "-", " ", "\0", "4:", "8:acs:"]


def texts(seed, longest):
    choose = random.Random(seed)
    while True:
        yield "".join(choose.choices(PIECES, k=choose.randrange(longest)))


def is_the_same(ours, theirs):
    assert type(ours).__name__ == type(theirs).__name__
    assert (ours.kind, ours.raw_id) == (theirs.kind, theirs.raw_id)
    properties = dict(theirs.properties)
    if theirs.kind == "phone_number" and len(properties) == 1:
        # Theirs omits the flags unless it is created from a raw id. Ours must equal the flags that theirs has then.
        properties = dict(official.identifier_from_raw_id(theirs.raw_id).properties)
    assert dict(ours.properties) == properties
    assert ours == theirs or not ours.raw_id


@pytest.mark.parametrize("prefix", PREFIXES)
def test_raw_ids_are_read_as_the_newest_official_package_reads_them(prefix):
    for rest, _ in zip(texts(prefix, 7), range(500)):
        is_the_same(acs_auth.identifier_from_raw_id(prefix + rest), official.identifier_from_raw_id(prefix + rest))


NAMES = [name for name in acs_auth.__all__ if name.endswith("Identifier") and name != "CommunicationIdentifier"]


@pytest.mark.parametrize("name", NAMES)
def test_identifiers_are_made_as_the_newest_official_package_makes_them(name):
    assert len(NAMES) == 6
    choose, text = random.Random(name), texts(name, 4)
    for _ in range(500):
        options = {} if name == "UnknownIdentifier" or choose.random() < 0.5 else {"raw_id": next(text)}
        if name.startswith(("Microsoft", "TeamsExtension")) and choose.random() < 0.7:
            options["cloud"] = choose.choice(["PUBLIC", "DOD", "GCCH", "OTHER"])
        if name == "MicrosoftTeamsUserIdentifier":
            options["is_anonymous"] = choose.random() < 0.5
        if name == "TeamsExtensionUserIdentifier":
            options.update(user_id=next(text), tenant_id=next(text), resource_id=next(text))
            arguments = ()
        else:
            arguments = (next(text),)
        is_the_same(getattr(acs_auth, name)(*arguments, **options), getattr(official, name)(*arguments, **options))
