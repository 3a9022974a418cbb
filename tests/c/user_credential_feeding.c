/* Where a user's token credential gets its tokens: one fixed token, or an Entra credential with a client or
 * an exchanger; and options that exclude each other. */
#include "acs_auth.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

#define EXTENSION "https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"
#define EXTENSION_US "https://auth.msft.communication.azure.us/TeamsExtension.ManageCalls"
#define ENTRA_USER "https://communication.azure.com/clients/VoIP"
#define DEFAULT_SCOPE "https://communication.azure.com/clients/.default"

static acs_client *client;
static acs_exchanger *exchanger;

/* The user's credential of Entra, and what it expects and returns. */
struct entra {
    char *token;
    const char *scope;
    size_t scope_count;
    atomic_int asked;
    atomic_int released;
};

static void give(void *user_data, acs_token_request *request)
{
    struct entra *entra = (struct entra *)user_data;
    acs_error *error = NULL;
    CHECK_INT(acs_token_request_scope_count(request), entra->scope_count);
    CHECK_TEXT(acs_token_request_scope(request, 0), entra->scope);
    atomic_fetch_add(&entra->asked, 1);
    CHECK_OK(acs_token_request_complete(request, entra->token, (int64_t)time(NULL) + 3600, &error), error);
}

static void release(void *user_data)
{
    atomic_fetch_add(&((struct entra *)user_data)->released, 1);
}

static acs_token_credential lent(struct entra *entra)
{
    acs_token_credential callback;
    acs_token_credential_init(&callback, sizeof callback);
    callback.get_token = give;
    callback.user_data = entra;
    callback.release = release;
    return callback;
}

static acs_user_credential_options defaults(void)
{
    acs_user_credential_options options;
    acs_user_credential_options_init(&options, sizeof options);
    return options;
}

static acs_user_credential *made(const acs_user_credential_options *options)
{
    acs_user_credential *credential = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_user_credential_new(options, &credential, &error), error);
    return credential;
}

static int64_t expect_token(const acs_user_credential *credential, const char *text)
{
    acs_token *token = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_user_credential_get_token(credential, &token, &error), error);
    if (text != NULL) {
        CHECK_TEXT(acs_token_text(token), text);
    }
    int64_t expires_on = acs_token_expires_on(token);
    acs_token_free(token);
    return expires_on;
}

static void one_token_says_itself_when_it_expires(void)
{
    /* {"exp":4102444800} */
    static const char jwt[] = "eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.AA";
    acs_user_credential_options options = defaults();
    options.token = jwt;
    acs_user_credential *credential = made(&options);
    CHECK_INT(expect_token(credential, jwt), 4102444800);
    acs_user_credential_close(credential);
    acs_token *token = NULL;
    acs_error *error = NULL;
    CHECK_FAILS(acs_user_credential_get_token(credential, &token, &error), error, ACS_STATUS_CANCELLED);
    acs_user_credential_free(credential);

    options.token = "opaque";
    credential = made(&options);
    int64_t left = expect_token(credential, "opaque") - (int64_t)time(NULL);
    CHECK(left > 300 && left <= 600);
    acs_user_credential_free(credential);

    options.token_expires_on = 1;
    credential = made(&options);
    CHECK_INT(expect_token(credential, "opaque"), 1);
    acs_user_credential_free(credential);
}

