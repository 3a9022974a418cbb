package dev.acsauth.exits

import dev.acsauth.version

/** Loads the library twice, and prints what each attempt throws. */
fun main() = repeat(2) {
    try {
        println(version())
    } catch (failure: UnsatisfiedLinkError) {
        println(failure.message!!.lines().first())
    }
}
