/* One run: some programs at once, from nothing to nothing left. */
#ifndef RUN_H
#define RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "program.h"

/* No run takes as long, whatever it runs under; what does hangs. */
enum { RUN_SECONDS = 240 };

/* Before the first run. */
void run_prepare(void);
/* `forks`: one program, which goes on in children, too. */
void run(const uint8_t *data, size_t len, bool forks);
/* After the last one. */
void run_forget(void);

/* The end of the run, here or in a child: frees all, and holds the library to have given back all. */
void run_end(struct program *programs, size_t count);
void run_has_faults(void);
void run_has_child(pid_t child);
void run_forked(void);

#endif
