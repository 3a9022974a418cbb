"""Blocking calls in greenlets: `python programs.py HUB NAME CONNECTION_STRING ARGUMENTS…` prints the outcome as JSON."""

import importlib
import json
import os
import sys
import time
import urllib.request
from types import SimpleNamespace

HUB = sys.argv[1]
if HUB == "gevent":
    import gevent.monkey

    gevent.monkey.patch_all()
else:
    import eventlet

    eventlet.monkey_patch()

hub = importlib.import_module(HUB)
acs_auth = importlib.import_module("acs_auth")
HttpResponse = importlib.import_module("acs_auth._http").HttpResponse
client = acs_auth.CommunicationIdentityClient.from_connection_string(sys.argv[3])


def result_of(greenlet):
    return greenlet.get() if HUB == "gevent" else greenlet.wait()


def seconds_of(function, *arguments, **options):
    """Returns how long the call took, and the name of the exception's class, or None."""
    started = time.monotonic()
    try:
        function(*arguments, **options)
        raised = None
    except BaseException as error:
        raised = type(error).__name__
    return time.monotonic() - started, raised


def wait_for_request():
    """Waits until the service has the call's request."""
    url = str(acs_auth.ConnectionString(sys.argv[3]).endpoint).rstrip("/") + "/_emulator/requests?operation=create_user"
    while not json.load(urllib.request.urlopen(url, timeout=30))["requests"]:
        hub.sleep(0.05)


def together():
    ticks = []

    def tick():
        while True:
            ticks.append(None)
            hub.sleep(0.05)

    ticker = hub.spawn(tick)
    started = time.monotonic()
    ids = [result_of(greenlet).raw_id for greenlet in [hub.spawn(client.create_user) for _ in range(3)]]
    took = time.monotonic() - started
    ticker.kill()
    return {"ids": len(set(ids)), "took": took, "ticks": len(ticks)}


def timeout_of_the_hub():
    def call():
        with hub.Timeout(3):
            client.create_user()

    took, raised = seconds_of(call)
    return {"took": took, "raised": raised, "then": client.create_user().raw_id[:6]}


def kill():
    greenlet = hub.spawn(client.create_user)
    wait_for_request()
    took, _ = seconds_of(greenlet.kill)
    return {"took": took, "then": client.create_user().raw_id[:6]}


def timeout_of_the_call():
    took, raised = seconds_of(client.create_user, timeout=0.5)
    return {"took": took, "raised": raised}


def one_exchange():
    exchanger = acs_auth.TeamsTokenExchanger(client)
    greenlets = [hub.spawn(exchanger.exchange, *sys.argv[4:]) for _ in range(5)]
    return {"tokens": len({result_of(greenlet).token for greenlet in greenlets})}


def fork():
    greenlet = hub.spawn(seconds_of, client.create_user)
    wait_for_request()
    child = os.fork()
    if child == 0:
        _, raised = result_of(greenlet)
        made = client.create_user().raw_id[:6]
        os._exit(0 if (raised, made) == ("CancelledError", "8:acs:") else 1)
    _, raised = result_of(greenlet)
    return {"raised": raised, "child": os.waitpid(child, 0)[1]}


def credential():
    class Credential:
        def get_token(self, *scopes):
            hub.sleep(0.5)
            raise LookupError

    endpoint = acs_auth.ConnectionString(sys.argv[3]).endpoint
    waiting = acs_auth.CommunicationIdentityClient(endpoint, Credential())
    greenlets = [hub.spawn(seconds_of, waiting.create_user) for _ in range(3)]
    return {"raised": sorted({result_of(greenlet)[1] for greenlet in greenlets})}


def busy_transports():
    def transport(request):
        return HttpResponse(request, 201, [], b'{"identity": {"id": "8:acs:a_b"}}')

    sends = acs_auth.CommunicationIdentityClient.from_connection_string(sys.argv[3], transport=transport, timeout=30)
    places = acs_auth._library._callbacks._attempts._places
    while places.take(0, SimpleNamespace(ends=0, is_abandoned=False)):
        pass
    greenlets = [hub.spawn(sends.create_user) for _ in range(3)]
    while len(places._waiting) < 3:
        hub.sleep(0.05)
    for _ in greenlets:
        places.give_back()
    return {"ids": [result_of(greenlet).raw_id for greenlet in greenlets]}


print(json.dumps(globals()[sys.argv[2]]()), flush=True)
