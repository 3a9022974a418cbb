"""Stand-ins for asynchronous tests."""


def recorded_by_proxy_async(function):
    return function
