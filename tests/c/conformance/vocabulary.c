#include "vocabulary.h"

#include <stddef.h>
#include <string.h>

typedef enum kind { ANYTHING, TEXT, BOOLEAN, INTEGER, NATURAL, OBJECT, STATUS } kind;

/* A member by its name: what it is, and whether it must be there. */
typedef struct member {
    const char *name;
    kind kind;
    bool list; /* of such values */
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
    "update_access_key",
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
    {.name = "token", .kind = TEXT, .required = true},
    {.name = "expires_in_s", .kind = NATURAL, .required = true},
    {.name = NULL},
};
static const member CLIENT[] = {
    {.name = "transport", .kind = TEXT, .words = TRANSPORTS},
    {.name = "trust_ca", .kind = BOOLEAN},
    {.name = "connection_string", .kind = TEXT},
    {.name = "secondary_access_key", .kind = TEXT},
    {.name = "token_credential", .kind = OBJECT, .members = TOKEN_CREDENTIAL},
    {.name = "allow_insecure_endpoint", .kind = BOOLEAN},
    {.name = "api_version", .kind = TEXT},
    {.name = "application_id", .kind = TEXT},
    {.name = "preflight", .kind = TEXT, .words = PREFLIGHTS},
    {.name = "timeout_ms", .kind = NATURAL},
    {.name = "max_attempts", .kind = NATURAL},
    {.name = NULL},
};
static const member MINT[] = {
    {.name = "as", .kind = TEXT, .required = true},
    {.name = "user", .kind = TEXT},
    {.name = "client_id", .kind = TEXT},
    {.name = "kind", .kind = TEXT},
    {.name = "attack", .kind = TEXT},
    {.name = "version", .kind = NATURAL},
    {.name = "lifetime", .kind = INTEGER},
    {.name = "scope", .kind = TEXT},
    {.name = NULL},
};
static const member EARLIER_CALL[] = {
    {.name = "as", .kind = TEXT},
    {.name = "operation", .kind = TEXT, .required = true, .words = OPERATIONS},
    {.name = "arguments", .kind = OBJECT},
    {.name = NULL},
};
static const member ACTION[] = {
    {.name = "faults", .kind = OBJECT, .list = true},
    {.name = "clock", .kind = OBJECT},
    {.name = "behaviour", .kind = OBJECT},
    {.name = "access_keys", .kind = OBJECT},
    {.name = "mint", .kind = OBJECT, .members = MINT},
    {.name = "call", .kind = OBJECT, .members = EARLIER_CALL},
    {.name = NULL},
};
static const member CALL[] = {
    {.name = "operation", .kind = TEXT, .required = true, .words = OPERATIONS},
    {.name = "arguments", .kind = OBJECT},
    {.name = "timeout_ms", .kind = NATURAL},
    {.name = "client_request_id", .kind = TEXT},
    {.name = NULL},
};
static const member ERROR[] = {
    {.name = "kind", .kind = TEXT, .required = true},
    {.name = "status", .kind = ANYTHING},
    {.name = "code", .kind = ANYTHING},
    {.name = "target", .kind = ANYTHING},
    {.name = "reason", .kind = ANYTHING},
    {.name = "retry_after_ms", .kind = ANYTHING},
    {.name = "client_request_id", .kind = ANYTHING},
    {.name = "ms_cv", .kind = ANYTHING},
    {.name = NULL},
};
static const member TOOK[] = {
    {.name = "at_least", .kind = NATURAL},
    {.name = "at_most", .kind = NATURAL},
    {.name = NULL},
};
static const member SAYS[] = {
    {.name = "endpoint", .kind = ANYTHING},
    {.name = "clock_skew_seconds", .kind = ANYTHING},
    {.name = NULL},
};
static const member ASKED[] = {
    {.name = "calls", .kind = NATURAL, .required = true},
    {.name = "scopes", .kind = TEXT, .list = true},
    {.name = NULL},
};
static const member EXPECT[] = {
    {.name = "ok", .kind = OBJECT},
    {.name = "error", .kind = OBJECT, .members = ERROR},
    {.name = "never_shown", .kind = TEXT, .list = true},
    {.name = "took_ms", .kind = OBJECT, .members = TOOK},
    {.name = "client", .kind = OBJECT, .members = SAYS},
    {.name = "credential", .kind = OBJECT, .members = ASKED},
    {.name = NULL},
};
static const member TOKEN[] = {
    {.name = "token", .kind = TEXT, .required = true},
    {.name = "active", .kind = BOOLEAN, .required = true},
    {.name = "reason", .kind = TEXT},
    {.name = NULL},
};
static const member SEEN[] = {
    {.name = "attempts", .kind = STATUS, .list = true},
    {.name = "each", .kind = OBJECT},
    {.name = "in_order", .kind = OBJECT, .list = true},
    {.name = "same_headers", .kind = TEXT, .list = true},
    {.name = "different_headers", .kind = TEXT, .list = true},
    {.name = "identities", .kind = NATURAL},
    {.name = "tokens", .kind = OBJECT, .list = true, .members = TOKEN},
    {.name = NULL},
};
static const member CASE[] = {
    {.name = "name", .kind = TEXT, .required = true},
    {.name = "about", .kind = TEXT, .required = true},
    {.name = "source", .kind = TEXT, .required = true, .words = SOURCES},
    {.name = "hosts", .kind = TEXT, .required = true, .words = HOSTS},
    {.name = "client", .kind = OBJECT, .members = CLIENT},
    {.name = "handler", .kind = OBJECT},
    {.name = "before", .kind = OBJECT, .list = true, .members = ACTION, .only_one = true},
    {.name = "call", .kind = OBJECT, .required = true, .members = CALL},
    {.name = "expect", .kind = OBJECT, .required = true, .members = EXPECT},
    {.name = "emulator", .kind = OBJECT, .members = SEEN},
    {.name = NULL},
};

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
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
    case STATUS:
        return json_is_integer(value) || json_is_null(value);
    }
    return false;
}

