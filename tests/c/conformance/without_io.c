/* The operations without I/O. */
#include <string.h>
#include <time.h>

#include "testee.h"

static json_t *parse_connection_string(void)
{
    acs_connection_string *parts = NULL;
    acs_error *error = NULL;
    json_t *result = NULL;
    acs_status status = acs_connection_string_parse(text("text"), &parts, &error);
    if (parts != NULL) {
        result = json_pack("{s:s}", "endpoint", acs_endpoint_url(acs_connection_string_endpoint(parts)));
    }
    acs_connection_string_free(parts);
    return outcome(status, error, result);
}

static json_t *sign_request(const json_t *arguments)
{
    const char *body = text("body");
    acs_access_key *key = NULL;
    acs_signed_headers *signed_headers = NULL;
    acs_error *error = NULL;
    json_t *result = NULL;
    acs_status status = acs_access_key_from_base64(text("access_key"), &key, &error);
    if (status == ACS_STATUS_OK) {
        acs_bytes bytes = {(const uint8_t *)body, strlen(body)};
        status = acs_sign_request(key, text("method"), text("url"), bytes, number(arguments, "now"),
                                  &signed_headers, &error);
    }
    if (signed_headers != NULL) {
        result = json_pack("{s:s, s:s, s:s, s:s}", "string_to_sign",
                           acs_signed_headers_string_to_sign(signed_headers), "x-ms-date",
                           acs_signed_headers_x_ms_date(signed_headers), "x-ms-content-sha256",
                           acs_signed_headers_x_ms_content_sha256(signed_headers), "authorization",
                           acs_signed_headers_authorization(signed_headers));
    }
    acs_signed_headers_free(signed_headers);
    acs_access_key_free(key);
    return outcome(status, error, result);
}

static acs_status prepare(const char *operation, int64_t expires_in, const acs_endpoint *endpoint,
                          acs_prepared_request **request, acs_error **error)
{
    const char *version = text("api_version"), *user = text("user"), *aad_token = text("aad_token");
    const char *tenant_id = text("tenant_id"), *object_id = text("object_id"), *custom_id = text("custom_id");
    size_t count;
    const char *const *scopes = texts("scopes", &count);
    if (strcmp(operation, "create_user") == 0) {
        return acs_prepare_create_user(endpoint, version, request, error);
    }
    if (strcmp(operation, "create_user_and_token") == 0) {
        return acs_prepare_create_user_and_token(endpoint, scopes, count, expires_in, version, request, error);
    }
    if (strcmp(operation, "get_token") == 0) {
        return acs_prepare_issue_token(endpoint, user, scopes, count, expires_in, version, request, error);
    }
    if (strcmp(operation, "revoke_tokens") == 0) {
        return acs_prepare_revoke_tokens(endpoint, user, version, request, error);
    }
    if (strcmp(operation, "delete_user") == 0) {
        return acs_prepare_delete_user(endpoint, user, version, request, error);
    }
    if (strcmp(operation, "get_token_for_teams_user") == 0) {
        return acs_prepare_exchange_teams_user(endpoint, aad_token, text("client_id"), text("user_object_id"),
                                               version, request, error);
    }
    if (strcmp(operation, "get_token_for_teams_extension_user") == 0) {
        return acs_prepare_exchange_teams_extension(endpoint, aad_token, version, request, error);
    }
    if (strcmp(operation, "put_teams_extension_assignment") == 0) {
        size_t id_count;
        const char *const *client_ids = texts("client_ids", &id_count);
        return acs_prepare_put_teams_extension_assignment(endpoint, tenant_id, object_id, text("principal_type"),
                                                          client_ids, id_count, version, request, error);
    }
    if (strcmp(operation, "get_teams_extension_assignment") == 0) {
        return acs_prepare_get_teams_extension_assignment(endpoint, tenant_id, object_id, version, request, error);
    }
    if (strcmp(operation, "delete_teams_extension_assignment") == 0) {
        return acs_prepare_delete_teams_extension_assignment(endpoint, tenant_id, object_id, version, request,
                                                             error);
    }
    if (strcmp(operation, "get_token_for_entra_user") == 0) {
        return acs_prepare_exchange_entra_user(endpoint, aad_token, version, request, error);
    }
    if (strcmp(operation, "create_user_with_custom_id") == 0) {
        return acs_prepare_create_user_with_custom_id(endpoint, custom_id, version, request, error);
    }
    if (strcmp(operation, "create_user_and_token_with_custom_id") == 0) {
        return acs_prepare_create_user_and_token_with_custom_id(endpoint, custom_id, scopes, count, expires_in,
                                                                version, request, error);
    }
    CHECK_TEXT(operation, "get_user_detail");
    return acs_prepare_get_user_detail(endpoint, user, version, request, error);
}

