package dev.acsauth;

/** The cloud that an identifier belongs to. */
public enum CommunicationCloudEnvironment {
    /** The public cloud. */
    PUBLIC,
    /** The cloud of the US Department of Defense. */
    DOD,
    /** The cloud of the US government (GCC High). */
    GCCH
}
