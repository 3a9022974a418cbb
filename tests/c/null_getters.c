/* Functions that can't fail: for NULL they return NULL, 0, false, or what the header documents. */
#include "null_arguments.h"

static void texts(void)
{
    CHECK(acs_error_code(NULL) == NULL);
    CHECK(acs_error_target(NULL) == NULL);
    CHECK(acs_error_reason(NULL) == NULL);
    CHECK(acs_error_client_request_id(NULL) == NULL);
    CHECK(acs_error_ms_cv(NULL) == NULL);
    CHECK(acs_error_message(NULL) == NULL);
    CHECK(acs_cloud_authority(NULL) == NULL);
    CHECK(acs_cloud_issuer_v1(NULL) == NULL);
    CHECK(acs_cloud_issuer_v2(NULL) == NULL);
    CHECK(acs_cloud_acs_suffix(NULL) == NULL);
    CHECK(acs_cloud_teams_resource(NULL) == NULL);
    CHECK(acs_cloud_teams_user_prefix(NULL, 0) == NULL);
    CHECK(acs_endpoint_url(NULL) == NULL);
    CHECK(acs_signed_headers_x_ms_date(NULL) == NULL);
    CHECK(acs_signed_headers_x_ms_content_sha256(NULL) == NULL);
    CHECK(acs_signed_headers_authorization(NULL) == NULL);
    CHECK(acs_signed_headers_host(NULL) == NULL);
    CHECK(acs_signed_headers_target(NULL) == NULL);
    CHECK(acs_signed_headers_string_to_sign(NULL) == NULL);
    CHECK(acs_prepared_request_method(NULL) == NULL);
    CHECK(acs_prepared_request_url(NULL) == NULL);
    CHECK(acs_user_id(NULL) == NULL);
    CHECK(acs_token_text(NULL) == NULL);
    CHECK(acs_user_token_user_id(NULL) == NULL);
    CHECK(acs_user_token_text(NULL) == NULL);
    CHECK(acs_inspection_explanation(NULL, 0) == NULL);
    CHECK(acs_inspection_tenant_id(NULL) == NULL);
    CHECK(acs_inspection_object_id(NULL) == NULL);
    CHECK(acs_inspection_app_id(NULL) == NULL);
    CHECK(acs_inspection_audience(NULL) == NULL);
    CHECK(acs_inspection_version(NULL) == NULL);
    CHECK(acs_inspection_scope(NULL, 0) == NULL);
    CHECK(acs_identifier_raw_id(NULL) == NULL);
    CHECK(acs_identifier_phone_number(NULL) == NULL);
    CHECK(acs_identifier_asserted_id(NULL) == NULL);
    CHECK(acs_identifier_user_id(NULL) == NULL);
    CHECK(acs_identifier_app_id(NULL) == NULL);
    CHECK(acs_identifier_tenant_id(NULL) == NULL);
    CHECK(acs_identifier_resource_id(NULL) == NULL);
    CHECK(acs_token_request_scope(NULL, 0) == NULL);
    CHECK(acs_client_endpoint(NULL) == NULL);
    CHECK(acs_verified_token_tenant_id(NULL) == NULL);
    CHECK(acs_verified_token_object_id(NULL) == NULL);
    CHECK(acs_verified_token_client_id(NULL) == NULL);
    CHECK(acs_verified_token_scope(NULL, 0) == NULL);
    CHECK(acs_response_header_value(NULL, "date") == NULL);
    CHECK(acs_call_response_header_value(NULL, "date") == NULL);
    CHECK(acs_transport_request_method(NULL) == NULL);
    CHECK(acs_transport_request_url(NULL) == NULL);
    CHECK(acs_call_response_client_request_id(NULL) == NULL);
}