/* Frees the request. */
static json_t *prepared_json(acs_prepared_request *request)
{
    static const char *const authentications[] = {
        [ACS_AUTHENTICATION_CREDENTIAL] = "credential",
        [ACS_AUTHENTICATION_USER_TOKEN] = "user_token",
    };
    static const char *const retryables[] = {
        [ACS_RETRYABLE_ALWAYS] = "always",
        [ACS_RETRYABLE_IF_NOT_PROCESSED] = "if_not_processed",
    };
    if (request == NULL) {
        return NULL;
    }
    json_t *list = json_array();
    for (size_t index = 0; index < acs_prepared_request_header_count(request); index++) {
        acs_header header = acs_prepared_request_header(request, index);
        json_array_append_new(list, pair(header.name, header.value));
    }
    int32_t authentication = acs_prepared_request_authentication(request);
    int32_t retryable = acs_prepared_request_retryable(request);
    CHECK(authentication >= 0 && authentication <= 1 && retryable >= 0 && retryable <= 1);
    json_t *result =
        json_pack("{s:s, s:s, s:o, s:o, s:s, s:s}", "method", acs_prepared_request_method(request), "url",
                  acs_prepared_request_url(request), "headers", list, "body",
                  bytes_json(acs_prepared_request_body(request)), "authentication",
                  authentications[authentication], "retryable", retryables[retryable]);
    acs_prepared_request_free(request);
    return result;
}

static json_t *prepare_request(const json_t *arguments)
{
    acs_endpoint *endpoint = NULL;
    acs_prepared_request *request = NULL;
    acs_error *error = NULL;
    acs_status status = acs_endpoint_parse(text("endpoint"), &endpoint, &error);
    if (status == ACS_STATUS_OK) {
        int64_t expires_in = number(arguments, "token_expires_in_s");
        status = prepare(text("operation"), expires_in, endpoint, &request, &error);
    }
    acs_endpoint_free(endpoint);
    return outcome(status, error, prepared_json(request));
}

