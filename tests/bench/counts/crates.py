"""The instructions in a profile of callgrind by the crate that a function belongs to."""

import re
from collections import Counter

#: A function's name begins with its crate, after what an implementation of a trait has before it.
CRATE = re.compile(r"^(?:[<&*(\[]|mut |dyn |_)*([a-z][a-z0-9_]*)::")
#: Crates of the compiler's standard library count as one.
STANDARD = {"std", "core", "alloc", "hashbrown"}


def crate_of(name, program):
    """What a function counts for; `program` is the file that it is in."""
    found = CRATE.match(name)
    if found:
        return "the standard library" if found[1] in STANDARD else found[1]
    if "/libc" in program or "/ld-" in program or "/libm" in program:
        return "the C library"
    return "cryptography and other code in C and assembly"


def instructions_by_crate(path):
    """The instructions of each crate's own code, without what it calls."""
    names, programs, by_crate = {}, {}, Counter()
    program, crate, of_a_call = "", "", False
    with open(path) as lines:
        for line in lines:
            if line.startswith("ob="):
                program = spelled(line[3:], programs)
            elif line.startswith("fn="):
                crate = crate_of(spelled(line[3:], names), program)
            elif line.startswith(("cfn=", "cob=")):
                # Only kept, as their numbers are used later without the name.
                spelled(line[4:], names if line[1] == "f" else programs)
            elif line.startswith("calls="):
                of_a_call = True
            elif line[0].isdigit() or line[0] in "+-*":
                # The line below a call is what the called function took.
                if not of_a_call:
                    by_crate[crate] += int(line.split()[1])
                of_a_call = False
    return by_crate


def spelled(text, known):
    """A name that callgrind writes once with a number, and afterwards as the number alone."""
    number, _, name = text.strip().partition(" ")
    if name:
        known[number] = name
    return known.get(number, number)
