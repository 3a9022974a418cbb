/* A token credential that gives the same token each time and notes what it is asked for. */
#ifndef ACS_CONFORMANCE_CREDENTIAL_H
#define ACS_CONFORMANCE_CREDENTIAL_H

#include <jansson.h>

#include "acs_auth.h"

typedef struct credential credential;

credential *credential_new(const char *token, int64_t expires_in_s);
/* What the library is given. Its share is given up by the library, or by the caller if the library did not
 * take it. */
acs_token_credential credential_share(credential *credential);
/* Gives up a share; the last one frees it. Nothing for NULL. */
void credential_free(credential *credential);

/* The scopes that it was asked for, each time: a list of lists. */
json_t *credential_asked(credential *credential);

#endif
