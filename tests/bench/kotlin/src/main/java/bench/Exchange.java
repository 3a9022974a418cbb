package bench;

/** The resource and the arguments of an exchange, the same for each contender. */
record Exchange(String connectionString, String caFile, String token, String clientId, String user) {
    Exchange(String[] arguments) {
        this(arguments[2], arguments[3], arguments[4], arguments[5], arguments[6]);
    }
}
