/* What all ways to wait share: a client, and the handling of a completion. */
#ifndef OURS_H
#define OURS_H

#include "acs_auth.h"
#include "contender.h"

acs_client *ours_client(const struct target *target);
void ours_submit(const acs_client *client, const struct target *target, const acs_delivery *delivery);
/* Reads the token, and frees it and the completion. */
void ours_read(acs_token *token);
void ours_finish(acs_completion *completion);
_Noreturn void ours_die(acs_error *error);

#endif
