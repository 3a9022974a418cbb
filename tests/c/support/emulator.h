/* The emulator: started at its first use, once per test program, and stopped by check_done. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <jansson.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The start line. */
const json_t *emulator_info(void);
/* A text of the start line, by its path such as "connection_string_http", "spa.client_id",
 * "users.0.object_id". */
const char *emulator_text(const char *path);
/* The PEM of its CA; read only once. */
const char *emulator_ca(void);
/* Its access key, which must not appear anywhere. */
const char *emulator_access_key(void);

/* Calls the control API; `path` is the part after /_emulator. `body` may be NULL, and its reference is
 * stolen. The caller calls json_decref for the response. A status other than 2xx ends the process. */
json_t *emulator_control(const char *method, const char *path, json_t *body);
/* The same, without a result. */
void emulator_do(const char *method, const char *path, json_t *body);
void emulator_reset(void);
/* Adds a fault and steals its reference: json_pack("{s:s,s:i}", "operation", "acs", "status", 503). */
void emulator_fault(json_t *fault);
/* A token for the query of /mint, such as "kind=teams&attack=expired". The caller frees it. */
char *emulator_mint(const char *query);
/* How many requests for `operation` have arrived since the last reset. */
size_t emulator_request_count(const char *operation);
void emulator_stop(void);

#ifdef __cplusplus
}
#endif

#endif
