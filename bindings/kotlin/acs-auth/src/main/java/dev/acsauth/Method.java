package dev.acsauth;

/** The method of a prepared request. */
public enum Method {
    /** DELETE. */
    DELETE,
    /** GET. */
    GET,
    /** PATCH. */
    PATCH,
    /** POST. */
    POST,
    /** PUT. */
    PUT
}
