/* A program: bytes that are read as one call after the other. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "acs_auth.h"
#include "judge.h"
#include "ledger.h"
#include "pool.h"
#include "texts.h"

enum { OWN_QUEUES = 2 };

struct program {
    struct input input;
    struct arena arena;
    struct pool pool;
    acs_queue *queues[OWN_QUEUES];
    unsigned submissions;
    bool forks;
    unsigned children;
};

/* Handles that all programs of a run, and callbacks, use at once. They outlive all of them. */
struct shared {
    acs_client *client;
    acs_client *https_client;
    acs_client *hanging_client;
    acs_exchanger *exchanger;
    acs_handler *handler;
    acs_verifier *verifier;
    acs_queue *queue;
    acs_cloud *cloud;
    /* Of the handler. */
    acs_handler_options options;
};
extern struct shared shared;
void shared_init(void);
/* Frees them, with the completions left in the queue. */
void shared_free(void);

typedef void (*operation)(struct program *program);
struct operations {
    const operation *items;
    size_t count;
};
extern const struct operations pure_operations;
extern const struct operations preparing_operations;
extern const struct operations parsing_operations;
extern const struct operations client_operations;
extern const struct operations exchange_operations;
extern const struct operations user_credential_operations;
extern const struct operations handler_operations;
extern const struct operations completion_operations;
extern const struct operations process_operations;
#define OPERATIONS(name, ...) \
    static const operation name##_items[] = {__VA_ARGS__}; \
    const struct operations name = {name##_items, sizeof name##_items / sizeof *name##_items}

/* Reads calls from the bytes and makes them, until the bytes are used up. */
void program_run(struct program *program);
/* Frees everything that it created. */
void program_end(struct program *program);

/* Takes a completion's result, twice, reads it, and keeps or frees it. */
void completion_take_apart(struct program *program, acs_completion *completion);

/* An option struct with room behind it, filled with its defaults. Its struct_size may be wrong. */
#define OPTIONS(program, type, name) \
    union { \
        type options; \
        unsigned char bytes[sizeof(type) + SIZE_ODD_MORE]; \
    } name##_storage; \
    memset(&name##_storage, 0, sizeof name##_storage); \
    const size_t name##_size = input_struct_size(&(program)->input, sizeof(type)); \
    type##_init(&name##_storage.options, name##_size); \
    if (name##_size == sizeof(type) + SIZE_ODD_MORE && input_once_in(&(program)->input, 2)) { \
        name##_storage.bytes[sizeof(type)] = 1; \
    } \
    type *const name = &name##_storage.options

/* The place for an error, or none. */
#define ERROR_PLACE(program, error) (input_once_in(&(program)->input, 8) ? NULL : &(error))
#define RESULT_PLACE(program, result) (input_once_in(&(program)->input, 16) ? NULL : &(result))

/* Calls `function` with arguments, a place for a handle and one for an error. `made` is the handle, or NULL. */
#define MAKE(program, type, made, function, ...) \
    type *made = (type *)UNTOUCHED; \
    { \
        static struct tally tally = {.name = #function}; \
        acs_error *made_error = (acs_error *)UNTOUCHED; \
        acs_error **made_error_place = ERROR_PLACE(program, made_error); \
        type **made_place = RESULT_PLACE(program, made); \
        acs_status made_status = function(__VA_ARGS__, made_place, made_error_place); \
        judge_status(&tally, made_status, made_error_place); \
        HOLDS((made_status == ACS_STATUS_OK) == (made != (type *)UNTOUCHED), #function); \
        HOLDS(made != NULL, #function); \
        made = made_status == ACS_STATUS_OK ? made : NULL; \
    }

/* The same, and puts the handle into the pool. */
#define MAKE_INTO_POOL(program, handle_type, type, function, ...) \
    { \
        MAKE(program, type, made, function, __VA_ARGS__) \
        pool_put(&(program)->pool, &(program)->input, handle_type, (struct handle){.pointer = made}); \
    }

/* Calls `function` with arguments and a place for an error; it creates nothing. */
#define DO(program, function, ...) \
    { \
        static struct tally tally = {.name = #function}; \
        acs_error *do_error = (acs_error *)UNTOUCHED; \
        acs_error **do_error_place = ERROR_PLACE(program, do_error); \
        judge_status(&tally, function(__VA_ARGS__, do_error_place), do_error_place); \
    }

#define PICK(program, handle_type) (pool_pick(&(program)->pool, &(program)->input, handle_type).pointer)
#define TEXT(program, kind) text_of(&(program)->input, &(program)->arena, kind)
#define OPTIONAL_TEXT(program, kind) optional_text_of(&(program)->input, &(program)->arena, kind)
#define SOUND_TEXT(program, kind) sound_text_of(&(program)->input, kind)
#define LIST(program, kind) list_of(&(program)->input, &(program)->arena, kind)
#define ONCE_IN(program, times) input_once_in(&(program)->input, times)

/* The access key that the service knows, or an invalid one: NULL, empty, or not UTF-8. */
const char *service_key(struct program *program);

/* Borrowed from a connection string, too. */
const acs_endpoint *some_endpoint(struct program *program);

/* The arguments of an exchange. Half of the time they fit together: each exchange succeeds with its own kind
 * of token. */
struct exchange {
    const char *token;
    const char *client_id;
    const char *object_id;
};
struct exchange exchange_of(struct program *program);

/* A credential that answers in one of all possible ways. The library owns its lease only if the function that it
 * is passed to succeeds. */
struct lease *lend_credential(struct program *program, acs_token_credential *credential);

/* Sets any setting, or one that doesn't exist, to any value. */
void set_any(struct program *program, acs_handler_settings *settings);

/* A submission: begun, passed to a function, and ended with its status. */
struct submission {
    union {
        acs_delivery delivery;
        unsigned char bytes[sizeof(acs_delivery) + SIZE_ODD_MORE];
    } storage;
    const acs_delivery *delivery;
    struct ticket *ticket;
    acs_call *call;
    acs_call **call_place;
    acs_error *error;
    acs_error **error_place;
};
void submission_begin(struct program *program, struct submission *submission);
void submission_end(struct program *program, struct submission *submission, struct tally *tally,
                    acs_status status);
#define SUBMIT(program, function, ...) \
    { \
        static struct tally tally = {.name = #function}; \
        struct submission submission; \
        submission_begin(program, &submission); \
        acs_status submit_status = \
            function(__VA_ARGS__, submission.delivery, submission.call_place, submission.error_place); \
        submission_end(program, &submission, &tally, submit_status); \
    }

#endif
