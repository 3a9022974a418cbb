#include "parsing.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs_auth.h"
#include "judge.h"

#define ENDPOINT "https://contoso.communication.azure.com"
#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

/* Calls `function` with arguments, a place for its result and one for an error; `made` is the result, or
 * NULL. */
#define READ(type, made, function, ...) \
    type *made = (type *)UNTOUCHED; \
    { \
        static struct tally tally = {.name = #function}; \
        acs_error *error = (acs_error *)UNTOUCHED; \
        acs_status status = function(__VA_ARGS__, &made, &error); \
        judge_status(&tally, status, &error); \
        HOLDS((status == ACS_STATUS_OK) == (made != (type *)UNTOUCHED) && made != NULL, #function); \
        made = status == ACS_STATUS_OK ? made : NULL; \
    }

/* A parsed value, written out again, must parse to the same value. */
static void read_endpoint(const char *text)
{
    READ(acs_endpoint, strict, acs_endpoint_parse, text);
    READ(acs_endpoint, lax, acs_endpoint_parse_allowing_insecure, text);
    HOLDS(strict == NULL || lax != NULL, "what is refused when less is asked for");
    if (lax != NULL) {
        const char *url = acs_endpoint_url(lax);
        READ(acs_endpoint, again, acs_endpoint_parse_allowing_insecure, url);
        HOLDS(again != NULL && strcmp(acs_endpoint_url(again), url) == 0, url);
        acs_endpoint_free(again);
    }
    acs_endpoint_free(strict);
    acs_endpoint_free(lax);
}

static void read_connection_string(const char *text)
{
    READ(acs_connection_string, strict, acs_connection_string_parse, text);
    READ(acs_connection_string, lax, acs_connection_string_parse_allowing_insecure, text);
    HOLDS(strict == NULL || lax != NULL, "what is refused when less is asked for");
    if (lax != NULL) {
        const char *url = acs_endpoint_url(acs_connection_string_endpoint(lax));
        READ(acs_endpoint, endpoint, acs_endpoint_parse_allowing_insecure, url);
        HOLDS(endpoint != NULL, url);
        acs_endpoint_free(endpoint);
    }
    acs_connection_string_free(strict);
    acs_connection_string_free(lax);
}

static acs_signed_headers *sign(const acs_access_key *key, const char *url)
{
    READ(acs_signed_headers, headers, acs_sign_request, key, "POST", url, (acs_bytes){NULL, 0}, 1730797687);
    return headers;
}

static acs_access_key *a_key(void)
{
    READ(acs_access_key, key, acs_access_key_from_base64, KEY);
    return key;
}

static void read_access_key(const char *text)
{
    READ(acs_access_key, key, acs_access_key_from_base64, text);
    if (key != NULL) {
        acs_signed_headers *headers = sign(key, ENDPOINT "/identities?api-version=2023-10-01");
        HOLDS(headers != NULL, "a key that does not sign");
        acs_signed_headers_free(headers);
    }
    acs_access_key_free(key);
}

/* The same request must have the same signature, and the target must be in the URL byte for byte. */
static void read_url(const char *text)
{
    acs_access_key *key = a_key();
    acs_signed_headers *headers = sign(key, text);
    if (headers != NULL) {
        acs_signed_headers *again = sign(key, text);
        const char *target = acs_signed_headers_target(headers);
        HOLDS(strcmp(acs_signed_headers_authorization(headers), acs_signed_headers_authorization(again)) == 0,
              text);
        HOLDS(target[0] == '/' && strstr(acs_signed_headers_string_to_sign(headers), target) != NULL, text);
        HOLDS(target[1] == '\0' || target[1] == '?' || strstr(text, target + 1) != NULL, text);
        HOLDS(acs_signed_headers_host(headers)[0] != '\0', text);
        acs_signed_headers_free(again);
    }
    acs_signed_headers_free(headers);
    acs_access_key_free(key);
}

static void read_token(const char *text)
{
    acs_expectations expectations;
    acs_expectations_init(&expectations, sizeof expectations);
    expectations.client_id = "59a00000-0000-4000-8000-000000000002";
    expectations.user_object_id = "a11ce000-0000-4000-8000-000000000001";
    expectations.tenant_id = "c0c0c0c0-0000-4000-8000-000000000001";
    READ(acs_inspection, inspection, acs_inspect, text, &expectations, 1730797687);
    HOLDS(inspection != NULL, "any text will do as a token");
    for (size_t i = 0; i < acs_inspection_check_count(inspection); i++) {
        const char *explanation = acs_inspection_explanation(inspection, i);
        judge_text(explanation);
        /* Only the signature is a secret; a short one could be in any text by chance. */
        const char *signature = strrchr(text, '.');
        HOLDS(signature == NULL || strlen(signature) < 24 || strstr(explanation, signature) == NULL,
              explanation);
    }
    acs_inspection_free(inspection);
    READ(acs_endpoint, endpoint, acs_endpoint_parse, ENDPOINT);
    acs_cache_key key;
    static struct tally tally = {.name = "acs_cache_key_new"};
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_bytes secret = {(const uint8_t *)KEY, 32};
    judge_status(&tally,
                 acs_cache_key_new(secret, NULL, endpoint, NULL, text, expectations.client_id,
                                   expectations.user_object_id, &key, &error),
                 &error);
    acs_endpoint_free(endpoint);
}

static size_t base64url(const char *text, char *target)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t count = 0;
    unsigned bits = 0;
    unsigned held = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        held = held << 8 | *at;
        for (bits += 8; bits >= 6; bits -= 6) {
            target[count++] = digits[held >> (bits - 6) & 63];
        }
    }
    if (bits > 0) {
        target[count++] = digits[held << (6 - bits) & 63];
    }
    return count;
}

