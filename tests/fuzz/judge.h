/* Checks what must hold for every call, and reports a violation. */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "acs_auth.h"

/* Which input is being run; named by every failure. */
extern char judge_input[128];

/* Ends the process: an invariant is broken. */
_Noreturn void judge_broken(const char *what, const char *detail);
#define HOLDS(condition, detail) ((condition) ? (void)0 : judge_broken(#condition, detail))

/* Ends the process if the input takes longer than this, with a message that names it. */
void judge_alarm(unsigned seconds);

/* Where outputs and errors point to before a call, so that a write is seen. */
extern char judge_untouched;
#define UNTOUCHED ((void *)&judge_untouched)

/* How often a function succeeded and failed. */
struct tally {
    const char *name;
    atomic_size_t ok;
    atomic_size_t failed;
    struct tally *next;
    atomic_bool is_listed;
};

/* Judges the outcome of a call. `error` is NULL if the caller passed no place for one. Frees it. */
void judge_status(struct tally *tally, acs_status status, acs_error **error);
/* Reads every member of an error, and checks that none contains a secret. */
void judge_error(const acs_error *error, acs_status status);
/* Checks a text of the library: UTF-8, without secrets. It may be NULL. */
void judge_text(const char *text);
bool judge_is_utf8(const char *text);
/* Adds a text that must never appear in errors and logs. */
void judge_add_secret(const char *secret);

/* Returns whether each function of the header that returns an acs_status has both succeeded and failed.
 * TELL_EACH prints how often each did, TELL_COUNTS how many calls there were. */
enum telling { TELL_NOTHING, TELL_COUNTS, TELL_EACH };
bool judge_has_seen_all(const char *header_path, enum telling telling);

#endif
