/* All getters of every type of handle, and their _free functions. */
#include <string.h>

#include "acs_auth.h"
#include "judge.h"
#include "pool.h"

static void see_bytes(acs_bytes bytes)
{
    unsigned sum = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        sum += bytes.data[i];
    }
    HOLDS(sum == 0 || bytes.data != NULL, "bytes without data");
}

static void see_header(acs_header header, bool is_there)
{
    HOLDS((header.name != NULL) == is_there && (header.value != NULL) == is_there, "a header by its index");
    if (is_there) {
        HOLDS(strlen(header.name) > 0, "a header without a name");
        see_bytes((acs_bytes){(const uint8_t *)header.value, strlen(header.value)});
    }
}

/* A text that may contain a secret of the program. */
static void see_text(const char *text, bool is_there)
{
    HOLDS((text != NULL) == is_there, "a text that should be there or should not");
    if (text != NULL) {
        see_bytes((acs_bytes){(const uint8_t *)text, strlen(text)});
    }
}

static void look_at_pure(enum handle_type type, void *handle, size_t index)
{
    bool is = handle != NULL;
    switch (type) {
    case HANDLE_CLOUD: {
        const acs_cloud *cloud = handle;
        see_text(acs_cloud_authority(cloud), is);
        see_text(acs_cloud_issuer_v1(cloud), is);
        see_text(acs_cloud_issuer_v2(cloud), is);
        see_text(acs_cloud_acs_suffix(cloud), is);
        see_text(acs_cloud_teams_resource(cloud), is);
        see_text(acs_cloud_teams_user_prefix(cloud, index), index < acs_cloud_teams_user_prefix_count(cloud));
        break;
    }
    case HANDLE_ENDPOINT:
        see_text(acs_endpoint_url(handle), is);
        break;
    case HANDLE_CONNECTION_STRING: {
        const acs_endpoint *endpoint = acs_connection_string_endpoint(handle);
        HOLDS((endpoint != NULL) == is && (acs_connection_string_access_key(handle) != NULL) == is, "parts");
        see_text(acs_endpoint_url(endpoint), is);
        break;
    }
    case HANDLE_SIGNED_HEADERS:
        see_text(acs_signed_headers_x_ms_date(handle), is);
        see_text(acs_signed_headers_x_ms_content_sha256(handle), is);
        see_text(acs_signed_headers_authorization(handle), is);
        see_text(acs_signed_headers_host(handle), is);
        see_text(acs_signed_headers_target(handle), is);
        see_text(acs_signed_headers_string_to_sign(handle), is);
        break;
    case HANDLE_PREPARED_REQUEST:
        see_text(acs_prepared_request_method(handle), is);
        see_text(acs_prepared_request_url(handle), is);
        see_header(acs_prepared_request_header(handle, index),
                   index < acs_prepared_request_header_count(handle));
        see_bytes(acs_prepared_request_body(handle));
        HOLDS((acs_prepared_request_authentication(handle) >= 0) == is, "authentication");
        HOLDS((acs_prepared_request_retryable(handle) >= 0) == is, "retryable");
        break;
    case HANDLE_USER:
        see_text(acs_user_id(handle), is);
        break;
    case HANDLE_TOKEN:
        see_text(acs_token_text(handle), is);
        (void)acs_token_expires_on(handle);
        break;
    case HANDLE_USER_TOKEN:
        see_text(acs_user_token_user_id(handle), is);
        see_text(acs_user_token_text(handle), is);
        (void)acs_user_token_expires_on(handle);
        break;
    case HANDLE_USER_DETAIL:
        see_text(acs_user_detail_user_id(handle), is);
        if (acs_user_detail_custom_id(handle) != NULL) {
            see_text(acs_user_detail_custom_id(handle), is);
        }
        (void)acs_user_detail_last_token_issued_at(handle);
        break;
    case HANDLE_ASSIGNMENT:
        see_text(acs_teams_extension_assignment_tenant_id(handle), is);
        see_text(acs_teams_extension_assignment_object_id(handle), is);
        see_text(acs_teams_extension_assignment_principal_type(handle), is);
        see_text(acs_teams_extension_assignment_client_id(handle, index),
                 index < acs_teams_extension_assignment_client_id_count(handle));
        break;
    case HANDLE_ERROR:
        if (is) {
            judge_error(handle, acs_error_kind(handle));
        } else {
            HOLDS(acs_error_kind(NULL) == ACS_STATUS_OK && acs_error_message(NULL) == NULL,
                  "an error that is NULL");
        }
        break;
    default:
        break;
    }
}

