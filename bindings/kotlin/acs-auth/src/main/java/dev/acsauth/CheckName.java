package dev.acsauth;

/** One check of an inspection; they are made in this order. */
public enum CheckName {
    /** It is a signed JWT that can be read. */
    SHAPE,
    /** It is made for ACS. */
    AUDIENCE,
    /** It holds the permissions, given by a user. */
    SCOPES,
    /** It was issued to the application of the client id. */
    APP,
    /** It is of the user with the object id. */
    USER,
    /** It is of the tenant, and of one that ACS takes. */
    TENANT,
    /** It is valid, for long enough. */
    EXPIRY
}
