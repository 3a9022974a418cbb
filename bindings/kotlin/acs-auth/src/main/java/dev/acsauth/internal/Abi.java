// Generated from bindings/c by `make header`: do not edit.
package dev.acsauth.internal;

import com.sun.jna.Native;
import com.sun.jna.Structure;

/**
 * The functions, structs and numbers of the C ABI that Kotlin's sources use, under their names there. JNA's direct mapping
 * binds the functions with numbers and arrays of them only, which is what it passes fastest. A {@code long} that is no number is
 * an address, 0 for NULL; a {@code byte[]} is a text that ends with NUL; other arrays are places for results, lists of
 * addresses, and structs, one {@code long} for each member.
 */
final class Abi {
    static {
        Native.register(Abi.class, NativeLibrary.INSTANCE.getOpened());
    }

    private Abi() {}

    /** Selects the default: for any number in an options struct, and for a duration argument. */
    static final int ACS_DEFAULT = -1;

    /** Returned instead of 1 or 0 if the question doesn't apply, as without a shared cache. */
    static final int ACS_NOT_APPLICABLE = -1;

    /** A version 1.0 token, which names the application in appid. */
    static final int ACS_TOKEN_VERSION_1 = 1;

    /** Bytes, which may contain NULs. NULL with a length of 0 means none. */
    @Structure.FieldOrder({"data", "len"})
    public static final class acs_bytes extends Structure implements Structure.ByValue {
        public long data;
        public long len;
    }

    /** A header of an HTTP message. Names are case-insensitive. */
    @Structure.FieldOrder({"name", "value"})
    public static final class acs_header extends Structure implements Structure.ByValue {
        public long name;
        public long value;
    }

    /** Options of a single call. Every member has 64 bits, for hosts that pass structs as arrays. */
    static final class acs_call_options {
        static final int WORDS = 10;
        static final int struct_size = 0;
        static final int timeout_ms = 1;
        static final int client_request_id = 2;
        static final int headers = 3;
        static final int header_count = 4;
        static final int user_agent = 5;
        static final int max_attempts = 6;
        static final int attempt_timeout_ms = 7;
        static final int response = 8;
        static final int keep_response = 9;

        private acs_call_options() {}
    }

    /** A request, as read by the host's HTTP server. Texts need not be UTF-8. */
    static final class acs_request {
        static final int WORDS = 7;
        static final int struct_size = 0;
        static final int method = 1;
        static final int path = 2;
        static final int headers = 3;
        static final int header_count = 4;
        static final int body_data = 5;
        static final int body_len = 6;

        private acs_request() {}
    }

    /** Where the completion of a submission goes: to a queue or to a callback, but not both. */
    static final class acs_delivery {
        static final int WORDS = 4;
        static final int struct_size = 0;
        static final int queue = 1;
        static final int callback = 2;
        static final int user_data = 3;

        private acs_delivery() {}
    }

    static native int acs_error_kind(long error);

    static native int acs_error_http_status(long error);

    static native long acs_error_code(long error);

    static native long acs_error_target(long error);

    static native long acs_error_reason(long error);

    static native long acs_error_retry_after_ms(long error);

    static native long acs_error_client_request_id(long error);

    static native long acs_error_ms_cv(long error);

    static native void acs_error_free(long error);

    static native long acs_user_id(long user);

    static native void acs_user_free(long user);

    static native long acs_token_text(long token);

    static native long acs_token_expires_on(long token);

    static native void acs_token_free(long token);

    static native long acs_user_token_user_id(long userToken);

    static native long acs_user_token_text(long userToken);

    static native long acs_user_token_expires_on(long userToken);

    static native void acs_user_token_free(long userToken);

    static native long acs_user_detail_user_id(long detail);

    static native long acs_user_detail_custom_id(long detail);

    static native long acs_user_detail_last_token_issued_at(long detail);

    static native void acs_user_detail_free(long detail);

    static native long acs_teams_extension_assignment_tenant_id(long assignment);

    static native long acs_teams_extension_assignment_object_id(long assignment);

