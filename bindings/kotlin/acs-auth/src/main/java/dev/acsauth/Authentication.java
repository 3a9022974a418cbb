package dev.acsauth;

/** What authenticates a prepared request. */
public enum Authentication {
    /** Your back end's own credential: sign the request with the access key, or add a bearer token. */
    CREDENTIAL,
    /** The user's Entra token, which is already in the headers: send the request unchanged. */
    USER_TOKEN
}
