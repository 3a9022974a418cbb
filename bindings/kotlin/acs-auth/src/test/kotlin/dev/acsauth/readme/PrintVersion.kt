package dev.acsauth.readme

/** Loads the library and says which it is. */
object PrintVersion {
    @JvmStatic
    fun main(arguments: Array<String>) = println(dev.acsauth.version())
}
