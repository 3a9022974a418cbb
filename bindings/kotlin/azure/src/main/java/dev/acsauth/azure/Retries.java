package dev.acsauth.azure;

import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import dev.acsauth.RetryPolicy;

/** Converts azure-core's retry options to acs-auth's retry policy. */
final class Retries {
    private Retries() {
    }

    static RetryPolicy of(RetryOptions options) {
        FixedDelayOptions fixed = options.getFixedDelayOptions();
        if (fixed != null) {
            return new RetryPolicy(attempts(fixed.getMaxRetries()), fixed.getDelay(), fixed.getDelay(), fixed.getDelay());
        }
        ExponentialBackoffOptions backoff = options.getExponentialBackoffOptions();
        return new RetryPolicy(
                attempts(backoff.getMaxRetries()), backoff.getBaseDelay(), backoff.getBaseDelay(), backoff.getMaxDelay());
    }

    /** Counts the first request, which is an attempt but not a retry. */
    private static Integer attempts(Integer retries) {
        return retries == null ? null : Integer.valueOf(Math.addExact(retries, 1));
    }
}
