package dev.acsauth;

/** What a prepared request is authenticated by. */
public enum Authentication {
    /** The resource's access key, by signing it, or a bearer token of the resource. */
    CREDENTIAL,
    /** The user's own token, which is in the headers already. */
    USER_TOKEN
}