    static native long acs_teams_extension_assignment_principal_type(long assignment);

    static native long acs_teams_extension_assignment_client_id_count(long assignment);

    static native long acs_teams_extension_assignment_client_id(long assignment, long index);

    static native void acs_teams_extension_assignment_free(long assignment);

    static native int acs_call_response_status(long response);

    static native long acs_call_response_header_count(long response);

    static native acs_header acs_call_response_header(long response, long index);

    static native long acs_call_response_client_request_id(long response);

    static native int acs_call_response_attempts(long response);

    static native void acs_call_response_free(long response);

    static native int acs_client_create_user(long client, long[] options, long[] user, long[] error);

    static native int acs_client_create_user_and_token(
            long client, long[] scopes, long scopeCount, long tokenExpiresInS, long[] options,
            long[] userToken, long[] error);

    static native int acs_client_get_token(
            long client, byte[] userId, long[] scopes, long scopeCount, long tokenExpiresInS, long[] options,
            long[] token, long[] error);

    static native int acs_client_revoke_tokens(long client, byte[] userId, long[] options, long[] error);

    static native int acs_client_delete_user(long client, byte[] userId, long[] options, long[] error);

    static native int acs_client_get_token_for_teams_user(
            long client, byte[] aadToken, byte[] clientId, byte[] userObjectId, long[] options, long[] token,
            long[] error);

    static native int acs_client_get_token_for_teams_extension_user(
            long client, byte[] aadToken, long[] options, long[] userToken, long[] error);

    static native int acs_client_put_teams_extension_assignment(
            long client, byte[] tenantId, byte[] objectId, byte[] principalType, long[] clientIds,
            long clientIdCount, long[] options, long[] teamsExtensionAssignment, long[] error);

    static native int acs_client_get_teams_extension_assignment(
            long client, byte[] tenantId, byte[] objectId, long[] options, long[] teamsExtensionAssignment,
            long[] error);

    static native int acs_client_delete_teams_extension_assignment(
            long client, byte[] tenantId, byte[] objectId, long[] options, long[] error);

    static native int acs_client_get_token_for_entra_user(
            long client, byte[] aadToken, long[] options, long[] userToken, long[] error);

    static native int acs_client_create_user_with_custom_id(
            long client, byte[] customId, long[] options, long[] user, long[] error);

    static native int acs_client_create_user_and_token_with_custom_id(
            long client, byte[] customId, long[] scopes, long scopeCount, long tokenExpiresInS,
            long[] options, long[] userToken, long[] error);

    static native int acs_client_get_user_detail(
            long client, byte[] userId, long[] options, long[] userDetail, long[] error);

    static native long acs_verified_token_tenant_id(long verified);

    static native long acs_verified_token_object_id(long verified);

    static native long acs_verified_token_client_id(long verified);

    static native long acs_verified_token_scope_count(long verified);

    static native long acs_verified_token_scope(long verified, long index);

    static native int acs_verified_token_version(long verified);

    static native long acs_verified_token_expires_on(long verified);

    static native void acs_verified_token_free(long verified);

    static native int acs_response_status(long response);

    static native long acs_response_header_count(long response);

    static native acs_header acs_response_header(long response, long index);

    static native acs_bytes acs_response_body(long response);

    static native void acs_response_free(long response);

    static native void acs_call_cancel(long call);

    static native void acs_call_free(long call);

    static native int acs_completion_status(long completion);

    static native long acs_completion_user_data(long completion);

    static native long acs_completion_call_response(long completion);

    static native long acs_completion_take_error(long completion);

    static native long acs_completion_take_user(long completion);

    static native long acs_completion_take_token(long completion);

    static native long acs_completion_take_user_token(long completion);

    static native long acs_completion_take_user_detail(long completion);

    static native long acs_completion_take_teams_extension_assignment(long completion);

    static native long acs_completion_take_verified_token(long completion);

    static native long acs_completion_take_response(long completion);

    static native int acs_completion_reachable(long completion);

    static native void acs_completion_free(long completion);

    static native int acs_queue_new(long[] queue, long[] error);

