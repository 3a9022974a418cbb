package dev.acsauth;

/** A stable version of the service's API. Options that take a version also accept the text of any other. */
public enum ApiVersion {
    /** The first with the Teams user exchange. */
    V2022_06_01("2022-06-01"),
    /** Adds the lifetime of tokens. */
    V2022_10_01("2022-10-01"),
    /** Adds the scopes chat.join, chat.join.limited and voip.join. The default. */
    V2023_10_01("2023-10-01"),
    /** Adds Teams Phone extensibility. */
    V2025_06_30("2025-06-30"),
    /** The newest, with the operations of the one before it. */
    V2026_09_23("2026-09-23");

    private final String text;

    ApiVersion(String text) {
        this.text = text;
    }

    /** Returns the value of api-version in requests. */
    @Override
    public String toString() {
        return text;
    }
}
