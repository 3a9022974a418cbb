package dev.acsauth.azure;

import com.azure.core.util.ServiceVersion;

/** The API versions of the service that the client knows. {@code customize(builder -> builder.apiVersion(…))} takes any other. */
public enum CommunicationIdentityServiceVersion implements ServiceVersion {
    /** API version 2021-03-07. */
    V2021_03_07("2021-03-07"),
    /** API version 2022-06-01. */
    V2022_06_01("2022-06-01"),
    /** API version 2022-10-01. */
    V2022_10_01("2022-10-01"),
    /** API version 2023-10-01. */
    V2023_10_01("2023-10-01");

    private final String version;

    CommunicationIdentityServiceVersion(String version) {
        this.version = version;
    }

    @Override
    public String getVersion() {
        return version;
    }

    /** The version that a client uses unless another is set. */
    public static CommunicationIdentityServiceVersion getLatest() {
        return V2023_10_01;
    }
}
