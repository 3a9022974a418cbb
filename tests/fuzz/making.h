/* Calls that make handles, with options that a caller should and should not set. */
#ifndef FUZZ_MAKE_H
#define FUZZ_MAKE_H

#include "input.h"

/* What programs are about: an emulator on loopback, tokens that it takes, ids that it knows. */
struct world {
    char connection_string[512];
    char endpoint[128];
    char access_key[256];
    char client_id[64];
    char user[64];
    char tenant[64];
    char api_client_id[64];
    char authority[128];
    char *teams_token;
    char *expired_token;
    char *bearer;
};

extern struct world world;

/* Makes one of each that calls need, so that a program does not have to happen upon them. */
void make_what_is_needed(void);
/* Makes one handle of some kind, or tries to. */
void make_something(struct input *input);

#endif
