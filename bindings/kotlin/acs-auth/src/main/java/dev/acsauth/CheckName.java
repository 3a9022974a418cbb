package dev.acsauth;

/** A check of an inspection. Checks are made in this order. */
public enum CheckName {
    /** The token is a readable signed JWT. If it is encrypted or opaque, no check is made: ACS decides. */
    SHAPE,
    /** The token is for ACS. */
    AUDIENCE,
    /** The token has the permissions, consented to by a user. */
    SCOPES,
    /** The token was issued to the application with the expected client id. */
    APP,
    /** The token belongs to the user with the expected object id. */
    USER,
    /** The token is from the expected tenant, and from one that ACS accepts. */
    TENANT,
    /** The token is valid, and for long enough. */
    EXPIRY
}
