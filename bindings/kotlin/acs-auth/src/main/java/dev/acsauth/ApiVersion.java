package dev.acsauth;

/** The stable versions of the service's API that have names. Where one is asked for, the text of any other will do. */
public enum ApiVersion {
    /** The first with the Teams user exchange. */
    V2022_06_01("2022-06-01"),
    /** Adds the lifetime of tokens. */
    V2022_10_01("2022-10-01"),
    /** Adds the scopes chat.join, chat.join.limited and voip.join. The default. */
    V2023_10_01("2023-10-01"),
    /** Adds Teams Phone extensibility. */
    V2025_06_30("2025-06-30"),
    /** The newest. */
    V2026_09_23("2026-09-23");

    private final String text;

    ApiVersion(String text) {
        this.text = text;
    }

    /** The version as requests have it. */
    @Override
    public String toString() {
        return text;
    }
}
