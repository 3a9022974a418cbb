package dev.acsauth;

/** Previews of the service's API, whose operations must be turned on: they may change or end at any time. */
public enum PreviewApiVersion {
    /** The Entra user exchange, custom ids, and reading an identity. */
    V2025_03_02_PREVIEW("2025-03-02-preview");

    private final String text;

    PreviewApiVersion(String text) {
        this.text = text;
    }

    /** The version as requests have it. */
    @Override
    public String toString() {
        return text;
    }
}
