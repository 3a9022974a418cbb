/* The handler: /api/token/teams with tokens of the emulator, rejections, health, blocking calls and
 * submissions. */
#include "acs_auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "keys.h"
#include "make.h"

static acs_handler *handler;
static char *caller;
static char *teams;

/* A request with these two tokens; NULL for none. Its texts are in `into` and the arguments. */
struct tokens {
    char bearer[8192];
    acs_header headers[3];
    acs_request request;
};

static const acs_request *with_tokens(struct tokens *into, const char *caller_token, const char *teams_token)
{
    size_t count = 0;
    acs_request_init(&into->request, sizeof into->request);
    into->request.method = "POST";
    into->request.path = "/api/token/teams";
    into->request.headers = into->headers;
    if (caller_token != NULL) {
        snprintf(into->bearer, sizeof into->bearer, "Bearer %s", caller_token);
        into->headers[count].name = "Authorization";
        into->headers[count++].value = into->bearer;
    }
    if (teams_token != NULL) {
        into->headers[count].name = "Teams-User-AAD-Token";
        into->headers[count++].value = teams_token;
    }
    into->request.header_count = count;
    return &into->request;
}

static acs_response *handled(const acs_request *request, int32_t status)
{
    acs_response *response = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_handler_handle(handler, request, &response, &error), error);
    CHECK_INT(acs_response_status(response), status);
    return response;
}

static json_t *body_of(const acs_response *response)
{
    acs_bytes body = acs_response_body(response);
    json_t *json = json_loadb((const char *)body.data, body.len, 0, NULL);
    CHECK(json != NULL);
    return json;
}

static const char *text_of(const json_t *json, const char *member)
{
    const char *text = json_string_value(json_object_get(json, member));
    CHECK(text != NULL);
    return text;
}

static void expect_token(acs_response *response)
{
    json_t *json = body_of(response);
    CHECK(strlen(text_of(json, "token")) > 100);
    CHECK_CONTAINS(text_of(json, "expiresOn"), "T");
    CHECK_TEXT(acs_response_header_value(response, "Content-Type"), "application/json");
    CHECK_TEXT(acs_response_header_value(response, "CACHE-CONTROL"), "no-store");
    CHECK(acs_response_header_value(response, "www-authenticate") == NULL);
    CHECK(acs_response_header_value(response, NULL) == NULL);
    json_decref(json);
}

static void expect_problem(acs_response *response, const char *secret)
{
    json_t *json = body_of(response);
    acs_bytes body = acs_response_body(response);
    char *text = (char *)calloc(1, body.len + 1);
    CHECK(text != NULL);
    memcpy(text, body.data, body.len);
    CHECK_TEXT(acs_response_header_value(response, "content-type"), "application/problem+json");
    CHECK_INT(json_integer_value(json_object_get(json, "status")), acs_response_status(response));
    CHECK_LACKS(text, secret);
    free(text);
    json_decref(json);
}

static void exchanges_a_teams_token(void)
{
    struct tokens tokens;
    acs_response *response = handled(with_tokens(&tokens, caller, teams), 201);
    expect_token(response);
    acs_response_free(response);
}

