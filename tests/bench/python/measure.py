"""Measures one thing in this process: `python measure.py WHAT CONTENDER COUNT`; prints CPU and wall seconds as JSON."""

import asyncio
import gc
import json
import resource
import sys
import threading
import time

WARM = 50


class Watch:
    def __enter__(self):
        gc.collect()
        used = resource.getrusage(resource.RUSAGE_SELF)
        self._cpu, self._wall = used.ru_utime + used.ru_stime, time.perf_counter()
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter() - self._wall
        used = resource.getrusage(resource.RUSAGE_SELF)
        self.cpu = used.ru_utime + used.ru_stime - self._cpu


def one_by_one(contender, count):
    exchange = contender.prepare()
    for _ in range(WARM):
        exchange()
    with Watch() as watch:
        for _ in range(count):
            exchange()
    return watch


async def one_by_one_async(contender, count):
    exchange = await contender.prepare()
    for _ in range(WARM):
        await exchange()
    with Watch() as watch:
        for _ in range(count):
            await exchange()
    await contender.close()
    return watch


def in_flight(contender, count, at_once):
    exchange = contender.prepare()
    for _ in range(WARM):
        exchange()
    left = list(range(count))

    def work():
        while left:
            try:
                left.pop()
            except IndexError:
                return
            exchange()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    with Watch() as watch:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return watch


async def in_flight_async(contender, count, at_once):
    exchange = await contender.prepare()
    for _ in range(WARM):
        await exchange()
    left = list(range(count))

    async def work():
        while left:
            left.pop()
            await exchange()

    with Watch() as watch:
        await asyncio.gather(*(work() for _ in range(at_once)))
    await contender.close()
    return watch


def signing(name, count):
    key, url, body = "c2VjcmV0LWtleS1vZi10aGUtYmVuY2g=", "https://a.example/identities?api-version=2023-10-01", "{}"
    if name == "Official":
        from azure.communication.identity._shared.policy import HMACCredentialsPolicy
        from azure.core.pipeline import PipelineContext, PipelineRequest
        from azure.core.pipeline.transport import HttpRequest

        policy = HMACCredentialsPolicy("https://a.example", key)
        request = PipelineRequest(HttpRequest("POST", url, data=body), PipelineContext(None))

        def sign():
            policy.on_request(request)
    else:
        import acs_auth

        kept, data = acs_auth.AccessKey(key), body.encode()

        def sign():
            acs_auth.sign_request(acs_auth.SignableRequest("POST", url, data), kept).headers()

    for _ in range(WARM):
        sign()
    with Watch() as watch:
        for _ in range(count):
            sign()
    return watch


def start(name):
    """Importing the package and creating a client."""
    with Watch() as watch:
        if name == "Official":
            from azure.communication.identity import CommunicationIdentityClient
        elif name == "OfficialAio":
            from azure.communication.identity.aio import CommunicationIdentityClient
        elif name == "OursAio":
            from acs_auth.aio import CommunicationIdentityClient
        else:
            from acs_auth import CommunicationIdentityClient
        CommunicationIdentityClient.from_connection_string("endpoint=https://a.example/;accesskey=a2V5")
    return watch


def main(what, name, count):
    if what == "start":
        return start(name)
    if what == "signing":
        return signing(name, count)
    from contenders import CONTENDERS

    contender = CONTENDERS[name]()
    at_once = () if what.startswith("one by one") else (64,)
    if contender.is_async:
        function = in_flight_async if at_once else one_by_one_async
        return asyncio.run(function(contender, count, *at_once))
    return (in_flight if at_once else one_by_one)(contender, count, *at_once)


if __name__ == "__main__":
    _, what, name, count = sys.argv
    watch = main(what, name, int(count))
    print(json.dumps({"cpu": watch.cpu / int(count), "wall": watch.wall / int(count)}))
