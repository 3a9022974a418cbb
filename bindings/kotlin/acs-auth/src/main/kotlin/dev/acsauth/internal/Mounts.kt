package dev.acsauth.internal

import java.nio.file.Files
import java.nio.file.Path

/** Reads the mount options of Linux file systems. */
internal object Mounts {
    /** Whether the folder's file system is mounted noexec: no library can be loaded from it. [mounts] is the text of /proc/mounts. */
    fun isNoExec(folder: Path, mounts: String): Boolean {
        val real = if (Files.exists(folder)) folder.toRealPath() else folder
        val mount = mounts.lines()
            .map { it.split(' ') }
            .filter { it.size >= 4 && real.startsWith(it[1].replace("\\040", " ")) }
            .maxByOrNull { it[1].length }
        return mount != null && "noexec" in mount[3].split(',')
    }
}
