/* One HTTP request at a time, by libcurl. */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sends `body` (NULL: none) as JSON and gives the status; `*answer` is the body as text, to be freed. Any
 * thread may call, and so may a forked child; the connection is kept for the next request. Ends the process
 * when nothing answers. */
long http_request(const char *method, const char *url, const char *body, char **answer);
/* `text` percent-encoded for a query; to be freed. */
char *http_escape(const char *text);
void http_stop(void);

#ifdef __cplusplus
}
#endif

#endif
