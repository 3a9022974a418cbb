/* The functions without I/O, with libcurl as the HTTP client: every operation is prepared, signed, sent to
 * the emulator, which verifies the signature, and parsed. */
#include "acs_auth.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "emulator.h"
#include "make.h"

static const char *const scopes[] = {ACS_TOKEN_SCOPE_CHAT, ACS_TOKEN_SCOPE_VOIP};

static acs_connection_string *parts;
static CURL *curl;

/* The last response. */
static struct {
    acs_raw_response response;
    acs_header headers[64];
    char lines[64][1024];
    uint8_t body[65536];
} answer;

static size_t take_header(char *data, size_t size, size_t count, void *user_data)
{
    (void)user_data;
    size_t i = answer.response.header_count;
    CHECK(i < 64 && size * count < sizeof answer.lines[i]);
    memcpy(answer.lines[i], data, size * count);
    answer.lines[i][size * count] = '\0';
    char *colon = strchr(answer.lines[i], ':');
    if (colon != NULL) {
        *colon = '\0';
        colon[strcspn(colon + 1, "\r\n") + 1] = '\0';
        answer.headers[i].name = answer.lines[i];
        answer.headers[i].value = colon + 1 + strspn(colon + 1, " ");
        answer.response.header_count++;
    }
    return size * count;
}

static size_t take_body(char *data, size_t size, size_t count, void *user_data)
{
    (void)user_data;
    CHECK(answer.response.body.len + size * count <= sizeof answer.body);
    memcpy(answer.body + answer.response.body.len, data, size * count);
    answer.response.body.len += size * count;
    return size * count;
}

static struct curl_slist *with(struct curl_slist *list, const char *name, const char *value)
{
    char line[8192];
    int len = snprintf(line, sizeof line, "%s: %s", name, value);
    CHECK(len > 0 && (size_t)len < sizeof line);
    return curl_slist_append(list, line);
}

static struct curl_slist *with_signature(struct curl_slist *list, const acs_prepared_request *request)
{
    acs_signed_headers *headers = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_sign_request(acs_connection_string_access_key(parts), acs_prepared_request_method(request),
                              acs_prepared_request_url(request), acs_prepared_request_body(request),
                              time(NULL), &headers, &error),
             error);
    list = with(list, "x-ms-date", acs_signed_headers_x_ms_date(headers));
    list = with(list, "x-ms-content-sha256", acs_signed_headers_x_ms_content_sha256(headers));
    list = with(list, "authorization", acs_signed_headers_authorization(headers));
    CHECK_CONTAINS(acs_prepared_request_url(request), acs_signed_headers_target(headers));
    CHECK_CONTAINS(acs_prepared_request_url(request), acs_signed_headers_host(headers));
    CHECK_CONTAINS(acs_signed_headers_string_to_sign(headers), acs_signed_headers_target(headers));
    acs_signed_headers_free(headers);
    return list;
}

/* Sends and frees the request. */
static const acs_raw_response *sent(acs_prepared_request *request)
{
    struct curl_slist *list = NULL;
    long status = 0;
    acs_bytes body = acs_prepared_request_body(request);
    acs_raw_response_init(&answer.response, sizeof answer.response);
    answer.response.headers = answer.headers;
    answer.response.body.data = answer.body;
    CHECK(acs_prepared_request_header_count(request) > 0);
    for (size_t i = 0; i < acs_prepared_request_header_count(request); i++) {
        acs_header header = acs_prepared_request_header(request, i);
        list = with(list, header.name, header.value);
    }
    CHECK(acs_prepared_request_header(request, 1000).name == NULL);
    if (acs_prepared_request_authentication(request) == ACS_AUTHENTICATION_CREDENTIAL) {
        list = with_signature(list, request);
    }
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, acs_prepared_request_url(request));
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, acs_prepared_request_method(request));
    if (body.len > 0) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    CHECK_INT(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.response.status = (int32_t)status;
    curl_slist_free_all(list);
    acs_prepared_request_free(request);
    return &answer.response;
}