static json_t *parse_response(const json_t *arguments)
{
    const char *operation = text("operation"), *body = text("body");
    acs_raw_response response;
    acs_error *error = NULL;
    acs_user *user = NULL;
    acs_token *token = NULL;
    acs_user_token *both = NULL;
    acs_user_detail *detail = NULL;
    acs_teams_extension_assignment *assignment = NULL;
    acs_status status;
    acs_raw_response_init(&response, sizeof response);
    response.status = (int32_t)number(arguments, "status");
    response.headers = headers(&response.header_count);
    response.body = (acs_bytes){(const uint8_t *)body, strlen(body)};
    response.received_at = (int64_t)time(NULL);
    if (strcmp(operation, "create_user") == 0) {
        status = acs_parse_create_user(&response, &user, &error);
        return outcome(status, error, user_json(user));
    }
    if (strcmp(operation, "create_user_and_token") == 0) {
        status = acs_parse_create_user_and_token(&response, &both, &error);
        return outcome(status, error, both_json(both));
    }
    if (strcmp(operation, "get_token") == 0) {
        status = acs_parse_issue_token(&response, &token, &error);
        return outcome(status, error, token_json(token));
    }
    if (strcmp(operation, "get_token_for_teams_user") == 0) {
        status = acs_parse_exchange_teams_user(&response, &token, &error);
        return outcome(status, error, token_json(token));
    }
    if (strcmp(operation, "get_token_for_teams_extension_user") == 0) {
        status = acs_parse_exchange_teams_extension(&response, &both, &error);
        return outcome(status, error, both_json(both));
    }
    if (strcmp(operation, "get_token_for_entra_user") == 0) {
        status = acs_parse_exchange_entra_user(&response, &both, &error);
        return outcome(status, error, both_json(both));
    }
    if (strcmp(operation, "put_teams_extension_assignment") == 0) {
        status = acs_parse_put_teams_extension_assignment(&response, &assignment, &error);
        return outcome(status, error, assignment_json(assignment));
    }
    if (strcmp(operation, "get_teams_extension_assignment") == 0) {
        status = acs_parse_get_teams_extension_assignment(&response, &assignment, &error);
        return outcome(status, error, assignment_json(assignment));
    }
    if (strcmp(operation, "create_user_with_custom_id") == 0) {
        status = acs_parse_create_user_with_custom_id(&response, &user, &error);
        return outcome(status, error, user_json(user));
    }
    if (strcmp(operation, "create_user_and_token_with_custom_id") == 0) {
        status = acs_parse_create_user_and_token_with_custom_id(&response, &both, &error);
        return outcome(status, error, both_json(both));
    }
    if (strcmp(operation, "get_user_detail") == 0) {
        status = acs_parse_get_user_detail(&response, &detail, &error);
        return outcome(status, error, detail_json(detail));
    }
    if (strcmp(operation, "revoke_tokens") == 0) {
        status = acs_parse_revoke_tokens(&response, &error);
    } else if (strcmp(operation, "delete_teams_extension_assignment") == 0) {
        status = acs_parse_delete_teams_extension_assignment(&response, &error);
    } else {
        CHECK_TEXT(operation, "delete_user");
        status = acs_parse_delete_user(&response, &error);
    }
    return outcome(status, error, status == ACS_STATUS_OK ? json_object() : NULL);
}

static json_t *inspect(const json_t *arguments)
{
    static const char *const outcomes[] = {
        [ACS_OUTCOME_PASSED] = "passed",
        [ACS_OUTCOME_FAILED] = "failed",
        [ACS_OUTCOME_NOT_CHECKED] = "not_checked",
    };
    acs_expectations expected;
    acs_inspection *found = NULL;
    acs_error *error = NULL;
    acs_expectations_init(&expected, sizeof expected);
    expected.kind = strcmp(text("expect"), "teams_user") == 0        ? ACS_EXPECT_TEAMS_USER
                    : strcmp(text("expect"), "teams_extension") == 0 ? ACS_EXPECT_TEAMS_EXTENSION
                                                                     : ACS_EXPECT_ENTRA_USER;
    expected.client_id = text("client_id");
    expected.user_object_id = text("user_object_id");
    expected.tenant_id = text("tenant_id");
    expected.min_remaining_s = number(arguments, "min_remaining_s");
    acs_status status = acs_inspect(text("token"), &expected, (int64_t)time(NULL), &found, &error);
    if (found == NULL) {
        return outcome(status, error, NULL);
    }
    json_t *checks = json_array();
    for (size_t index = 0; index < acs_inspection_check_count(found); index++) {
        const char *name = acs_check_name(acs_inspection_check(found, index));
        json_array_append_new(checks, pair(name, outcomes[acs_inspection_outcome(found, index)]));
    }
    int64_t failure = acs_inspection_first_failure(found);
    const char *why = failure >= 0 ? acs_inspection_explanation(found, (size_t)failure) : NULL;
    json_t *result = json_pack("{s:b, s:o, s:s?}", "ok", acs_inspection_is_ok(found), "checks", checks,
                               "explanation", why);
    acs_inspection_free(found);
    return outcome(status, error, result);
}

