/* Responses, tokens, settings and plain numbers: whatever is parsed without I/O. */
#include <string.h>

#include "program.h"

enum { PARSED = 14 };
/* A successful response for each, in the order of the cases below. */
static const struct {
    int32_t status;
    const char *body;
} own_answers[PARSED] = {
    {201, ANSWER_USER},        {201, ANSWER_USER_TOKEN}, {200, ANSWER_TOKEN},      {204, ""},
    {204, ""},                 {200, ANSWER_TOKEN},      {200, ANSWER_ASSIGNMENT}, {200, ANSWER_ASSIGNMENT},
    {204, ""},                 {200, ANSWER_USER_TOKEN}, {201, ANSWER_USER},       {201, ANSWER_USER_TOKEN},
    {200, ANSWER_USER_DETAIL}, {200, ANSWER_USER_TOKEN},
};

static void parse(struct program *program)
{
    OPTIONS(program, acs_raw_response, response);
    static const int32_t statuses[] = {200, 200, 200, 201, 201, 204, 204, 400, 401, 404, 429, 500, 302};
    size_t which = input_below(&program->input, PARSED);
    struct headers headers = headers_of(&program->input, &program->arena);
    response->status = ONCE_IN(program, 8) ? input_small_number(&program->input)
                                           : statuses[input_below(&program->input, 13)];
    response->headers = headers.items;
    response->header_count = headers.count;
    response->body = bytes_of(&program->input, &program->arena, TEXT_ANSWER);
    if (ONCE_IN(program, 2)) {
        response->status = own_answers[which].status;
        response->body = (acs_bytes){(const uint8_t *)own_answers[which].body, strlen(own_answers[which].body)};
    }
    if (ONCE_IN(program, 4)) {
        response->received_at = input_number(&program->input);
    }
    const acs_raw_response *given = ONCE_IN(program, 32) ? NULL : response;
    HOLDS(acs_retry_after_ms(given) >= -1, "a wait");
    switch (which) {
    case 0:
        MAKE_INTO_POOL(program, HANDLE_USER, acs_user, acs_parse_create_user, given);
        break;
    case 1:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token, acs_parse_create_user_and_token, given);
        break;
    case 2:
        MAKE_INTO_POOL(program, HANDLE_TOKEN, acs_token, acs_parse_issue_token, given);
        break;
    case 3:
        DO(program, acs_parse_revoke_tokens, given);
        break;
    case 4:
        DO(program, acs_parse_delete_user, given);
        break;
    case 5:
        MAKE_INTO_POOL(program, HANDLE_TOKEN, acs_token, acs_parse_exchange_teams_user, given);
        break;
    case 6:
        MAKE_INTO_POOL(program, HANDLE_ASSIGNMENT, acs_teams_extension_assignment,
                       acs_parse_put_teams_extension_assignment, given);
        break;
    case 7:
        MAKE_INTO_POOL(program, HANDLE_ASSIGNMENT, acs_teams_extension_assignment,
                       acs_parse_get_teams_extension_assignment, given);
        break;
    case 8:
        DO(program, acs_parse_delete_teams_extension_assignment, given);
        break;
    case 9:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token, acs_parse_exchange_entra_user, given);
        break;
    case 10:
        MAKE_INTO_POOL(program, HANDLE_USER, acs_user, acs_parse_create_user_with_custom_id, given);
        break;
    case 11:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token,
                       acs_parse_create_user_and_token_with_custom_id, given);
        break;
    case 12:
        MAKE_INTO_POOL(program, HANDLE_USER_DETAIL, acs_user_detail, acs_parse_get_user_detail, given);
        break;
    default:
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token, acs_parse_exchange_teams_extension, given);
        break;
    }
}