    static native long acs_queue_next(long queue, long timeoutMs);

    static native int acs_client_create_user_submit(
            long client, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_create_user_and_token_submit(
            long client, long[] scopes, long scopeCount, long tokenExpiresInS, long[] options,
            long[] delivery, long[] call, long[] error);

    static native int acs_client_get_token_submit(
            long client, byte[] userId, long[] scopes, long scopeCount, long tokenExpiresInS, long[] options,
            long[] delivery, long[] call, long[] error);

    static native int acs_client_revoke_tokens_submit(
            long client, byte[] userId, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_delete_user_submit(
            long client, byte[] userId, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_get_token_for_teams_user_submit(
            long client, byte[] aadToken, byte[] clientId, byte[] userObjectId, long[] options,
            long[] delivery, long[] call, long[] error);

    static native int acs_client_get_token_for_teams_extension_user_submit(
            long client, byte[] aadToken, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_put_teams_extension_assignment_submit(
            long client, byte[] tenantId, byte[] objectId, byte[] principalType, long[] clientIds,
            long clientIdCount, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_get_teams_extension_assignment_submit(
            long client, byte[] tenantId, byte[] objectId, long[] options, long[] delivery, long[] call,
            long[] error);

    static native int acs_client_delete_teams_extension_assignment_submit(
            long client, byte[] tenantId, byte[] objectId, long[] options, long[] delivery, long[] call,
            long[] error);

    static native int acs_client_get_token_for_entra_user_submit(
            long client, byte[] aadToken, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_create_user_with_custom_id_submit(
            long client, byte[] customId, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_create_user_and_token_with_custom_id_submit(
            long client, byte[] customId, long[] scopes, long scopeCount, long tokenExpiresInS,
            long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_client_get_user_detail_submit(
            long client, byte[] userId, long[] options, long[] delivery, long[] call, long[] error);

    static native int acs_verifier_verify(
            long verifier, byte[] bearerToken, long[] verifiedToken, long[] error);

    static native int acs_verifier_verify_submit(
            long verifier, byte[] bearerToken, long[] delivery, long[] call, long[] error);

    static native int acs_verifier_keys_reachable(long verifier, int[] reachable, long[] error);

    static native int acs_verifier_keys_reachable_submit(
            long verifier, long[] delivery, long[] call, long[] error);

    static native int acs_exchanger_exchange(
            long exchanger, byte[] aadToken, byte[] clientId, byte[] userObjectId, long timeoutMs,
            long[] token, long[] error);

    static native int acs_exchanger_exchange_submit(
            long exchanger, byte[] aadToken, byte[] clientId, byte[] userObjectId, long timeoutMs,
            long[] delivery, long[] call, long[] error);

    static native int acs_exchanger_exchange_teams_extension(
            long exchanger, byte[] aadToken, long timeoutMs, long[] userToken, long[] error);

    static native int acs_exchanger_exchange_teams_extension_submit(
            long exchanger, byte[] aadToken, long timeoutMs, long[] delivery, long[] call, long[] error);

    static native int acs_exchanger_sign_out(
            long exchanger, byte[] tenantId, byte[] userObjectId, long[] error);

    static native int acs_exchanger_sign_out_submit(
            long exchanger, byte[] tenantId, byte[] userObjectId, long[] delivery, long[] call, long[] error);

    static native int acs_exchanger_is_cache_reachable(long exchanger, int[] reachable, long[] error);

    static native int acs_exchanger_is_cache_reachable_submit(
            long exchanger, long[] delivery, long[] call, long[] error);

    static native int acs_user_credential_start(long credential, long[] error);

    static native void acs_user_credential_close(long credential);

    static native int acs_user_credential_get_token(long credential, long[] token, long[] error);

    static native int acs_user_credential_get_token_submit(
            long credential, long[] delivery, long[] call, long[] error);

    static native int acs_handler_handle(long handler, long[] request, long[] response, long[] error);

    static native int acs_handler_handle_submit(
            long handler, long[] request, long[] delivery, long[] call, long[] error);
}
