package dev.acsauth;

/** A preview version of the service's API. It may change or end at any time, so its operations must be enabled explicitly. */
public enum PreviewApiVersion {
    /** The Entra user exchange, custom ids, and reading an identity. */
    V2025_03_02_PREVIEW("2025-03-02-preview");

    private final String text;

    PreviewApiVersion(String text) {
        this.text = text;
    }

    /** Returns the value of api-version in requests. */
    @Override
    public String toString() {
        return text;
    }
}