/* The client is freed before the first call. */
static void a_client_exchanges_for_the_scopes_that_it_is_given(void)
{
    static const char *const extension[] = {EXTENSION};
    static const struct {
        const char *kind;
        const char *const *scopes;
        size_t scope_count;
        const char *asked_for;
        const char *operation;
    } users[] = {
        {"kind=teams_extension", extension, 1, EXTENSION, "exchange_teams_extension"},
        {"kind=entra_user", NULL, 0, DEFAULT_SCOPE, "exchange_entra_user"},
    };
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
        struct entra entra = {.scope = users[i].asked_for, .scope_count = 1};
        acs_client_options with;
        acs_client *exchanging = NULL;
        acs_error *error = NULL;
        emulator_reset();
        entra.token = emulator_mint(users[i].kind);
        acs_client_options_init(&with, sizeof with);
        with.connection_string = emulator_text("connection_string_http");
        with.preview = ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW;
        /* A second attempt would be counted below. */
        with.timeout_ms = PATIENCE_MS;
        with.attempt_timeout_ms = PATIENCE_MS;
        CHECK_OK(acs_client_new(&with, &exchanging, &error), error);
        acs_token_credential callback = lent(&entra);
        acs_user_credential_options options = defaults();
        options.entra_credential = &callback;
        options.client = exchanging;
        options.scopes = users[i].scopes;
        options.scope_count = users[i].scope_count;
        acs_user_credential *credential = made(&options);
        acs_client_free(exchanging);
        CHECK(expect_token(credential, NULL) > (int64_t)time(NULL));
        expect_token(credential, NULL);
        CHECK_INT(atomic_load(&entra.asked), 1);
        CHECK_INT(emulator_request_count(users[i].operation), 1);
        acs_user_credential_free(credential);
        while (atomic_load(&entra.released) == 0) {
            sleep_ms(1);
        }
        free(entra.token);
    }
}

static void an_exchanger_exchanges_for_a_teams_user(void)
{
    struct entra entra = {.scope = "https://auth.msft.communication.azure.com/Teams.ManageCalls", .scope_count = 2};
    acs_exchanger *exchanging = NULL;
    acs_error *error = NULL;
    entra.token = make_teams_token();
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanging, &error), error);
    acs_token_credential callback = lent(&entra);
    acs_user_credential_options options = defaults();
    options.entra_credential = &callback;
    options.exchanger = exchanging;
    options.client_id = emulator_text("spa.client_id");
    options.user_object_id = emulator_text("users.0.object_id");
    options.refresh_proactively = 1;
    acs_user_credential *credential = made(&options);
    acs_exchanger_free(exchanging);
    CHECK(expect_token(credential, NULL) > (int64_t)time(NULL));
    CHECK_INT(atomic_load(&entra.asked), 1);
    acs_user_credential_free(credential);
    while (atomic_load(&entra.released) == 0) {
        sleep_ms(1);
    }
    free(entra.token);
}

/* Sets one option too many, or omits one. */
struct contradiction {
    const char *target;
    void (*set)(acs_user_credential_options *options, const acs_token_credential *callback);
};

#define SETTING(name, ...) \
    static void name(acs_user_credential_options *options, const acs_token_credential *callback) \
    { \
        (void)options; \
        (void)callback; \
        __VA_ARGS__ \
    }

static const char *const one_extension[] = {EXTENSION};
static const char *const mixed[] = {EXTENSION, ENTRA_USER};
static const char *const of_others[] = {"https://graph.microsoft.com/.default"};
static const char *const one_entra[] = {ENTRA_USER};

#define REFRESHER options->refresher = callback;
#define ENTRA options->entra_credential = callback;
#define BY_CLIENT ENTRA options->client = client; options->scopes = one_extension; options->scope_count = 1;
#define BY_EXCHANGER ENTRA options->exchanger = exchanger; options->client_id = "c"; options->user_object_id = "u";
#define SCOPES(list) options->scopes = (list); options->scope_count = sizeof(list) / sizeof *(list);

