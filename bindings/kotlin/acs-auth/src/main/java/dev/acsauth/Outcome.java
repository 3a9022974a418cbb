package dev.acsauth;

/** The outcome of a check of an inspection. */
public enum Outcome {
    /** Nothing is wrong. */
    PASSED,
    /** The service is likely to reject the token, or the token is of little use. */
    FAILED,
    /** There was nothing to compare the token with. */
    NOT_CHECKED
}