static void identities_come_and_go(void)
{
    const acs_endpoint *endpoint = acs_connection_string_endpoint(parts);
    acs_prepared_request *request = NULL;
    acs_user *user = NULL;
    acs_user_token *both = NULL;
    acs_token *token = NULL;
    acs_error *error = NULL;
    int64_t now = time(NULL);

    CHECK_OK(acs_prepare_create_user(endpoint, NULL, &request, &error), error);
    CHECK_TEXT(acs_prepared_request_method(request), "POST");
    CHECK_INT(acs_prepared_request_retryable(request), ACS_RETRYABLE_IF_NOT_PROCESSED);
    CHECK_CONTAINS(acs_prepared_request_url(request), "api-version=" ACS_DEFAULT_API_VERSION);
    CHECK_OK(acs_parse_create_user(sent(request), &user, &error), error);
    CHECK_CONTAINS(acs_user_id(user), emulator_text("resource_id"));

    CHECK_OK(acs_prepare_create_user_and_token(endpoint, scopes, 2, 3600, NULL, &request, &error), error);
    CHECK_OK(acs_parse_create_user_and_token(sent(request), &both, &error), error);
    CHECK(acs_user_token_expires_on(both) >= now + 3590 && acs_user_token_expires_on(both) <= now + 3700);
    CHECK(acs_user_token_text(both) != NULL && strcmp(acs_user_token_user_id(both), acs_user_id(user)) != 0);
    acs_user_token_free(both);

    CHECK_OK(
        acs_prepare_issue_token(endpoint, acs_user_id(user), scopes, 1, ACS_DEFAULT, NULL, &request, &error),
        error);
    CHECK_INT(acs_prepared_request_retryable(request), ACS_RETRYABLE_ALWAYS);
    CHECK_OK(acs_parse_issue_token(sent(request), &token, &error), error);
    CHECK(acs_token_expires_on(token) > now + 80000 && acs_token_text(token) != NULL);
    acs_token_free(token);

    CHECK_OK(acs_prepare_revoke_tokens(endpoint, acs_user_id(user), NULL, &request, &error), error);
    CHECK_OK(acs_parse_revoke_tokens(sent(request), &error), error);
    CHECK_OK(acs_prepare_delete_user(endpoint, acs_user_id(user), NULL, &request, &error), error);
    CHECK_TEXT(acs_prepared_request_method(request), "DELETE");
    CHECK_OK(acs_parse_delete_user(sent(request), &error), error);
    CHECK_OK(acs_prepare_revoke_tokens(endpoint, acs_user_id(user), NULL, &request, &error), error);
    CHECK_FAILS(acs_parse_revoke_tokens(sent(request), &error), error, ACS_STATUS_NOT_FOUND);
    acs_user_free(user);
}

static void tokens_are_exchanged(void)
{
    const acs_endpoint *endpoint = acs_connection_string_endpoint(parts);
    char *aad_token = make_teams_token();
    acs_prepared_request *request = NULL;
    acs_token *token = NULL;
    acs_user_token *both = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_prepare_exchange_teams_user(endpoint, aad_token, emulator_text("spa.client_id"),
                                             emulator_text("users.0.object_id"), NULL, &request, &error),
             error);
    CHECK_OK(acs_parse_exchange_teams_user(sent(request), &token, &error), error);
    CHECK(acs_token_expires_on(token) > time(NULL));
    acs_token_free(token);

    CHECK_OK(acs_prepare_exchange_teams_user(endpoint, "no token", emulator_text("spa.client_id"),
                                             emulator_text("users.0.object_id"), NULL, &request, &error),
             error);
    CHECK_FAILS(acs_parse_exchange_teams_user(sent(request), &token, &error), error,
                ACS_STATUS_ENTRA_TOKEN_REJECTED);
    free(aad_token);

    aad_token = emulator_mint("kind=teams_extension");
    CHECK_OK(acs_prepare_exchange_teams_extension(endpoint, aad_token, NULL, &request, &error), error);
    CHECK_INT(acs_prepared_request_authentication(request), ACS_AUTHENTICATION_USER_TOKEN);
    CHECK_CONTAINS(acs_prepared_request_url(request), "api-version=" ACS_TEAMS_EXTENSION_API_VERSION);
    CHECK_OK(acs_parse_exchange_teams_extension(sent(request), &both, &error), error);
    CHECK(acs_user_token_user_id(both) != NULL && acs_user_token_text(both) != NULL);
    acs_user_token_free(both);
    free(aad_token);
}

