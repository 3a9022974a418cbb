package dev.acsauth.azure;

import com.azure.core.util.ServiceVersion;

/** The API versions of the service that the client knows. {@code customize(builder -> builder.apiVersion(…))} accepts any other. */
public enum CommunicationIdentityServiceVersion implements ServiceVersion {
    /** API version 2021-03-07. */
    V2021_03_07("2021-03-07"),
    /** API version 2022-06-01. */
    V2022_06_01("2022-06-01"),
    /** API version 2022-10-01. */
    V2022_10_01("2022-10-01"),
    /** API version 2023-10-01. */
    V2023_10_01("2023-10-01"),
    /** API version 2025-06-30, the first with Teams Phone extensibility. */
    V2025_06_30("2025-06-30"),
    /** API version 2026-09-23. */
    V2026_09_23("2026-09-23");

    private final String version;

    CommunicationIdentityServiceVersion(String version) {
        this.version = version;
    }

    @Override
    public String getVersion() {
        return version;
    }

    /** Returns the default version of a client. It is not the newest: operations that need a newer one use that. */
    public static CommunicationIdentityServiceVersion getLatest() {
        return V2023_10_01;
    }
}