static bool is_valid(const json_t *value, const member *as, failure *why);

static bool are_valid(const json_t *values, const member *as, failure *why)
{
    if (!json_is_array(values)) {
        return fail_with(why, "is no list: ", values);
    }
    size_t index;
    json_t *value;
    json_array_foreach(values, index, value)
    {
        if (!is_valid(value, as, why)) {
            return false;
        }
    }
    return true;
}

static const member *find(const member *members, const char *name)
{
    while (members->name != NULL && strcmp(members->name, name) != 0) {
        members++;
    }
    return members->name != NULL ? members : NULL;
}

static bool has_members(const json_t *object, const member *members, failure *why)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        const member *known = find(members, name);
        if (known == NULL) {
            return fail(why, "there is no member %s", name);
        }
        if (!(known->list ? are_valid(value, known, why) : is_valid(value, known, why))) {
            return fail_at(why, "%s: ", name);
        }
    }
    for (; members->name != NULL; members++) {
        if (members->required && json_object_get(object, members->name) == NULL) {
            return fail(why, "the member %s is missing", members->name);
        }
    }
    return true;
}

static bool is_valid(const json_t *value, const member *as, failure *why)
{
    if (!is_of_kind(value, as->kind)) {
        return fail_with(why, "has no such value: ", value);
    }
    if (as->words != NULL && !is_one_of(json_string_value(value), as->words)) {
        return fail(why, "there is no word %s", json_string_value(value));
    }
    if (as->only_one && json_object_size(value) != 1) {
        return fail_with(why, "has one member: ", value);
    }
    return as->members == NULL || has_members(value, as->members, why);
}

bool is_case(const json_t *value, failure *why)
{
    return is_valid(value, &(member){.kind = OBJECT, .members = CASE}, why);
}
