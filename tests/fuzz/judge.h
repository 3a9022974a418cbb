/* What must hold of every call, and who says so when it does not. */
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

/* What a call came to. `error` is NULL where the caller gave no place for one. Frees it. */
void judge_status(struct tally *tally, acs_status status, acs_error **error);
/* Looks at all that an error has, and that it tells no secret. */
void judge_error(const acs_error *error, acs_status status);
/* A text of the library's: UTF-8, without secrets. NULL is none. */
void judge_text(const char *text);
bool judge_is_utf8(const char *text);
/* Texts that must never be seen in errors and logs. */
void judge_add_secret(const char *secret);

/* TELL_EACH prints how often each function of the header that gives an acs_status has succeeded and failed, and
 * TELL_COUNTS how many calls there were. Whether all have done both. */
enum telling { TELL_NOTHING, TELL_COUNTS, TELL_EACH };
bool judge_has_seen_all(const char *header_path, enum telling telling);

#endif