static void assignments_and_previews(void)
{
    const acs_endpoint *endpoint = acs_connection_string_endpoint(parts);
    const char *tenant = emulator_text("tenant_id"), *object = emulator_text("users.0.object_id");
    const char *const client_ids[] = {emulator_text("spa.client_id")};
    acs_prepared_request *request = NULL;
    acs_teams_extension_assignment *assignment = NULL;
    acs_user *user = NULL;
    acs_user_token *both = NULL;
    acs_user_detail *detail = NULL;
    acs_error *error = NULL;

    CHECK_OK(acs_prepare_put_teams_extension_assignment(endpoint, tenant, object, ACS_PRINCIPAL_TYPE_USER, client_ids,
                                                        1, NULL, &request, &error),
             error);
    CHECK_TEXT(acs_prepared_request_method(request), "PUT");
    CHECK_CONTAINS(acs_prepared_request_url(request), "api-version=" ACS_TEAMS_EXTENSION_API_VERSION);
    CHECK_OK(acs_parse_put_teams_extension_assignment(sent(request), &assignment, &error), error);
    CHECK_INT(acs_teams_extension_assignment_client_id_count(assignment), 1);
    acs_teams_extension_assignment_free(assignment);
    CHECK_OK(acs_prepare_get_teams_extension_assignment(endpoint, tenant, object, ACS_API_VERSION_V2026_09_23, &request,
                                                        &error),
             error);
    CHECK_TEXT(acs_prepared_request_method(request), "GET");
    CHECK_OK(acs_parse_get_teams_extension_assignment(sent(request), &assignment, &error), error);
    CHECK_TEXT(acs_teams_extension_assignment_principal_type(assignment), "user");
    acs_teams_extension_assignment_free(assignment);
    CHECK_OK(acs_prepare_delete_teams_extension_assignment(endpoint, tenant, object, NULL, &request, &error), error);
    CHECK_OK(acs_parse_delete_teams_extension_assignment(sent(request), &error), error);
    CHECK_OK(acs_prepare_get_teams_extension_assignment(endpoint, tenant, object, NULL, &request, &error), error);
    CHECK_FAILS(acs_parse_get_teams_extension_assignment(sent(request), &assignment, &error), error,
                ACS_STATUS_NOT_FOUND);

    CHECK_OK(acs_prepare_create_user_with_custom_id(endpoint, "customer-7", NULL, &request, &error), error);
    CHECK_INT(acs_prepared_request_retryable(request), ACS_RETRYABLE_ALWAYS);
    CHECK_CONTAINS(acs_prepared_request_url(request), "api-version=" ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW);
    CHECK_OK(acs_parse_create_user_with_custom_id(sent(request), &user, &error), error);
    CHECK_OK(acs_prepare_create_user_and_token_with_custom_id(endpoint, "customer-7", scopes, 2, 3600, NULL, &request,
                                                              &error),
             error);
    CHECK_OK(acs_parse_create_user_and_token_with_custom_id(sent(request), &both, &error), error);
    CHECK_TEXT(acs_user_token_user_id(both), acs_user_id(user));
    acs_user_token_free(both);
    CHECK_OK(acs_prepare_get_user_detail(endpoint, acs_user_id(user), NULL, &request, &error), error);
    CHECK_OK(acs_parse_get_user_detail(sent(request), &detail, &error), error);
    CHECK_TEXT(acs_user_detail_custom_id(detail), "customer-7");
    CHECK(acs_user_detail_last_token_issued_at(detail) > 0);
    acs_user_detail_free(detail);
    acs_user_free(user);

    char *aad_token = emulator_mint("kind=entra_user");
    CHECK_OK(acs_prepare_exchange_entra_user(endpoint, aad_token, NULL, &request, &error), error);
    CHECK_INT(acs_prepared_request_authentication(request), ACS_AUTHENTICATION_USER_TOKEN);
    CHECK_OK(acs_parse_exchange_entra_user(sent(request), &both, &error), error);
    CHECK(acs_user_token_user_id(both) != NULL && acs_user_token_text(both) != NULL);
    acs_user_token_free(both);
    free(aad_token);
}

