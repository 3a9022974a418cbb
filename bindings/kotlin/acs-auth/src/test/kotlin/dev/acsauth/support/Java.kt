package dev.acsauth.support

/** Returns a command that starts the same JVM as this one, with the same class path. */
fun javaCommand(vararg arguments: String): List<String> = listOf("${System.getProperty("java.home")}/bin/java") +
    // Newer JVMs warn about native code without this option.
    (if (Runtime.version().feature() > 17) listOf("--enable-native-access=ALL-UNNAMED") else listOf()) +
    listOf("-cp", System.getProperty("java.class.path")) + arguments