static void inspect(struct program *program)
{
    OPTIONS(program, acs_expectations, expectations);
    expectations->kind =
        ONCE_IN(program, 8) ? input_small_number(&program->input) : (int32_t)input_below(&program->input, 3);
    expectations->cloud = PICK(program, HANDLE_CLOUD);
    expectations->client_id = OPTIONAL_TEXT(program, TEXT_CLIENT_ID);
    expectations->user_object_id = OPTIONAL_TEXT(program, TEXT_OBJECT_ID);
    expectations->tenant_id = OPTIONAL_TEXT(program, TEXT_TENANT_ID);
    expectations->resource = OPTIONAL_TEXT(program, TEXT_NAME);
    if (ONCE_IN(program, 3)) {
        struct list audiences = LIST(program, TEXT_AUDIENCE);
        struct list scopes = LIST(program, TEXT_SCOPE);
        expectations->audiences = audiences.items;
        expectations->audience_count = audiences.count;
        expectations->scopes = scopes.items;
        expectations->scope_count = scopes.count;
    }
    if (ONCE_IN(program, 4)) {
        expectations->min_remaining_s = input_number(&program->input);
    }
    int64_t now = input_number(&program->input);
    enum text_kind kind = ONCE_IN(program, 3) ? TEXT_CALLER_TOKEN : TEXT_TEAMS_TOKEN;
    MAKE_INTO_POOL(program, HANDLE_INSPECTION, acs_inspection, acs_inspect, TEXT(program, kind),
                   ONCE_IN(program, 32) ? NULL : expectations, now);
}

struct variables {
    struct input *input;
    struct arena *arena;
};

static const char *lookup(void *user_data, const char *name)
{
    struct variables *variables = (struct variables *)user_data;
    if (input_once_in(variables->input, 24)) {
        return text_of(variables->input, variables->arena, TEXT_NAME);
    }
    if (strstr(name, "CONNECTION_STRING") != NULL) {
        return good_text_of(variables->input, TEXT_CONNECTION_STRING);
    }
    return strstr(name, "TENANT") != NULL ? good_text_of(variables->input, TEXT_TENANT_ID) : NULL;
}

static void settings_new(struct program *program)
{
    acs_handler_settings *settings = (acs_handler_settings *)UNTOUCHED;
    acs_error *error = (acs_error *)UNTOUCHED;
    acs_handler_settings **place = ONCE_IN(program, 4) ? NULL : &settings;
    acs_error **error_place = ERROR_PLACE(program, error);
    static struct tally tally = {.name = "acs_handler_settings_new"};
    acs_status status = acs_handler_settings_new(place, error_place);
    judge_status(&tally, status, error_place);
    HOLDS((status == ACS_STATUS_OK) == (settings != (acs_handler_settings *)UNTOUCHED), "settings");
    pool_put(&program->pool, &program->input, HANDLE_SETTINGS,
             (struct handle){.pointer = status == ACS_STATUS_OK ? settings : NULL});
}

static void settings(struct program *program)
{
    struct variables variables = {&program->input, &program->arena};
    const acs_handler_settings *first = PICK(program, HANDLE_SETTINGS);
    const acs_handler_settings *other = PICK(program, HANDLE_SETTINGS);
    switch (input_below(&program->input, 6)) {
    case 0:
        MAKE_INTO_POOL(program, HANDLE_SETTINGS, acs_handler_settings, acs_handler_settings_or, first, other);
        break;
    case 2:
        settings_new(program);
        break;
    case 3:
        set_any(program, PICK(program, HANDLE_SETTINGS));
        break;
    case 1:
        MAKE_INTO_POOL(program, HANDLE_SETTINGS, acs_handler_settings, acs_handler_settings_from_env,
                       ONCE_IN(program, 8) ? NULL : lookup, &variables);
        break;
    default:
        MAKE_INTO_POOL(program, HANDLE_SETTINGS, acs_handler_settings, acs_handler_settings_from_toml,
                       TEXT(program, TEXT_TOML));
        break;
    }
}

static void names(struct program *program)
{
    size_t index = input_index(&program->input);
    size_t which = input_index(&program->input);
    bool is = index < acs_setting_count();
    const char *variable = acs_setting_environment(index, which);
    HOLDS((acs_setting_toml(index) != NULL) == is && (acs_setting_about(index) != NULL) == is,
          "a setting by its index");
    HOLDS((variable != NULL) == (which < acs_setting_environment_count(index)), "a variable by its index");
    judge_text(acs_setting_about(index));
    HOLDS(acs_status_name(input_small_number(&program->input)) != NULL, "a status has a name");
    judge_text(acs_check_name(input_small_number(&program->input)));
    HOLDS(strcmp(acs_version(), ACS_VERSION) == 0 && acs_abi_version() == ACS_ABI_VERSION, "the version");
}

OPERATIONS(parsing_operations, parse, parse, parse, inspect, inspect, settings, names);
