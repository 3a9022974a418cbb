/* Functions that differ between Unix and Windows. Tests that fork are within `#ifndef _WIN32`. */
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
/* As in POSIX. */
ssize_t getline(char **line, size_t *size, FILE *file);
#endif

/* Starts `program` with one argument and returns the first line of its standard output, which the caller
 * frees. The program ends when system_end closes its standard input or this process ends. Only one program
 * can be running. */
char *system_start(const char *program, const char *argument);
void system_end(void);
/* Runs `program` with up to MOST_ARGUMENTS arguments, which end with NULL and contain no spaces or quotes. Stores
 * what it prints to both streams in `text`, and returns its exit code. */
#define MOST_ARGUMENTS 3
int system_run(const char *program, const char *const *arguments, char *text, size_t size);
/* Ends this process as failed after this time; 0: cancels that. */
void system_end_within(unsigned seconds);
/* The number of threads of this process. */
size_t system_threads(void);
/* A port of 127.0.0.1 on which connections can be made but nothing accepts them. */
int system_listen_only(void);
void system_random(unsigned char *bytes, size_t count);
void system_set_variable(const char *name, const char *value);
/* Waits for up to this time, or forever for -1, until acs_queue_fd's result is ready. False if it isn't. */
bool system_is_ready(const acs_queue *queue, int timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
