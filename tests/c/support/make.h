/* Helpers for most tests: clients, handlers and tokens of the emulator, and a service that never answers. */
#ifndef MAKE_H
#define MAKE_H

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How long to wait for what usually takes milliseconds: under valgrind, on an emulated processor or on a busy
 * machine, these can become seconds. */
#define PATIENCE_MS 60000

/* Clients of the emulator, over plain http and over https with the emulator's CA. */
acs_client *make_client(void);
acs_client *make_https_client(void);
/* A client whose service accepts connections and never answers. */
acs_client *make_hanging_client(void);
const char *hanging_url(void);

/* Settings for the emulator. The caller frees them. */
acs_handler_settings *make_settings(void);

/* Options with such settings, which live until the process ends. */
void make_handler_options(acs_handler_options *options);
acs_handler *make_handler(void);
/* Options of a verifier that accepts the tokens of the emulator's callers. */
void make_verifier_options(acs_verifier_options *options);
/* The emulator as a cloud; the caller frees it. */
acs_cloud *make_cloud(void);

/* Tokens of the first user: one that the service exchanges, and one of a caller of the back end. The caller
 * frees them. */
char *make_teams_token(void);
char *make_caller_token(void);
/* A random, well-formed access key. The caller frees it. */
char *make_access_key(void);

#ifdef __cplusplus
}
#endif

#endif