/* A token with these claims. */
static void read_claims(const char *text)
{
    char *token = (char *)calloc(1, strlen(text) * 2 + 256);
    HOLDS(token != NULL, "no memory");
    size_t len = base64url("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k\"}", token);
    token[len++] = '.';
    len += base64url(text, token + len);
    memcpy(token + len, ".c2lnbmF0dXJlLXRoYXQtbm9ib2R5LW1heS1zZWU", 41);
    read_token(token);
    free(token);
}

static void read_response(const acs_raw_response *response)
{
    READ(acs_user, user, acs_parse_create_user, response);
    READ(acs_user_token, created, acs_parse_create_user_and_token, response);
    READ(acs_token, issued, acs_parse_issue_token, response);
    READ(acs_token, exchanged, acs_parse_exchange_teams_user, response);
    READ(acs_user_token, extension, acs_parse_exchange_teams_extension, response);
    READ(acs_user_token, entra_user, acs_parse_exchange_entra_user, response);
    READ(acs_user_detail, detail, acs_parse_get_user_detail, response);
    READ(acs_teams_extension_assignment, assignment, acs_parse_get_teams_extension_assignment, response);
    READ(acs_teams_extension_assignment, assigned, acs_parse_put_teams_extension_assignment, response);
    READ(acs_user, found, acs_parse_create_user_with_custom_id, response);
    READ(acs_user_token, found_with_token, acs_parse_create_user_and_token_with_custom_id, response);
    static struct tally tallies[] = {{.name = "acs_parse_revoke_tokens"},
                                     {.name = "acs_parse_delete_user"},
                                     {.name = "acs_parse_delete_teams_extension_assignment"}};
    acs_error *error = (acs_error *)UNTOUCHED;
    judge_status(&tallies[0], acs_parse_revoke_tokens(response, &error), &error);
    error = (acs_error *)UNTOUCHED;
    judge_status(&tallies[1], acs_parse_delete_user(response, &error), &error);
    error = (acs_error *)UNTOUCHED;
    judge_status(&tallies[2], acs_parse_delete_teams_extension_assignment(response, &error), &error);
    HOLDS(issued == NULL || strlen(acs_token_text(issued)) > 0, "a token without a text");
    acs_user_free(user);
    acs_user_token_free(created);
    acs_token_free(issued);
    acs_token_free(exchanged);
    acs_user_token_free(extension);
    acs_user_token_free(entra_user);
    acs_user_detail_free(detail);
    acs_teams_extension_assignment_free(assignment);
    acs_teams_extension_assignment_free(assigned);
    acs_user_free(found);
    acs_user_token_free(found_with_token);
}

