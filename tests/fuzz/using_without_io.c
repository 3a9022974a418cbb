#include <string.h>

#include "check.h"
#include "making.h"
#include "pool.h"
#include "using.h"

static acs_bytes some_bytes(struct input *input)
{
    acs_bytes bytes = {NULL, 0};
    size_t length = input_below(input, 64);
    if (!input_once_in(input, 8)) {
        length = length > input->left ? input->left : length;
        bytes.data = input->bytes;
        bytes.len = length;
        input->bytes += length;
        input->left -= length;
    } else {
        bytes.len = length;
    }
    return bytes;
}

static void prepare(struct input *input)
{
    const acs_endpoint *endpoint = pool_pick(input, ENDPOINT);
    if (endpoint == NULL) {
        endpoint = acs_connection_string_endpoint(pool_pick(input, CONNECTION_STRING));
    }
    const char *version = input_text(input, NULL);
    const char *user = input_text(input, "8:acs:a_b");
    const char *scopes[] = {input_text(input, "chat"), "voip"};
    int64_t expires_in = input_number(input, 3600);
    switch (input_below(input, 7)) {
    case 0:
        MAKE(PREPARED, acs_prepare_create_user(endpoint, version, RESULT(acs_prepared_request), error));
        break;
    case 1:
        MAKE(PREPARED, acs_prepare_create_user_and_token(endpoint, scopes, input_below(input, 3), expires_in, version,
                                                         RESULT(acs_prepared_request), error));
        break;
    case 2:
        MAKE(PREPARED, acs_prepare_issue_token(endpoint, user, scopes, input_below(input, 3), expires_in, version,
                                               RESULT(acs_prepared_request), error));
        break;
    case 3:
        MAKE(PREPARED, acs_prepare_revoke_tokens(endpoint, user, version, RESULT(acs_prepared_request), error));
        break;
    case 4:
        MAKE(PREPARED, acs_prepare_delete_user(endpoint, user, version, RESULT(acs_prepared_request), error));
        break;
    case 5:
        MAKE(PREPARED, acs_prepare_exchange_teams_user(endpoint, input_text(input, "a.b.c"), user, user, version,
                                                       RESULT(acs_prepared_request), error));
        break;
    default:
        MAKE(PREPARED, acs_prepare_exchange_teams_extension(endpoint, input_text(input, "a.b.c"), version,
                                                            RESULT(acs_prepared_request), error));
        break;
    }
}

static void sign(struct input *input)
{
    const acs_access_key *key = pool_pick(input, KEY);
    if (key == NULL) {
        key = acs_connection_string_access_key(pool_pick(input, CONNECTION_STRING));
    }
    const acs_prepared_request *request = pool_pick(input, PREPARED);
    acs_bytes body = request == NULL ? some_bytes(input) : acs_prepared_request_body(request);
    const char *url = request == NULL ? input_text(input, "https://a.example/b?c=d") : acs_prepared_request_url(request);
    for (size_t i = 0; i <= acs_prepared_request_header_count(request); i++) {
        acs_header header = acs_prepared_request_header(request, i);
        CHECK((header.name == NULL) == (header.value == NULL));
    }
    MAKE(SIGNED, acs_sign_request(key, input_text(input, "POST"), url, body, input_number(input, 1730797687),
                                  RESULT(acs_signed_headers), error));
    const acs_signed_headers *headers = pool_pick(input, SIGNED);
    if (headers != NULL) {
        CHECK(strstr(acs_signed_headers_string_to_sign(headers), acs_signed_headers_x_ms_date(headers)) != NULL);
        CHECK(acs_signed_headers_target(headers)[0] == '/');
    }
}

