package dev.acsauth;

/** How a check of an inspection ended. */
public enum Outcome {
    /** Nothing to object to. */
    PASSED,
    /** The service is likely to reject the token, or it is of little use. */
    FAILED,
    /** There was nothing to compare with. */
    NOT_CHECKED
}