static void look_at_inspection(const acs_inspection *inspection, size_t index)
{
    int64_t time = 17;
    size_t count = acs_inspection_check_count(inspection);
    HOLDS((acs_inspection_check(inspection, index) >= 0) == (index < count), "a check by its index");
    HOLDS((acs_inspection_outcome(inspection, index) >= 0) == (index < count), "an outcome by its index");
    see_text(acs_inspection_explanation(inspection, index), index < count);
    judge_text(acs_inspection_explanation(inspection, index));
    int64_t failure = acs_inspection_first_failure(inspection);
    HOLDS(inspection == NULL || acs_inspection_is_ok(inspection) == (failure < 0), "the first failure");
    HOLDS(failure < (int64_t)count, "the first failure's index");
    judge_text(acs_inspection_tenant_id(inspection));
    judge_text(acs_inspection_object_id(inspection));
    judge_text(acs_inspection_app_id(inspection));
    judge_text(acs_inspection_audience(inspection));
    judge_text(acs_inspection_version(inspection));
    see_text(acs_inspection_scope(inspection, index), index < acs_inspection_scope_count(inspection));
    (void)acs_inspection_app_only(inspection);
    HOLDS(acs_inspection_issued_at(inspection, &time) || time == 17, "a time that is not said");
    time = 17;
    HOLDS(acs_inspection_expires_at(inspection, &time) || time == 17, "a time that is not said");
    (void)acs_inspection_issued_at(inspection, NULL);
}

static void look_at_identifier(const acs_identifier *identifier)
{
    int32_t kind = acs_identifier_kind(identifier);
    HOLDS((kind >= 0) == (identifier != NULL) && (acs_identifier_kind_name(kind) != NULL) == (kind >= 0),
          "an identifier's kind");
    see_text(acs_identifier_raw_id(identifier), identifier != NULL);
    see_text(acs_identifier_phone_number(identifier), kind == ACS_IDENTIFIER_PHONE_NUMBER);
    see_text(acs_identifier_user_id(identifier), kind == ACS_IDENTIFIER_MICROSOFT_TEAMS_USER ||
                                                     kind == ACS_IDENTIFIER_TEAMS_EXTENSION_USER);
    see_text(acs_identifier_app_id(identifier), kind == ACS_IDENTIFIER_MICROSOFT_TEAMS_APP);
    see_text(acs_identifier_tenant_id(identifier), kind == ACS_IDENTIFIER_TEAMS_EXTENSION_USER);
    see_text(acs_identifier_resource_id(identifier), kind == ACS_IDENTIFIER_TEAMS_EXTENSION_USER);
    HOLDS(acs_identifier_asserted_id(identifier) == NULL || kind == ACS_IDENTIFIER_PHONE_NUMBER, "an asserted id");
    HOLDS(!acs_identifier_is_anonymous(identifier) || kind == ACS_IDENTIFIER_PHONE_NUMBER ||
              kind == ACS_IDENTIFIER_MICROSOFT_TEAMS_USER,
          "who is anonymous");
    HOLDS((acs_identifier_cloud(identifier) >= 0) == (kind >= ACS_IDENTIFIER_MICROSOFT_TEAMS_USER),
          "an identifier's cloud");
}

static void look_at_response(const acs_response *response, size_t index)
{
    int32_t status = acs_response_status(response);
    acs_header header = acs_response_header(response, index);
    see_header(header, index < acs_response_header_count(response));
    see_bytes(acs_response_body(response));
    HOLDS(response == NULL ? status == 0 : status >= 200 && status < 600, "a response's status");
    HOLDS(header.name == NULL || acs_response_header_value(response, header.name) != NULL,
          "a header by its name");
    (void)acs_response_header_value(response, NULL);
    (void)acs_response_header_value(response, "\xff");
}