/* Frees the identifier. */
static json_t *identifier_json(acs_identifier *made)
{
    static const char *const clouds[] = {
        [ACS_CLOUD_ENVIRONMENT_PUBLIC] = "public",
        [ACS_CLOUD_ENVIRONMENT_DOD] = "dod",
        [ACS_CLOUD_ENVIRONMENT_GCCH] = "gcch",
    };
    if (made == NULL) {
        return NULL;
    }
    int32_t cloud = acs_identifier_cloud(made);
    CHECK(cloud >= -1 && cloud <= 2);
    json_t *result = json_pack(
        "{s:s, s:s, s:s?, s:s?, s:b, s:s?, s:s?, s:s?, s:s?, s:s?}", "kind",
        acs_identifier_kind_name(acs_identifier_kind(made)), "raw_id", acs_identifier_raw_id(made), "phone_number",
        acs_identifier_phone_number(made), "asserted_id", acs_identifier_asserted_id(made), "is_anonymous",
        acs_identifier_is_anonymous(made), "user_id", acs_identifier_user_id(made), "app_id",
        acs_identifier_app_id(made), "tenant_id", acs_identifier_tenant_id(made), "resource_id",
        acs_identifier_resource_id(made), "cloud", cloud >= 0 ? clouds[cloud] : NULL);
    acs_identifier_free(made);
    return result;
}

static json_t *identifier_from_raw_id(void)
{
    acs_identifier *made = NULL;
    acs_error *error = NULL;
    acs_status status = acs_identifier_from_raw_id(text("raw_id"), &made, &error);
    return outcome(status, error, identifier_json(made));
}

static json_t *make_identifier(const json_t *arguments)
{
    const char *kind = text("kind"), *raw_id = text("raw_id"), *named = text("cloud"), *user_id = text("user_id");
    int32_t cloud = named == NULL || strcmp(named, "public") == 0 ? ACS_CLOUD_ENVIRONMENT_PUBLIC
                    : strcmp(named, "dod") == 0                   ? ACS_CLOUD_ENVIRONMENT_DOD
                                                                  : ACS_CLOUD_ENVIRONMENT_GCCH;
    acs_identifier *made = NULL;
    acs_error *error = NULL;
    acs_status status;
    if (strcmp(kind, "communication_user") == 0) {
        status = acs_identifier_new_communication_user(text("id"), &made, &error);
    } else if (strcmp(kind, "phone_number") == 0) {
        status = acs_identifier_new_phone_number(text("phone_number"), raw_id, &made, &error);
    } else if (strcmp(kind, "microsoft_teams_user") == 0) {
        bool is_anonymous = json_is_true(json_object_get(arguments, "is_anonymous"));
        status = acs_identifier_new_microsoft_teams_user(user_id, is_anonymous, cloud, raw_id, &made, &error);
    } else if (strcmp(kind, "microsoft_teams_app") == 0) {
        status = acs_identifier_new_microsoft_teams_app(text("app_id"), cloud, raw_id, &made, &error);
    } else if (strcmp(kind, "teams_extension_user") == 0) {
        status = acs_identifier_new_teams_extension_user(user_id, text("tenant_id"), text("resource_id"), cloud,
                                                         raw_id, &made, &error);
    } else {
        CHECK_TEXT(kind, "unknown");
        status = acs_identifier_new_unknown(raw_id, &made, &error);
    }
    return outcome(status, error, identifier_json(made));
}

json_t *call_without_io(const char *operation, const json_t *arguments)
{
    return strcmp(operation, "parse_connection_string") == 0 ? parse_connection_string()
           : strcmp(operation, "sign_request") == 0          ? sign_request(arguments)
           : strcmp(operation, "prepare_request") == 0       ? prepare_request(arguments)
           : strcmp(operation, "parse_response") == 0        ? parse_response(arguments)
           : strcmp(operation, "inspect") == 0               ? inspect(arguments)
           : strcmp(operation, "identifier_from_raw_id") == 0 ? identifier_from_raw_id()
           : strcmp(operation, "make_identifier") == 0        ? make_identifier(arguments)
                                                             : NULL;
}
