#include "vocabulary.h"

#include <stddef.h>
#include <string.h>

typedef enum kind { ANYTHING, TEXT, BOOLEAN, INTEGER, NATURAL, OBJECT, LIST_OF_STATUSES } kind;

typedef enum shape { ONE, LIST } shape;

/* A member by its name: what it is, and whether it must be there. */
typedef struct member {
    const char *name;
    kind kind;
    shape shape;
    bool required;
    const struct member *members; /* of an object whose members are known; the last has no name */
    const char *const *words;     /* of a text that is one of these; the last is NULL */
    bool only_one;                /* an object with one of its members */
} member;

static const char *const SOURCES[] = {"own", "official_sdks", "specified", "recorded", "assumed", NULL};
static const char *const HOSTS[] = {"all", NULL};
static const char *const TRANSPORTS[] = {"http", "https", NULL};
static const char *const PREFLIGHTS[] = {"off", "warn", "enforce", NULL};
static const char *const OPERATIONS[] = {
    "create_user",
    "create_user_and_token",
    "get_token",
    "revoke_tokens",
    "delete_user",
    "get_token_for_teams_user",
    "get_token_for_teams_extension_user",
    "parse_connection_string",
    "sign_request",
    "prepare_request",
    "parse_response",
    "inspect",
    "handle",
    NULL,
};

static const member TOKEN_CREDENTIAL[] = {
    {"token", TEXT, .required = true},
    {"expires_in_s", NATURAL, .required = true},
    {NULL},
};
static const member CLIENT[] = {
    {"transport", TEXT, .words = TRANSPORTS},
    {"trust_ca", BOOLEAN},
    {"connection_string", TEXT},
    {"token_credential", OBJECT, .members = TOKEN_CREDENTIAL},
    {"allow_insecure_endpoint", BOOLEAN},
    {"api_version", TEXT},
    {"application_id", TEXT},
    {"preflight", TEXT, .words = PREFLIGHTS},
    {"timeout_ms", NATURAL},
    {"max_attempts", NATURAL},
    {NULL},
};
static const member MINT[] = {
    {"as", TEXT, .required = true},
    {"user", TEXT},
    {"client_id", TEXT},
    {"kind", TEXT},
    {"attack", TEXT},
    {"version", NATURAL},
    {"lifetime", INTEGER},
    {"scope", TEXT},
    {NULL},
};
static const member EARLIER_CALL[] = {
    {"as", TEXT},
    {"operation", TEXT, .required = true, .words = OPERATIONS},
    {"arguments", OBJECT},
    {NULL},
};
static const member ACTION[] = {
    {"faults", OBJECT, LIST},
    {"clock", OBJECT},
    {"behaviour", OBJECT},
    {"mint", OBJECT, .members = MINT},
    {"call", OBJECT, .members = EARLIER_CALL},
    {NULL},
};
static const member CALL[] = {
    {"operation", TEXT, .required = true, .words = OPERATIONS},
    {"arguments", OBJECT},
    {"timeout_ms", NATURAL},
    {"client_request_id", TEXT},
    {NULL},
};
static const member ERROR[] = {
    {"kind", TEXT, .required = true},
    {"status", ANYTHING},
    {"code", ANYTHING},
    {"target", ANYTHING},
    {"reason", ANYTHING},
    {"retry_after_ms", ANYTHING},
    {"client_request_id", ANYTHING},
    {"ms_cv", ANYTHING},
    {NULL},
};
static const member TOOK[] = {{"at_least", NATURAL}, {"at_most", NATURAL}, {NULL}};
static const member SAYS[] = {{"endpoint", ANYTHING}, {"clock_skew_seconds", ANYTHING}, {NULL}};
static const member ASKED[] = {{"calls", NATURAL, .required = true}, {"scopes", TEXT, LIST}, {NULL}};
static const member EXPECT[] = {
    {"ok", OBJECT},
    {"error", OBJECT, .members = ERROR},
    {"never_shown", TEXT, LIST},
    {"took_ms", OBJECT, .members = TOOK},
    {"client", OBJECT, .members = SAYS},
    {"credential", OBJECT, .members = ASKED},
    {NULL},
};
static const member TOKEN[] = {
    {"token", TEXT, .required = true},
    {"active", BOOLEAN, .required = true},
    {"reason", TEXT},
    {NULL},
};
static const member SEEN[] = {
    {"attempts", LIST_OF_STATUSES, LIST},
    {"each", OBJECT},
    {"in_order", OBJECT, LIST},
    {"same_headers", TEXT, LIST},
    {"different_headers", TEXT, LIST},
    {"identities", NATURAL},
    {"tokens", OBJECT, LIST, .members = TOKEN},
    {NULL},
};
static const member CASE[] = {
    {"name", TEXT, .required = true},
    {"about", TEXT, .required = true},
    {"source", TEXT, .required = true, .words = SOURCES},
    {"hosts", TEXT, .required = true, .words = HOSTS},
    {"client", OBJECT, .members = CLIENT},
    {"handler", OBJECT},
    {"before", OBJECT, LIST, .members = ACTION, .only_one = true},
    {"call", OBJECT, .required = true, .members = CALL},
    {"expect", OBJECT, .required = true, .members = EXPECT},
    {"emulator", OBJECT, .members = SEEN},
    {NULL},
};

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0)
            return true;
    }
    return false;
}

static bool is_of_kind(const json_t *value, kind kind)
{
    switch (kind) {
    case ANYTHING:
        return true;
    case TEXT:
        return json_is_string(value);
    case BOOLEAN:
        return json_is_boolean(value);
    case INTEGER:
        return json_is_integer(value);
    case NATURAL:
        return json_is_integer(value) && json_integer_value(value) >= 0;
    case OBJECT:
        return json_is_object(value);
    case LIST_OF_STATUSES:
        return json_is_integer(value) || json_is_null(value);
    }
    return false;
}

static bool is_valid(const json_t *value, const member *as, failure *why);

static const member *find(const member *members, const char *name)
{
    while (members->name != NULL && strcmp(members->name, name) != 0)
        members++;
    return members->name != NULL ? members : NULL;
}

static bool has_members(const json_t *object, const member *members, failure *why)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value) {
        const member *known = find(members, name);
        if (known == NULL)
            return fail(why, "there is no member %s", name);
        json_t *one = known->shape == LIST ? NULL : value;
        if (known->shape == LIST && !json_is_array(value))
            return fail(why, "%s is no list", name);
        if (one != NULL && !is_valid(one, known, why))
            return fail_at(why, "%s: ", name);
        size_t index;
        json_array_foreach(known->shape == LIST ? value : NULL, index, one) {
            if (!is_valid(one, known, why))
                return fail_at(why, "%s %zu: ", name, index + 1);
        }
    }
    for (; members->name != NULL; members++) {
        if (members->required && json_object_get(object, members->name) == NULL)
            return fail(why, "the member %s is missing", members->name);
    }
    return true;
}

static bool is_valid(const json_t *value, const member *as, failure *why)
{
    if (!is_of_kind(value, as->kind))
        return fail_with(why, "has no such value: ", value);
    if (as->words != NULL && !is_one_of(json_string_value(value), as->words))
        return fail(why, "there is no word %s", json_string_value(value));
    if (as->only_one && json_object_size(value) != 1)
        return fail_with(why, "has one member: ", value);
    return as->members == NULL || has_members(value, as->members, why);
}

bool is_case(const json_t *value, failure *why)
{
    return is_valid(value, &(member){.kind = OBJECT, .members = CASE}, why);
}
