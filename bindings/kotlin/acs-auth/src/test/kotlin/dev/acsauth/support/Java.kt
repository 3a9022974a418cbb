package dev.acsauth.support

/** The command of a JVM like this one, with its classes. */
fun javaCommand(vararg arguments: String): List<String> = listOf("${System.getProperty("java.home")}/bin/java") +
    // Newer JVMs warn of native code without it.
    (if (Runtime.version().feature() > 17) listOf("--enable-native-access=ALL-UNNAMED") else listOf()) +
    listOf("-cp", System.getProperty("java.class.path")) + arguments
