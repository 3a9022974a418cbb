"""Sums the instructions in a profile of callgrind by the crate of the function that contains them."""

import re
from collections import Counter

#: A function's name begins with its crate. In implementations of a trait, other characters come first.
CRATE = re.compile(r"^(?:[<&*(\[]|mut |dyn |_)*([a-z][a-z0-9_]*)::")
#: Crates of the compiler's standard library count as one.
STANDARD = {"std", "core", "alloc", "hashbrown"}


def crate_of(name, program):
    """The crate that a function counts for; `program` is the program or library that contains it."""
    found = CRATE.match(name)
    if found:
        return "the standard library" if found[1] in STANDARD else found[1]
    if "/libc" in program or "/ld-" in program or "/libm" in program:
        return "the C library"
    return "cryptography and other code in C and assembly"


def instructions_by_crate(path):
    """The instructions of each crate's own functions, without those that they call."""
    names, programs, by_crate = {}, {}, Counter()
    program, crate, of_a_call = "", "", False
    with open(path) as lines:
        for line in lines:
            if line.startswith("ob="):
                program = spelled(line[3:], programs)
            elif line.startswith("fn="):
                crate = crate_of(spelled(line[3:], names), program)
            elif line.startswith(("cfn=", "cob=")):
                # Remembered, since later lines have only their numbers.
                spelled(line[4:], names if line[1] == "f" else programs)
            elif line.startswith("calls="):
                of_a_call = True
            elif line[0].isdigit() or line[0] in "+-*":
                # The line after a call has the instructions of the called function.
                if not of_a_call:
                    by_crate[crate] += int(line.split()[1])
                of_a_call = False
    return by_crate


def spelled(text, known):
    """Resolves a name: callgrind writes each once with a number, and afterwards the number alone."""
    number, _, name = text.strip().partition(" ")
    if name:
        known[number] = name
    return known.get(number, number)
