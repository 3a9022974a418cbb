package dev.acsauth.exits

import com.sun.jna.Native
import dev.acsauth.version
import java.util.Properties
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread

/** Loads the library while another thread initializes JNA, which sets a system property meanwhile. Prints the library's version. */
fun main() {
    val isInitializing = CountDownLatch(1)
    val isLoading = CountDownLatch(1)
    val properties = object : Properties() {
        override fun setProperty(key: String, value: String): Any? {
            if (key == "jna.loaded") {
                isInitializing.countDown()
                isLoading.await()
            }
            return super.setProperty(key, value)
        }
    }
    System.getProperties().forEach { (key, value) -> properties[key] = value }
    System.setProperties(properties)
    thread { check(Native.POINTER_SIZE > 0) }
    isInitializing.await()
    val loader = thread { println(version()) }
    // Until it waits for JNA's initialization.
    while (loader.stackTrace.none { it.className == "dev.acsauth.internal.Jna" }) Thread.sleep(1)
    Thread.sleep(200)
    isLoading.countDown()
}