static void waits_are_read(void)
{
    static const acs_header seconds[] = {{"Retry-After", "7"}};
    static const acs_header millis[] = {{"retry-after-ms", "1500"}};
    static const acs_header date[] = {{"RETRY-AFTER", "Thu, 01 Jan 1970 00:01:40 GMT"}};
    acs_raw_response response;
    acs_raw_response_init(&response, sizeof response);
    CHECK_INT(acs_retry_after_ms(&response), -1);
    response.header_count = 1;
    response.headers = seconds;
    CHECK_INT(acs_retry_after_ms(&response), 7000);
    response.headers = millis;
    CHECK_INT(acs_retry_after_ms(&response), 1500);
    response.headers = date;
    response.received_at = 90;
    CHECK_INT(acs_retry_after_ms(&response), 10000);
}

static void headers_in_any_encoding_hide_no_result(void)
{
    static const acs_header headers[] = {{"server", "caf\xe9"}, {"retry-after", "7"}};
    static const char body[] = "{\"identity\":{\"id\":\"8:acs:a_b\"}}";
    acs_raw_response response;
    acs_user *user = NULL;
    acs_error *error = NULL;
    acs_raw_response_init(&response, sizeof response);
    response.status = 201;
    response.headers = headers;
    response.header_count = 2;
    response.body.data = (const uint8_t *)body;
    response.body.len = sizeof body - 1;
    CHECK_OK(acs_parse_create_user(&response, &user, &error), error);
    CHECK_TEXT(acs_user_id(user), "8:acs:a_b");
    acs_user_free(user);
    CHECK_INT(acs_retry_after_ms(&response), 7000);
}

static void requests_that_cannot_be_signed(void)
{
    const acs_access_key *key = acs_connection_string_access_key(parts);
    acs_signed_headers *headers = NULL;
    acs_error *error = NULL;
    acs_bytes none = {NULL, 0};
    CHECK_REFUSED(acs_sign_request(key, "G T", "https://a.example/", none, 0, &headers, &error), error,
                  "method");
    CHECK_REFUSED(acs_sign_request(key, "GET", "/path", none, 0, &headers, &error), error, "url");
    CHECK_REFUSED(acs_sign_request(key, "GET", "https://a.example/", none, -1, &headers, &error), error,
                  "now");
    CHECK_REFUSED(acs_sign_request(key, "GET", "https://a.example/", none, INT64_MAX, &headers, &error),
                  error, "now");
    CHECK(headers == NULL);
}

static void expiries_out_of_range_and_no_scopes(void)
{
    const acs_endpoint *endpoint = acs_connection_string_endpoint(parts);
    acs_prepared_request *request = NULL;
    acs_error *error = NULL;
    CHECK_FAILS(acs_prepare_create_user_and_token(endpoint, scopes, 1, 3599, NULL, &request, &error), error,
                ACS_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(acs_prepare_create_user_and_token(endpoint, scopes, 1, 86460, NULL, &request, &error), error,
                ACS_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(acs_prepare_issue_token(endpoint, "8:acs:a", scopes, 1, -2, NULL, &request, &error), error,
                ACS_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(acs_prepare_issue_token(endpoint, "8:acs:a", scopes, 0, 3600, NULL, &request, &error), error,
                ACS_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(acs_prepare_delete_user(endpoint, "", NULL, &request, &error), error,
                ACS_STATUS_INVALID_ARGUMENT);
    CHECK(request == NULL);
}

int main(void)
{
    acs_error *error = NULL;
    CHECK_OK(acs_connection_string_parse(emulator_text("connection_string_http"), &parts, &error), error);
    curl = curl_easy_init();
    RUN(identities_come_and_go);
    RUN(tokens_are_exchanged);
    RUN(assignments_and_previews);
    RUN(waits_are_read);
    RUN(headers_in_any_encoding_hide_no_result);
    RUN(requests_that_cannot_be_signed);
    RUN(expiries_out_of_range_and_no_scopes);
    curl_easy_cleanup(curl);
    acs_connection_string_free(parts);
    return check_done();
}
