/* The emulator: started at the first use, once a test program, and stopped by check_done. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <jansson.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The start line. */
const json_t *emulator_info(void);
/* A text of the start line by its path: "connection_string_http", "spa.client_id", "users.0.object_id". */
const char *emulator_text(const char *path);
/* The PEM of its CA, once read. */
const char *emulator_ca(void);
/* Its access key, which must be seen nowhere. */
const char *emulator_access_key(void);

/* The control API: `path` begins after /_emulator. The answer is to be json_decref'd; another status than 2xx
 * ends the process. `body` may be NULL, and its reference is taken. */
json_t *emulator_control(const char *method, const char *path, json_t *body);
/* The same where the answer does not matter. */
void emulator_do(const char *method, const char *path, json_t *body);
void emulator_reset(void);
/* Adds a fault, whose reference is taken: json_pack("{s:s,s:i}", "operation", "acs", "status", 503). */
void emulator_fault(json_t *fault);
/* A token by the query of /mint: "kind=teams&attack=expired"; to be freed. */
char *emulator_mint(const char *query);
/* How many requests for `operation` have come since the last reset. */
size_t emulator_request_count(const char *operation);
void emulator_stop(void);

#ifdef __cplusplus
}
#endif

#endif