static void lists_its_headers(void)
{
    struct tokens tokens;
    acs_response *response = handled(with_tokens(&tokens, caller, teams), 201);
    size_t count = acs_response_header_count(response);
    CHECK(count >= 4);
    for (size_t i = 0; i < count; i++) {
        acs_header header = acs_response_header(response, i);
        CHECK(header.name != NULL && header.value != NULL);
        CHECK(strpbrk(header.name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
        CHECK(strcasecmp(header.name, "content-length") != 0);
    }
    CHECK(acs_response_header(response, count).name == NULL);
    acs_response_free(response);
}

static void answers_by_queue_and_callback(void)
{
    struct tokens tokens;
    acs_queue *queue = make_queue();
    arrivals these;
    acs_error *error = NULL;
    arrivals_init(&these);
    acs_delivery deliveries[] = {queue_delivery(queue, NULL), arrivals_delivery(&these)};
    for (int i = 0; i < 2; i++) {
        acs_call *call = NULL;
        CHECK_OK(acs_handler_handle_submit(handler, with_tokens(&tokens, caller, teams), &deliveries[i],
                                           &call, &error),
                 error);
        /* The request was copied. */
        memset(&tokens, 0x55, sizeof tokens);
        acs_completion *completion = i == 0 ? acs_queue_next(queue, ACS_WAIT_FOREVER) : arrivals_next(&these);
        CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
        acs_response *response = acs_completion_take_response(completion);
        CHECK_INT(acs_response_status(response), 201);
        expect_token(response);
        acs_response_free(response);
        acs_completion_free(completion);
        acs_call_free(call);
    }
    acs_queue_free(queue);
    arrivals_destroy(&these);
}

static void refuses_who_does_not_say_who_calls(void)
{
    struct tokens tokens;
    acs_response *response = handled(with_tokens(&tokens, NULL, teams), 401);
    CHECK_CONTAINS(acs_response_header_value(response, "www-authenticate"), "Bearer");
    expect_problem(response, teams);
    acs_response_free(response);

    static const char *const attacks[] = {"alg_none", "attacker_key_matching_kid", "expired",
                                          "wrong_aud_graph"};
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        char query[64];
        snprintf(query, sizeof query, "kind=api&attack=%s", attacks[i]);
        char *forged = emulator_mint(query);
        response = handled(with_tokens(&tokens, forged, teams), 401);
        expect_problem(response, forged);
        acs_response_free(response);
        free(forged);
    }
    char *other = emulator_mint("kind=api&attack=scp_missing");
    response = handled(with_tokens(&tokens, other, teams), 403);
    expect_problem(response, other);
    acs_response_free(response);
    free(other);
}

static void explains_a_bad_teams_token(void)
{
    struct tokens tokens;
    char *expired = emulator_mint("kind=teams&attack=expired");
    acs_response *response = handled(with_tokens(&tokens, caller, expired), 401);
    expect_problem(response, expired);
    acs_response_free(response);
    free(expired);
    response = handled(with_tokens(&tokens, caller, NULL), 400);
    expect_problem(response, caller);
    acs_response_free(response);
}

static void takes_texts_that_are_not_utf_8(void)
{
    acs_request request;
    acs_header headers[] = {{"x-\xff", "\xfe"}, {"authorization", "Bearer \xff\xfe"}};
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/api/token/teams?\xff";
    request.headers = headers;
    request.header_count = 2;
    acs_response_free(handled(&request, 401));
    request.path = "/\xff";
    acs_response_free(handled(&request, 404));
    request.method = "G\xff";
    request.path = "/healthz";
    acs_response_free(handled(&request, 405));
}

static void refuses_a_body_that_is_too_large(void)
{
    struct tokens tokens;
    uint8_t *large = (uint8_t *)calloc(1, 17000);
    with_tokens(&tokens, caller, teams);
    tokens.request.body.data = large;
    tokens.request.body.len = 17000;
    acs_response_free(handled(&tokens.request, 413));
    free(large);
}

static void tells_its_health(void)
{
    acs_request request;
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/healthz";
    acs_response *response = handled(&request, 200);
    json_t *json = body_of(response);
    CHECK_TEXT(text_of(json, "status"), "ok");
    CHECK_TEXT(text_of(json, "keys"), "reachable");
    json_decref(json);
    acs_response_free(response);
}

static void says_which_option_cannot_be_used(void)
{
    static const char *const tenants[] = {"not-a-guid"};
    acs_handler_settings *settings = make_settings();
    acs_handler_options options;
    acs_handler *made = NULL;
    acs_error *error = NULL;
    acs_handler_options_init(&options, sizeof options);
    CHECK_INT(acs_handler_new(&options, &made, &error), ACS_STATUS_INVALID_ARGUMENT);
    CHECK(acs_error_target(error) != NULL);
    acs_error_free(error);
    error = NULL;
    options.settings = settings;
    CHECK_OK(acs_handler_settings_set_list(settings, "tenant_ids", tenants, 1, &error), error);
    CHECK_REFUSED(acs_handler_new(&options, &made, &error), error, "tenant_ids");
    acs_handler_settings_free(settings);
    options.settings = settings = make_settings();
    CHECK_OK(acs_handler_settings_set_text(settings, "connection_string",
                                           "endpoint=https://a.example;accesskey=c2VjcmV0LWtleQ*", &error),
             error);
    CHECK_INT(acs_handler_new(&options, &made, &error), ACS_STATUS_INVALID_CONNECTION_STRING);
    CHECK_LACKS(acs_error_message(error), "c2VjcmV0");
    acs_error_free(error);
    acs_handler_settings_free(settings);
}

int main(void)
{
    handler = make_handler();
    caller = make_caller_token();
    teams = make_teams_token();
    wait_for_handler_keys(handler);
    RUN(exchanges_a_teams_token);
    RUN(lists_its_headers);
    RUN(answers_by_queue_and_callback);
    RUN(refuses_who_does_not_say_who_calls);
    RUN(explains_a_bad_teams_token);
    RUN(takes_texts_that_are_not_utf_8);
    RUN(refuses_a_body_that_is_too_large);
    RUN(tells_its_health);
    RUN(says_which_option_cannot_be_used);
    free(caller);
    free(teams);
    acs_handler_free(handler);
    return check_done();
}
