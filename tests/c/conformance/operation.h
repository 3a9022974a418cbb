/* The operations of the service, and the arguments that each of them has. */
#ifndef ACS_CONFORMANCE_OPERATION_H
#define ACS_CONFORMANCE_OPERATION_H

#include "arguments.h"

typedef enum operation_id {
    CREATE_USER,
    CREATE_USER_AND_TOKEN,
    GET_TOKEN,
    REVOKE_TOKENS,
    DELETE_USER,
    UPDATE_ACCESS_KEY,
    GET_TOKEN_FOR_TEAMS_USER,
    GET_TOKEN_FOR_TEAMS_EXTENSION_USER,
} operation_id;

typedef enum gives { GIVES_USER, GIVES_TOKEN, GIVES_BOTH, GIVES_NOTHING } gives;

typedef struct operation {
    const char *name;
    operation_id id;
    gives gives;
    unsigned arguments;
} operation;

/* By its name; NULL if it is none. */
const operation *operation_named(const char *name);

/* Those that an operation does not have are NULL, 0 or ACS_DEFAULT. */
typedef struct operation_arguments {
    const char *user;
    const char *const *scopes;
    size_t scope_count;
    int64_t token_expires_in_s;
    const char *aad_token;
    const char *client_id;
    const char *user_object_id;
    const char *access_key;
    const char *secondary_access_key;
} operation_arguments;

void take_operation_arguments(arguments *a, const operation *of, operation_arguments *taken);

#endif