static void parse(struct input *input)
{
    acs_raw_response response;
    acs_raw_response_init(&response, sizeof response);
    acs_header headers[2] = {{input_text(input, "Retry-After"), input_text(input, "7")},
                             {"MS-CV", input_text(input, "cv")}};
    static const int32_t statuses[] = {200, 201, 204, 400, 401, 403, 404, 429, 500, 0, -1, 70000};
    response.status = statuses[input_below(input, sizeof statuses / sizeof statuses[0])];
    response.headers = input_once_in(input, 8) ? NULL : headers;
    response.header_count = input_below(input, 3);
    response.received_at = input_number(input, 1730797687);
    static const char both[] = "{\"identity\":{\"id\":\"8:acs:a\"},\"accessToken\":{\"token\":\"t\",\"expiresOn\":"
                               "\"2030-01-01T00:00:00.1234567+01:00\"}}";
    static const char token[] = "{\"token\":\"t\",\"expiresOn\":\"2030-01-01T00:00:00Z\"}";
    static const char failed[] = "{\"error\":{\"code\":\"ValidationError\",\"message\":\"no\",\"target\":\"appId\"}}";
    static const char *bodies[] = {both, token, failed, "{\"token\":\"a\\u0000b\",\"expiresOn\":\"2030-01-01T00:00:00Z\"}"};
    if (input_once_in(input, 4)) {
        response.body = some_bytes(input);
    } else {
        const char *body = bodies[input_below(input, 4)];
        response.body.data = (const uint8_t *)body;
        response.body.len = strlen(body) - (input_once_in(input, 8) ? 1 : 0);
    }
    const acs_raw_response *given = input_once_in(input, 16) ? NULL : &response;
    CHECK(acs_retry_after_ms(given) >= -1);
    switch (input_below(input, 5)) {
    case 0:
        MAKE(USER, acs_parse_create_user(given, RESULT(acs_user), error));
        break;
    case 1:
        MAKE(USER_TOKEN, acs_parse_create_user_and_token(given, RESULT(acs_user_token), error));
        break;
    case 2:
        MAKE(TOKEN, acs_parse_issue_token(given, RESULT(acs_token), error));
        break;
    case 3:
        MAKE(TOKEN, acs_parse_exchange_teams_user(given, RESULT(acs_token), error));
        break;
    default: {
        acs_error *error = NULL;
        acs_status status = acs_parse_delete_user(given, &error);
        CHECK((error != NULL) == (status != ACS_STATUS_OK));
        pool_put(ERROR, error);
        break;
    }
    }
}

static void inspect(struct input *input)
{
    acs_expectations expectations;
    acs_expectations_init(&expectations, sizeof expectations);
    expectations.kind = (int32_t)input_number(input, 1);
    expectations.cloud = pool_pick(input, CLOUD);
    expectations.client_id = input_text(input, world.client_id);
    expectations.user_object_id = input_text(input, world.user);
    expectations.min_remaining_s = input_number(input, 60);
    const char *tokens[] = {world.teams_token, world.expired_token, "a.b.c",
                            "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjk5OTk5OTk5OTk5OTk5OTk5OTk5fQ.c2ln"};
    MAKE(INSPECTION, acs_inspect(input_text(input, tokens[input_below(input, 4)]), &expectations,
                                 input_number(input, 1730797687), RESULT(acs_inspection), error));
    const acs_inspection *found = pool_pick(input, INSPECTION);
    size_t checks = acs_inspection_check_count(found);
    for (size_t i = 0; i <= checks; i++) {
        CHECK((acs_inspection_explanation(found, i) == NULL) == (i == checks));
        CHECK((acs_check_name(acs_inspection_check(found, i)) == NULL) == (i == checks));
    }
    int64_t time = 0;
    acs_inspection_expires_at(found, &time);
    acs_inspection_issued_at(found, NULL);
    acs_inspection_scope(found, input_below(input, 70));
}

static void key(struct input *input)
{
    acs_cache_key key;
    memset(&key, 0, sizeof key);
    acs_bytes secret = some_bytes(input);
    acs_error *error = NULL;
    acs_status status = acs_cache_key_new(secret, pool_pick(input, CLOUD), pool_pick(input, ENDPOINT),
                                          input_text(input, world.teams_token), input_text(input, world.client_id),
                                          input_text(input, world.user), &key, &error);
    CHECK((error != NULL) == (status != ACS_STATUS_OK));
    pool_put(ERROR, error);
}

void use_without_io(struct input *input)
{
    switch (input_below(input, 5)) {
    case 0:
        prepare(input);
        break;
    case 1:
        sign(input);
        break;
    case 2:
        parse(input);
        break;
    case 3:
        inspect(input);
        break;
    default:
        key(input);
        break;
    }
}