void look_at(enum handle_type type, void *handle, struct input *input)
{
    size_t index = input_index(input);
    bool is = handle != NULL;
    switch (type) {
    case HANDLE_INSPECTION:
        look_at_inspection(handle, index);
        break;
    case HANDLE_IDENTIFIER:
        look_at_identifier(handle);
        break;
    case HANDLE_CLIENT:
        see_text(acs_client_endpoint(handle), is);
        (void)acs_client_clock_skew_seconds(handle);
        break;
    case HANDLE_VERIFIED_TOKEN:
        see_text(acs_verified_token_tenant_id(handle), is);
        see_text(acs_verified_token_object_id(handle), is);
        see_text(acs_verified_token_client_id(handle), is);
        see_text(acs_verified_token_scope(handle, index), index < acs_verified_token_scope_count(handle));
        HOLDS((acs_verified_token_version(handle) != 0) == is, "the token's version");
        (void)acs_verified_token_expires_on(handle);
        break;
    case HANDLE_RESPONSE:
        look_at_response(handle, index);
        break;
    case HANDLE_CALL:
        acs_call_cancel(handle);
        break;
    case HANDLE_COMPLETION: {
        acs_status status = acs_completion_status(handle);
        const acs_error *error = acs_completion_error(handle);
        HOLDS(is || (status == ACS_STATUS_INVALID_ARGUMENT && error == NULL), "a completion that is NULL");
        HOLDS(error == NULL || acs_error_kind(error) == status, "a completion's error");
        (void)acs_completion_user_data(handle);
        (void)acs_completion_reachable(handle);
        break;
    }
    default:
        look_at_pure(type, handle, index);
        break;
    }
}

void free_handle(enum handle_type type, void *handle)
{
    switch (type) {
    case HANDLE_CLOUD:
        acs_cloud_free(handle);
        break;
    case HANDLE_ENDPOINT:
        acs_endpoint_free(handle);
        break;
    case HANDLE_ACCESS_KEY:
        acs_access_key_free(handle);
        break;
    case HANDLE_CONNECTION_STRING:
        acs_connection_string_free(handle);
        break;
    case HANDLE_SIGNED_HEADERS:
        acs_signed_headers_free(handle);
        break;
    case HANDLE_PREPARED_REQUEST:
        acs_prepared_request_free(handle);
        break;
    case HANDLE_USER:
        acs_user_free(handle);
        break;
    case HANDLE_TOKEN:
        acs_token_free(handle);
        break;
    case HANDLE_USER_TOKEN:
        acs_user_token_free(handle);
        break;
    case HANDLE_USER_DETAIL:
        acs_user_detail_free(handle);
        break;
    case HANDLE_ASSIGNMENT:
        acs_teams_extension_assignment_free(handle);
        break;
    case HANDLE_INSPECTION:
        acs_inspection_free(handle);
        break;
    case HANDLE_IDENTIFIER:
        acs_identifier_free(handle);
        break;
    case HANDLE_ERROR:
        acs_error_free(handle);
        break;
    case HANDLE_CLIENT:
        acs_client_free(handle);
        break;
    case HANDLE_EXCHANGER:
        acs_exchanger_free(handle);
        break;
    case HANDLE_USER_CREDENTIAL:
        acs_user_credential_free(handle);
        break;
    case HANDLE_VERIFIER:
        acs_verifier_free(handle);
        break;
    case HANDLE_VERIFIED_TOKEN:
        acs_verified_token_free(handle);
        break;
    case HANDLE_SETTINGS:
        acs_handler_settings_free(handle);
        break;
    case HANDLE_HANDLER:
        acs_handler_free(handle);
        break;
    case HANDLE_RESPONSE:
        acs_response_free(handle);
        break;
    case HANDLE_CALL:
        acs_call_free(handle);
        break;
    case HANDLE_COMPLETION:
        acs_completion_free(handle);
        break;
    case HANDLE_TYPES:
        break;
    }
}
