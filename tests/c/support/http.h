/* HTTP requests by libcurl, one at a time. */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sends `body` (NULL: none) as JSON and returns the status; `*answer` is the response's body as text, which
 * the caller frees. May be called on any thread and in a forked child. Keeps the connection for the next
 * request. Without a response it ends the process. */
long http_request(const char *method, const char *url, const char *body, char **answer);
/* Returns `text` percent-encoded for a query. The caller frees it. */
char *http_escape(const char *text);
void http_stop(void);

#ifdef __cplusplus
}
#endif

#endif
