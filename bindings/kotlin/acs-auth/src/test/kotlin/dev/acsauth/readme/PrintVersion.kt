package dev.acsauth.readme

/** Loads the native library and prints its version. */
object PrintVersion {
    @JvmStatic
    fun main(arguments: Array<String>) = println(dev.acsauth.version())
}
