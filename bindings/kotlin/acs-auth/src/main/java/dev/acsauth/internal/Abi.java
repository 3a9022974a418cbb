package dev.acsauth.internal;

import com.sun.jna.Native;

/**
 * The functions of the C ABI that hot calls take, bound by JNA's direct mapping with nothing but numbers and arrays of them,
 * which costs a fraction of a microsecond. A {@code long} that is no number is an address, 0 for NULL; an array of one
 * {@code long} is the place for a result; a {@code byte[]} is a text that ends with NUL.
 */
final class Abi {
    static {
        Native.register(Abi.class, NativeLibrary.INSTANCE.getOpened());
    }

    private Abi() {}

    static native int acs_client_get_token_for_teams_user(
            long client, byte[] aadToken, byte[] clientId, byte[] user, long[] options, long[] token, long[] error);

    static native int acs_client_get_token_for_teams_user_submit(
            long client, byte[] aadToken, byte[] clientId, byte[] user, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_exchanger_exchange(
            long exchanger, byte[] aadToken, byte[] clientId, byte[] user, long timeoutMs, long[] token, long[] error);

    static native int acs_exchanger_exchange_submit(
            long exchanger, byte[] aadToken, byte[] clientId, byte[] user, long timeoutMs, long[] delivery, long[] call, long[] error);

    static native int acs_verifier_verify(long verifier, byte[] bearerToken, long[] verified, long[] error);

    static native int acs_verifier_verify_submit(
            long verifier, byte[] bearerToken, long[] delivery, long[] call, long[] error);

    static native void acs_call_cancel(long call);

    static native void acs_call_free(long call);

    static native int acs_queue_new(long[] queue, long[] error);

    static native long acs_queue_next(long queue, long timeoutMs);

    static native long acs_completion_user_data(long completion);

    static native long acs_completion_take_error(long completion);

    static native long acs_completion_take_token(long completion);

    static native long acs_completion_take_verified_token(long completion);

    static native void acs_completion_free(long completion);

    static native long acs_token_text(long token);

    static native long acs_token_expires_on(long token);

    static native void acs_token_free(long token);

    static native long acs_verified_token_tenant_id(long verified);

    static native long acs_verified_token_object_id(long verified);

    static native long acs_verified_token_client_id(long verified);

    static native long acs_verified_token_scope_count(long verified);

    static native long acs_verified_token_scope(long verified, long index);

    static native int acs_verified_token_version(long verified);

    static native long acs_verified_token_expires_on(long verified);

    static native void acs_verified_token_free(long verified);

    static native int acs_error_kind(long error);

    static native int acs_error_http_status(long error);

    static native long acs_error_code(long error);

    static native long acs_error_target(long error);

    static native long acs_error_reason(long error);

    static native long acs_error_retry_after_ms(long error);

    static native long acs_error_client_request_id(long error);

    static native long acs_error_ms_cv(long error);

    static native void acs_error_free(long error);
}
