/* What differs between Unix and Windows. Forks are tested where there are any: `#ifndef _WIN32`. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "acs_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef _WIN32
/* As POSIX has it. */
ssize_t getline(char **line, size_t *size, FILE *file);
#endif

/* Starts `program` with one argument and returns the first line of its standard output, to be freed. It ends when system_end
 * closes its standard input, and when this process ends. One at a time. */
char *system_start(const char *program, const char *argument);
void system_end(void);
/* Ends this process after this time, as a failure; 0: no longer. */
void system_end_within(unsigned seconds);
/* Threads of this process. */
size_t system_threads(void);
/* A port of 127.0.0.1 to which connections can be made; nobody accepts them. */
int system_listen_only(void);
void system_random(unsigned char *bytes, size_t count);
void system_set_variable(const char *name, const char *value);
/* Whether what acs_queue_fd gives is ready within this time; -1 waits for it. */
bool system_is_ready(const acs_queue *queue, int timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
