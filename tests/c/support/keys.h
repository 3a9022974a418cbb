/* Waiting for the issuer's keys: a fetch has a bound of 4 s, and on an emulated processor the first ones may take
 * longer. */
#ifndef KEYS_H
#define KEYS_H

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Waits until the keys have been fetched once, or fails after PATIENCE_MS. */
void wait_for_keys(const acs_verifier *verifier);
void wait_for_handler_keys(const acs_handler *handler);

/* acs_verifier_verify and acs_handler_handle, which are repeated for up to PATIENCE_MS while the keys cannot be
 * fetched. The caller frees the response. */
acs_status verify_with_keys(const acs_verifier *verifier, const char *token, acs_verified_token **verified,
                            acs_error **error);
acs_response *handle_with_keys(const acs_handler *handler, const acs_request *request);

#ifdef __cplusplus
}
#endif

#endif
