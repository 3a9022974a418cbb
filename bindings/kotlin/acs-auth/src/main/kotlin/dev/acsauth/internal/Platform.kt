package dev.acsauth.internal

/** A platform, and the path of its native library in the jar. */
internal data class Platform(private val system: Os, private val machine: String, private val isMusl: Boolean = false) {
    internal enum class Os(val title: String, val folder: String, val fileName: String) {
        LINUX("Linux", "linux", "libacs_auth_uniffi.so"),
        MACOS("macOS", "darwin", "libacs_auth_uniffi.dylib"),
        WINDOWS("Windows", "win32", "acs_auth_uniffi.dll"),
    }

    val fileName get() = system.fileName

    /** The library's path in the jar. The folders have JNA's names, with "-musl" added for musl. */
    val resource get() = "${system.folder}${if (isMusl) "-musl" else ""}-$machine/$fileName"

    override fun toString() = "${system.title} $machine" + if (system == Os.LINUX) " (${if (isMusl) "musl" else "glibc"})" else ""

    companion object {
        private const val X86_64 = "x86-64"
        private const val AARCH64 = "aarch64"

        /** The platforms that releases have libraries for. */
        val KNOWN = listOf(X86_64, AARCH64).flatMap { machine ->
            listOf(
                Platform(Os.LINUX, machine), Platform(Os.LINUX, machine, isMusl = true),
                Platform(Os.MACOS, machine), Platform(Os.WINDOWS, machine),
            )
        }

        /** Returns the platform for the JVM's os.name and os.arch. A system that is neither macOS nor Windows counts as Linux. */
        fun of(name: String, arch: String, isMusl: Boolean): Platform {
            val system = when {
                name.startsWith("Mac", ignoreCase = true) || name.startsWith("Darwin", ignoreCase = true) -> Os.MACOS
                name.startsWith("Windows", ignoreCase = true) -> Os.WINDOWS
                else -> Os.LINUX
            }
            val machine = when (arch.lowercase()) {
                "amd64", "x86_64", "x64" -> X86_64
                "aarch64", "arm64" -> AARCH64
                else -> arch
            }
            return Platform(system, machine, isMusl && system == Os.LINUX)
        }
    }
}