static void numbers(void)
{
    int64_t time = 7;
    CHECK_INT(acs_error_kind(NULL), ACS_STATUS_OK);
    CHECK_INT(acs_error_http_status(NULL), 0);
    CHECK_INT(acs_error_retry_after_ms(NULL), -1);
    CHECK_INT(acs_cloud_teams_user_prefix_count(NULL), 0);
    CHECK_INT(acs_prepared_request_header_count(NULL), 0);
    CHECK_INT(acs_prepared_request_authentication(NULL), -1);
    CHECK_INT(acs_prepared_request_retryable(NULL), -1);
    CHECK_INT(acs_token_expires_on(NULL), 0);
    CHECK_INT(acs_user_token_expires_on(NULL), 0);
    CHECK(!acs_inspection_is_ok(NULL));
    CHECK_INT(acs_inspection_check_count(NULL), 0);
    CHECK_INT(acs_inspection_check(NULL, 0), -1);
    CHECK_INT(acs_inspection_outcome(NULL, 0), -1);
    CHECK_INT(acs_inspection_first_failure(NULL), -1);
    CHECK_INT(acs_inspection_scope_count(NULL), 0);
    CHECK(!acs_inspection_app_only(NULL));
    CHECK(!acs_inspection_issued_at(NULL, &time) && time == 7);
    CHECK(!acs_inspection_expires_at(NULL, &time) && time == 7);
    CHECK_INT(acs_identifier_kind(NULL), -1);
    CHECK_INT(acs_identifier_cloud(NULL), -1);
    CHECK(!acs_identifier_is_anonymous(NULL));
    CHECK_INT(acs_token_request_scope_count(NULL), 0);
    CHECK_INT(acs_client_clock_skew_seconds(NULL), 0);
    CHECK_INT(acs_verified_token_scope_count(NULL), 0);
    CHECK_INT(acs_verified_token_version(NULL), 0);
    CHECK_INT(acs_verified_token_expires_on(NULL), 0);
    CHECK_INT(acs_response_status(NULL), 0);
    CHECK_INT(acs_response_header_count(NULL), 0);
    CHECK_INT(acs_call_response_status(NULL), 0);
    CHECK_INT(acs_call_response_header_count(NULL), 0);
    CHECK_INT(acs_call_response_attempts(NULL), 0);
    CHECK_INT(acs_transport_request_header_count(NULL), 0);
    CHECK_INT(acs_transport_request_timeout_ms(NULL), 0);
    CHECK_INT(acs_transport_request_max_response_bytes(NULL), 0);
    CHECK(acs_transport_request_is_cancelled(NULL));
    CHECK_INT(acs_completion_status(NULL), ACS_STATUS_INVALID_ARGUMENT);
    CHECK_INT(acs_completion_reachable(NULL), ACS_NOT_APPLICABLE);
    CHECK_INT(acs_queue_fd(NULL), -1);
    CHECK_INT(acs_queue_pending(NULL), 0);
}

static void handles_and_data(void)
{
    acs_header header = acs_prepared_request_header(NULL, 0);
    CHECK(header.name == NULL && header.value == NULL);
    header = acs_response_header(NULL, 0);
    CHECK(header.name == NULL && header.value == NULL);
    header = acs_call_response_header(NULL, 0);
    CHECK(header.name == NULL && header.value == NULL);
    header = acs_transport_request_header(NULL, 0);
    CHECK(header.name == NULL && header.value == NULL);
    acs_bytes body = acs_prepared_request_body(NULL);
    CHECK(body.data == NULL && body.len == 0);
    body = acs_response_body(NULL);
    CHECK(body.data == NULL && body.len == 0);
    body = acs_transport_request_body(NULL);
    CHECK(body.data == NULL && body.len == 0);
    CHECK(acs_connection_string_endpoint(NULL) == NULL);
    CHECK(acs_connection_string_access_key(NULL) == NULL);
    CHECK(acs_completion_error(NULL) == NULL);
    CHECK(acs_completion_call_response(NULL) == NULL);
    CHECK(acs_completion_user_data(NULL) == NULL);
    CHECK(acs_completion_take_error(NULL) == NULL);
    CHECK(acs_completion_take_user(NULL) == NULL);
    CHECK(acs_completion_take_token(NULL) == NULL);
    CHECK(acs_completion_take_user_token(NULL) == NULL);
    CHECK(acs_completion_take_verified_token(NULL) == NULL);
    CHECK(acs_completion_take_response(NULL) == NULL);
    CHECK(acs_queue_next(NULL, 0) == NULL);
    /* Waiting forever for nothing would hang. */
    CHECK(acs_queue_next(NULL, ACS_WAIT_FOREVER) == NULL);
    acs_queue_shutdown(NULL);
    acs_call_cancel(NULL);
}

static void frees(void)
{
    acs_string_free(NULL);
    acs_error_free(NULL);
    acs_cloud_free(NULL);
    acs_endpoint_free(NULL);
    acs_access_key_free(NULL);
    acs_connection_string_free(NULL);
    acs_signed_headers_free(NULL);
    acs_prepared_request_free(NULL);
    acs_user_free(NULL);
    acs_token_free(NULL);
    acs_user_token_free(NULL);
    acs_inspection_free(NULL);
    acs_identifier_free(NULL);
    acs_client_free(NULL);
    acs_call_free(NULL);
    acs_call_response_free(NULL);
    acs_completion_free(NULL);
    acs_queue_free(NULL);
    acs_verifier_free(NULL);
    acs_verified_token_free(NULL);
    acs_exchanger_free(NULL);
    acs_user_credential_close(NULL);
    acs_user_credential_free(NULL);
    acs_handler_settings_free(NULL);
    acs_handler_free(NULL);
    acs_response_free(NULL);
    acs_transport_request_free(NULL);
}

void null_getters(void)
{
    texts();
    numbers();
    handles_and_data();
    frees();
}
