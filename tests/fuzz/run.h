/* One run: some programs at once, after which nothing may be left. */
#ifndef RUN_H
#define RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "program.h"

/* Longer than any run takes, even under valgrind: a run that exceeds it hangs. */
enum { RUN_SECONDS = 240 };

/* Before the first run. */
void run_prepare(void);
/* `forks`: one program, which continues in children, too. */
void run(const uint8_t *data, size_t len, bool forks);
/* After the last one. */
void run_forget(void);

/* The end of the run, here or in a child: frees everything, and checks that the library has given back
 * everything. */
void run_end(struct program *programs, size_t count);
void run_has_faults(void);
void run_has_child(pid_t child);
void run_forked(void);

#endif
