"""The sections of the page: the contender that each compares with, and its goals."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import capacity


@dataclass
class Goal:
    """A bound for a contender, in all measurements whose name begins with `name`.

    `by` is what the bound applies to: the `ratio` to another contender, the `difference` from it, the `value` itself, the value of `each` unit of the
    work that the name ends with, or the `tail`, which is the ratio of the 99th percentile to the median.
    """

    text: str
    name: str
    contender: str
    by: str
    bound: float
    beside: str = ""
    unit: str = "µs of CPU"
    at_least: bool = False


@dataclass
class Kind:
    """A section. Contenders are compared with the first of `beside` that took part in a measurement."""

    beside: tuple = ()
    goals: list = field(default_factory=list)

    def base(self, contenders):
        """The contender to compare the others with; None if it didn't take part or one of its values is zero, which allows no ratio."""
        found = next((each for each in self.beside if each in contenders), None)
        return found if found and min(contenders[found]) > 0 else None


@dataclass
class Share:
    """A part of a cost: what a contender took in a measurement of the same section, or what it took more than another one, `less`."""

    text: str
    name: str
    contender: str
    less: str = ""


@dataclass
class Cost:
    """What a contender took in a measurement, and the parts that were measured on their own; the remainder is `rest`."""

    text: str
    section: str
    name: str
    contender: str
    shares: tuple
    rest: str


def crossing(host, contender, bound, rust, name=""):
    return Goal(f"{host}: crossing into the library, at most {bound} µs more than the Rust client", name, contender, "difference", bound, rust)


SECTIONS = {
    "client": Kind(
        ("bare reqwest", "SHA-256 and HMAC alone"),
        [Goal("the client, at most 1.15 × bare reqwest", "https", "acs-auth", "ratio", 1.15, "bare reqwest")],
    ),
    "endpoint": Kind(
        ("axum, answering 201", "Node, by hand"),
        [
            Goal("known tokens, at most 2 × axum answering 201", "known", "acs-auth serve", "ratio", 2, "axum, answering 201"),
            Goal("known tokens, at least 25,000 per second on one core", "known tokens, 64", "acs-auth serve", "value", 25_000, unit="a second", at_least=True),
            Goal("the 99th percentile, at most 3 × the median", "known tokens, 64", "acs-auth serve", "tail", 3, unit="µs, p99"),
            Goal("an idle connection, at most 20 KiB", "10,000 idle", "acs-auth serve", "value", 20 * 1024, unit="bytes each"),
        ],
    ),
    "python": Kind(
        ("official", "official, aio"),
        [
            Goal("Python, at most 0.10 × the official client over TLS", "one by one, TLS", "acs_auth", "ratio", 0.10, "official"),
            Goal("Python, aio: at most 0.12 × the official client over TLS", "one by one, TLS", "acs_auth.aio", "ratio", 0.12, "official, aio"),
            Goal("Python, at most 0.5 × aiohttp by hand", "one by one, TLS", "acs_auth", "ratio", 0.5, "aiohttp, by hand"),
            Goal("Python, aio: at most 0.5 × aiohttp by hand", "one by one, TLS", "acs_auth.aio", "ratio", 0.5, "aiohttp, by hand"),
            crossing("Python", "acs_auth", 5, "Rust client", "one by one, TLS"),
            crossing("Python, aio", "acs_auth.aio", 5, "Rust client", "one by one, TLS"),
        ],
    ),
    "jvm": Kind(
        ("official",),
        [
            Goal("Kotlin and Java, at most 1.15 × the Rust client", "", "ours", "ratio", 1.15, "Rust client"),
            crossing("Kotlin and Java", "ours", 3, "Rust, apart"),
        ],
    ),
    "swift": Kind(
        ("Rust, usual",),
        [
            Goal("Swift, at most 1.3 × the Rust client", "", "Swift", "ratio", 1.3, "Rust, usual"),
            crossing("Swift", "Swift", 2, "Rust, apart"),
        ],
    ),
    "c": Kind(
        ("curl-multi, poll",),
        [
            *(
                Goal(f"C, a queue, {scheme}, {in_flight} in flight: at most 0.6 × libcurl", f"{scheme}, {in_flight} in", "acs_auth, queue", "ratio", 0.6, "curl-multi, poll")
                for scheme in ("https, HTTP/1.1", "https, HTTP/2")
                for in_flight in (16, 64)
            ),
            *(
                Goal(f"C, blocking, {scheme}, 1 in flight: at most 1.0 × libcurl", f"{scheme}, 1 in", "acs_auth, threads", "ratio", 1.0, "curl-multi, poll")
                for scheme in ("https, HTTP/1.1", "https, HTTP/2")
            ),
        ],
    ),
    "node": Kind(("official",)),
    "sizes": Kind(
        (),
        [Goal("the shared C library, at most 6 MB", "libacs_auth.so, stripped", "C library", "value", 6e6, unit="bytes")],
    ),
    "scale": Kind(
        (),
        [
            Goal(
                f"a cached token among a million, at most the {capacity.ENTRY / 1024:.1f} KiB of [the plan](capacity.md)",
                "cached users, to fill: 1000000",
                "exchanger",
                "each",
                capacity.ENTRY,
                unit="bytes in all",
            )
        ],
    ),
    "parts": Kind(),
}


RUST = "the Rust client"
SWITCHES = "two switches of threads, to the library and back"


def _python(text, contender, rest):
    name = "one by one, TLS"
    shares = (
        Share("the Rust client, called from another thread than the library's", name, "Rust client"),
        Share("the Python code of a call, as for a cached token", "one by one", f"{contender}, cached"),
    )
    return Cost(f"{text}, one by one over TLS", "python", name, contender, shares, rest)


def _jvm(form):
    name = f"{form}, 1 in flight"
    shares = (Share(RUST, name, "Rust client"), Share(SWITCHES, name, "Rust, apart", "Rust client"))
    return Cost(f"Kotlin and Java, {name}", "jvm", name, "ours", shares, "JNA, and the JVM's own threads")


def _c(scheme):
    name = f"{scheme}, 16 in flight"
    shares = (Share("with a callback, on the library's thread", name, "acs_auth, callback"),)
    return Cost(f"C, a queue, {name}", "c", name, "acs_auth, queue", shares, "waking the thread that reads the queue")


COSTS = [
    Cost(
        "the endpoint, known tokens, 64 connections",
        "endpoint",
        "known tokens, 64 connections",
        "acs-auth serve",
        (
            Share("what axum takes to answer 201", "known tokens, 64 connections", "axum, answering 201"),
            Share("the access record", "known tokens, 64 connections", "acs-auth serve", "acs-auth serve, --log warn"),
        ),
        "SHA-256 of both tokens, the look-ups, the checks, the response",
    ),
    _python("Python", "acs_auth", "waiting for the result without Python's lock (the GIL), and taking it again"),
    _python("Python, aio", "acs_auth.aio", "the event loop, which is woken by a descriptor"),
    _jvm("blocking"),
    _jvm("future"),
    _jvm("suspend"),
    Cost(
        "Swift, https, HTTP/2, 1 in flight",
        "swift",
        "https, HTTP/2, 1 in flight",
        "Swift",
        (
            Share(RUST, "https, HTTP/2, 1 in flight", "Rust, usual"),
            Share(SWITCHES, "https, HTTP/2, 1 in flight", "Rust, apart", "Rust, usual"),
        ),
        "the task that Swift suspends and resumes, and the conversion of texts and results",
    ),
    _c("https, HTTP/1.1"),
    _c("https, HTTP/2"),
]