static void read_answer(const char *text, size_t len)
{
    static const int32_t statuses[] = {200, 201, 204, 400, 401, 403, 404, 429, 503};
    acs_raw_response response;
    acs_raw_response_init(&response, sizeof response);
    response.body = (acs_bytes){(const uint8_t *)text, len};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        response.status = statuses[i];
        read_response(&response);
    }
}

static void read_header(const char *text)
{
    static const char *const names[] = {"Retry-After", "retry-after-ms", "X-MS-Retry-After-MS", "MS-CV",
                                        "Date"};
    acs_header headers[] = {{NULL, text}, {text, text}};
    acs_raw_response response;
    acs_raw_response_init(&response, sizeof response);
    response.status = 429;
    response.received_at = 1730797687;
    response.headers = headers;
    response.header_count = 2;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        headers[0].name = names[i];
        int64_t wait = acs_retry_after_ms(&response);
        HOLDS(wait >= -1, text);
        read_response(&response);
    }
}

static void read_toml(const char *text)
{
    READ(acs_handler_settings, settings, acs_handler_settings_from_toml, text);
    acs_handler_settings_free(settings);
}

/* A prepared request can be signed, unchanged. */
static void read_user_id(const char *text)
{
    const char *scopes[] = {text};
    READ(acs_endpoint, endpoint, acs_endpoint_parse, ENDPOINT);
    READ(acs_prepared_request, issue, acs_prepare_issue_token, endpoint, text, scopes, 1, 3600, NULL);
    READ(acs_prepared_request, remove, acs_prepare_delete_user, endpoint, text, NULL);
    READ(acs_prepared_request, versioned, acs_prepare_create_user, endpoint, text);
    acs_prepared_request *const requests[] = {issue, remove, versioned};
    acs_access_key *key = a_key();
    for (size_t i = 0; i < 3; i++) {
        const char *url = acs_prepared_request_url(requests[i]);
        if (url != NULL) {
            acs_signed_headers *headers = sign(key, url);
            HOLDS(headers != NULL, url);
            HOLDS(strcmp(url + strlen(ENDPOINT), acs_signed_headers_target(headers)) == 0, url);
            acs_signed_headers_free(headers);
        }
        acs_prepared_request_free(requests[i]);
    }
    acs_access_key_free(key);
    acs_endpoint_free(endpoint);
}

static void read_authority(const char *text)
{
    acs_cloud_options options;
    acs_cloud_options_init(&options, sizeof options);
    options.kind = ACS_CLOUD_CUSTOM;
    options.authority = text;
    options.teams_resource = text;
    READ(acs_cloud, cloud, acs_cloud_new, &options);
    judge_text(acs_cloud_authority(cloud));
    acs_cloud_free(cloud);
}

void parsing_run(const uint8_t *data, size_t len)
{
    if (len == 0) {
        return;
    }
    /* A block of its own size, so that a read beyond its end is detected. */
    char *text = (char *)malloc(len);
    HOLDS(text != NULL, "no memory");
    memcpy(text, data + 1, len - 1);
    text[len - 1] = '\0';
    bool is_utf8 = judge_is_utf8(text);
    switch ((enum parser)(data[0] % PARSERS)) {
    case PARSE_ENDPOINT:
        read_endpoint(text);
        break;
    case PARSE_CONNECTION_STRING:
        read_connection_string(text);
        break;
    case PARSE_ACCESS_KEY:
        read_access_key(text);
        break;
    case PARSE_URL:
        read_url(text);
        break;
    case PARSE_TOKEN:
        if (is_utf8) {
            read_token(text);
        }
        break;
    case PARSE_CLAIMS:
        read_claims(text);
        break;
    case PARSE_ANSWER:
        read_answer(text, len - 1);
        break;
    case PARSE_HEADER:
        read_header(text);
        break;
    case PARSE_TOML:
        read_toml(text);
        break;
    case PARSE_USER_ID:
        read_user_id(text);
        break;
    case PARSE_AUTHORITY:
        read_authority(text);
        break;
    case PARSERS:
        break;
    }
    free(text);
}
