package dev.acsauth.azure.models;

import java.util.List;

/** The error in a response of the service. */
public final class IdentityError {
    private final String code;
    private final String message;
    private final String target;
    private final List<IdentityError> details;

    /** Creates an error with these parts. */
    public IdentityError(String message, String code, String target, List<IdentityError> details) {
        this.message = message;
        this.code = code;
        this.target = target;
        this.details = details;
    }

    /** The error's code, such as "ValidationError". */
    public String getCode() {
        return code;
    }

    /** What happened and what to do. */
    public String getMessage() {
        return message;
    }

    /** The field that the error is about; null if there is none. */
    public String getTarget() {
        return target;
    }

    /** Always empty: acs-auth does not keep the errors inside an error. */
    public List<IdentityError> getDetails() {
        return details;
    }
}
