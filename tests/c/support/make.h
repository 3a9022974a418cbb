/* What most tests need: clients, handlers and tokens of the emulator, and a service that never answers. */
#ifndef MAKE_H
#define MAKE_H

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Under valgrind, on an emulated processor and on a busy machine, what takes milliseconds can take seconds. */
#define PATIENCE_MS 60000

/* Over plain http, and over https with the emulator's CA. */
acs_client *make_client(void);
acs_client *make_https_client(void);
/* Its service takes connections and never answers. */
acs_client *make_hanging_client(void);
const char *hanging_url(void);

/* Options of a handler that fits the emulator; what they point to lives until the emulator is stopped. */
/* Settings that fit the emulator, to be freed. */
acs_handler_settings *make_settings(void);

/* Options with such settings, which stay until the process ends. */
void make_handler_options(acs_handler_options *options);
acs_handler *make_handler(void);
/* Options of a verifier that takes the emulator's callers. */
void make_verifier_options(acs_verifier_options *options);
/* The emulator as a cloud; the caller frees it. */
acs_cloud *make_cloud(void);

/* Tokens of the first user, to be freed: what the service exchanges, and what the back end's callers show. */
char *make_teams_token(void);
char *make_caller_token(void);
/* A well-formed access key that nobody has; to be freed. */
char *make_access_key(void);

#ifdef __cplusplus
}
#endif

#endif
