/* What is measured: a way to exchange a user's token, with a number of exchanges in flight. */
#ifndef CONTENDER_H
#define CONTENDER_H

#include <stddef.h>

/* One resource of the emulator, and a user's token that it accepts. */
struct target {
    const char *endpoint; /* with the slash at its end */
    const char *access_key;
    const char *root_certificates_pem;
    const char *ca_file;
    const char *aad_token;
    const char *client_id;
    const char *user_object_id;
    int only_http1; /* over TLS; plain http is HTTP/1.1 anyway */
};

struct contender {
    const char *name;
    void *(*start)(const struct target *target, size_t in_flight);
    /* Makes `count` exchanges, all of which must succeed. */
    void (*exchange)(void *state, size_t count);
    void (*stop)(void *state);
};

extern const struct contender curl_multi_by_epoll;
extern const struct contender curl_multi_by_poll;
extern const struct contender curl_multi_lean;
extern const struct contender ours_by_callback;
extern const struct contender ours_by_queue;
extern const struct contender ours_by_threads;

/* Ends the program with an error. */
_Noreturn void die(const char *what, const char *why);
/* Ends the program with an error unless the token has at least 100 characters and is valid for another minute. */
void must_be_token(const char *token, long long expires_on);

#endif
