package dev.acsauth;

/** The version of an Entra token. */
public enum TokenVersion {
    /** Version 1.0. */
    V1,
    /** Version 2.0. */
    V2
}