SETTING(nothing, )
SETTING(empty_token, options->token = "";)
SETTING(expiry_alone, REFRESHER options->token_expires_on = 1;)
SETTING(two_feed_it, REFRESHER ENTRA)
SETTING(nobody_exchanges, ENTRA)
SETTING(two_exchange, BY_CLIENT options->exchanger = exchanger;)
SETTING(client_alone, options->token = "t"; options->client = client;)
SETTING(client_of_refresher, REFRESHER options->client = client;)
SETTING(exchanger_of_refresher, REFRESHER options->exchanger = exchanger;)
SETTING(scopes_of_refresher, REFRESHER SCOPES(one_extension))
SETTING(client_id_of_refresher, REFRESHER options->client_id = "c";)
SETTING(user_of_client, BY_CLIENT options->user_object_id = "u";)
SETTING(scopes_of_exchanger, BY_EXCHANGER SCOPES(one_extension))
SETTING(exchanger_without_client_id, BY_EXCHANGER options->client_id = NULL;)
SETTING(exchanger_without_user, BY_EXCHANGER options->user_object_id = "";)
SETTING(mixed_scopes, BY_CLIENT SCOPES(mixed))
SETTING(scopes_of_others, BY_CLIENT SCOPES(of_others))
SETTING(no_scopes, BY_CLIENT options->scopes = NULL;)
SETTING(entra_user_without_preview, BY_CLIENT SCOPES(one_entra))
SETTING(default_without_preview, ENTRA options->client = client;)
SETTING(renewed_by_nobody, options->token = "t"; options->refresh_proactively = 1;)
SETTING(margin_of_nothing, options->token = "t"; options->refresh_time_before_expiry_s = 1;)
SETTING(timeout_of_nothing, options->token = "t"; options->timeout_ms = 1;)
SETTING(no_time, REFRESHER options->timeout_ms = 0;)
SETTING(no_flag, REFRESHER options->refresh_proactively = 2;)
SETTING(no_utf8, options->token = "\xff";)

static void what_does_not_go_together_is_refused(void)
{
    static const struct contradiction contradictions[] = {
        {"token", nothing},
        {"token", empty_token},
        {"token_expires_on", expiry_alone},
        {"entra_credential", two_feed_it},
        {"entra_credential", nobody_exchanges},
        {"exchanger", two_exchange},
        {"client", client_alone},
        {"client", client_of_refresher},
        {"exchanger", exchanger_of_refresher},
        {"scopes", scopes_of_refresher},
        {"client_id", client_id_of_refresher},
        {"user_object_id", user_of_client},
        {"scopes", scopes_of_exchanger},
        {"client_id", exchanger_without_client_id},
        {"user_object_id", exchanger_without_user},
        {"scopes", mixed_scopes},
        {"scopes", scopes_of_others},
        {"scopes", no_scopes},
        {"preview", entra_user_without_preview},
        {"preview", default_without_preview},
        {"refresh_proactively", renewed_by_nobody},
        {"refresh_time_before_expiry", margin_of_nothing},
        {"timeout", timeout_of_nothing},
        {"timeout", no_time},
        {"refresh_proactively", no_flag},
        {"token", no_utf8},
    };
    struct entra entra = {.token = NULL};
    acs_token_credential callback = lent(&entra);
    for (size_t i = 0; i < sizeof contradictions / sizeof contradictions[0]; i++) {
        acs_user_credential_options options = defaults();
        acs_user_credential *credential = NULL;
        acs_error *error = NULL;
        contradictions[i].set(&options, &callback);
        CHECK_REFUSED(acs_user_credential_new(&options, &credential, &error), error, contradictions[i].target);
        CHECK(credential == NULL);
    }
    static const char *const government[] = {EXTENSION, EXTENSION_US};
    acs_user_credential_options options = defaults();
    options.entra_credential = &callback;
    options.client = client;
    options.scopes = government;
    options.scope_count = 2;
    acs_user_credential_free(made(&options));
    CHECK_INT(atomic_load(&entra.asked), 0);
    /* The functions that failed didn't take ownership. */
    CHECK_INT(atomic_load(&entra.released), 1);
}

int main(void)
{
    acs_error *error = NULL;
    client = make_client();
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanger, &error), error);
    RUN(one_token_says_itself_when_it_expires);
    RUN(a_client_exchanges_for_the_scopes_that_it_is_given);
    RUN(an_exchanger_exchanges_for_a_teams_user);
    RUN(what_does_not_go_together_is_refused);
    acs_exchanger_free(exchanger);
    acs_client_free(client);
    return check_done();
}
