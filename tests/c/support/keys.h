/* Waiting for the issuer's keys: a fetch times out after 4 s, which on an emulated processor the first ones may
 * exceed. */
#ifndef KEYS_H
#define KEYS_H

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Waits until the keys have been fetched once, or fails after PATIENCE_MS. */
void wait_for_keys(const acs_verifier *verifier);
void wait_for_handler_keys(const acs_handler *handler);

/* Like acs_verifier_verify and acs_handler_handle, repeated for up to PATIENCE_MS while the keys cannot be fetched
 * (for a handler: while it responds with 503). The caller frees the response. */
acs_status verify_with_keys(const acs_verifier *verifier, const char *token, acs_verified_token **verified,
                            acs_error **error);
acs_response *handle_with_keys(const acs_handler *handler, const acs_request *request);

#ifdef __cplusplus
}
#endif

#endif
