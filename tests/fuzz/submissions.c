#include "submissions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "check.h"
#include "pool.h"

#define MOST 2048
#define MOST_REQUESTS 64

struct submission {
    atomic_int completions;
    /* What the callback does besides. */
    int act;
    acs_queue *queue;
    bool was_made;
    bool is_unseen;
};

static struct submission all[MOST];
static size_t count;
static size_t total;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static acs_token_request *put_off[MOST_REQUESTS];
static size_t put_off_count;

/* On a thread of the library. It uses nothing that the program may be freeing. */
static void completed(void *user_data, acs_completion *completion)
{
    struct submission *submission = user_data;
    CHECK(acs_completion_user_data(completion) == user_data);
    switch (submission->act) {
    case 0: {
        acs_error *error = NULL;
        CHECK_FAILS(acs_shutdown(10, &error), error, ACS_STATUS_INVALID_ARGUMENT);
        break;
    }
    case 1: {
        acs_client *client = NULL;
        const char *text = "endpoint=http://localhost:1;accesskey=QUJD";
        acs_status made = acs_client_from_connection_string(text, &client, NULL);
        /* It may be the end of the threads that completes this. */
        CHECK(made == ACS_STATUS_OK || made == ACS_STATUS_CANCELLED);
        acs_call_options options;
        acs_call_options_init(&options, sizeof options);
        options.timeout_ms = 20;
        acs_user *user = NULL;
        CHECK(acs_client_create_user(client, &options, &user, NULL) != ACS_STATUS_OK);
        acs_client_free(client);
        break;
    }
    case 2:
        acs_error_free(acs_completion_take_error(completion));
        acs_token_free(acs_completion_take_token(completion));
        break;
    default:
        break;
    }
    bool failed = acs_completion_status(completion) != ACS_STATUS_OK;
    CHECK(failed || acs_completion_error(completion) == NULL);
    acs_completion_free(completion);
    atomic_fetch_add(&submission->completions, 1);
}

const acs_delivery *submissions_delivery(struct input *input)
{
    /* With room for a size that is wrong, for the library is to be told wrong things and not to read what is not there. */
    static struct {
        acs_delivery delivery;
        char room[256];
    } given;
    acs_delivery *delivery = &given.delivery;
    if (count == MOST || input_once_in(input, 24)) {
        /* No room, or none wanted: a submission that cannot be. */
        return NULL;
    }
    acs_delivery_init(delivery, sizeof *delivery);
    struct submission *submission = &all[count];
    memset(submission, 0, sizeof *submission);
    submission->act = (int)input_below(input, 8);
    delivery->user_data = submission;
    if (input_below(input, 2) == 0) {
        delivery->callback = completed;
    }
    if (delivery->callback == NULL || input_once_in(input, 16)) {
        delivery->queue = pool_pick(input, QUEUE);
        submission->queue = delivery->queue;
    }
    if (input_once_in(input, 32)) {
        delivery->struct_size = input_byte(input);
    }
    return delivery;
}

void submissions_made(acs_status status)
{
    if (status == ACS_STATUS_OK) {
        CHECK(count < MOST);
        all[count++].was_made = true;
    }
}

void submissions_arrived(const acs_completion *completion)
{
    struct submission *submission = acs_completion_user_data(completion);
    CHECK(submission >= all && submission < all + MOST && submission->was_made);
    CHECK_INT(atomic_fetch_add(&submission->completions, 1), 0);
}

void submissions_queue_ends(acs_queue *queue)
{
    for (size_t i = 0; i < count; i++) {
        all[i].is_unseen |= queue != NULL && all[i].queue == queue;
    }
}

static void get_token(void *user_data, acs_token_request *request)
{
    int how = *(const int *)user_data;
    CHECK_INT(acs_token_request_scope_count(request), 1);
    CHECK_TEXT(acs_token_request_scope(request, 0), ACS_SCOPE);
    if (how == 0) {
        acs_token_request_complete(request, "a.b.c", 4102444800, NULL);
    } else if (how == 1) {
        acs_token_request_complete(request, how == 1 ? "\xff" : "", 0, NULL);
    } else if (how == 2) {
        acs_token_request_fail(request, 5000, "nonsense", NULL);
    } else {
        pthread_mutex_lock(&lock);
        bool has_room = put_off_count < MOST_REQUESTS;
        if (has_room) {
            put_off[put_off_count++] = request;
        }
        pthread_mutex_unlock(&lock);
        if (!has_room) {
            acs_token_request_fail(request, ACS_STATUS_TRANSPORT_ERROR, NULL, NULL);
        }
    }
}

const acs_token_credential *submissions_credential(struct input *input)
{
    static acs_token_credential credential;
    static int ways[] = {0, 1, 2, 3};
    acs_token_credential_init(&credential, sizeof credential);
    credential.user_data = &ways[input_below(input, 4)];
    if (!input_once_in(input, 16)) {
        credential.get_token = get_token;
    }
    return &credential;
}

void submissions_answer(struct input *input)
{
    acs_token_request *taken[MOST_REQUESTS];
    pthread_mutex_lock(&lock);
    size_t some = put_off_count;
    memcpy(taken, put_off, some * sizeof taken[0]);
    put_off_count = 0;
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < some; i++) {
        if (input != NULL && input_below(input, 2) == 0) {
            acs_token_request_complete(taken[i], "late.but.there", 4102444800, NULL);
        } else {
            acs_token_request_fail(taken[i], ACS_STATUS_CREDENTIAL_DENIED, "late", NULL);
        }
    }
}

void submissions_settle(void)
{
    submissions_answer(NULL);
    for (size_t i = 0; i < count; i++) {
        int completions = atomic_load(&all[i].completions);
        CHECK(all[i].is_unseen ? completions <= 1 : completions == 1);
    }
    total += count;
    count = 0;
}

size_t submissions_total(void)
{
    return total;
}

void submissions_in_child(void)
{
    count = 0;
    put_off_count = 0;
}
