#include "make.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "emulator.h"
#include "system.h"

static acs_client *client_of(const char *connection_string, const char *root_certificates_pem)
{
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = connection_string;
    options.root_certificates_pem = root_certificates_pem;
    options.timeout_ms = PATIENCE_MS;
    options.connect_timeout_ms = PATIENCE_MS;
    options.attempt_timeout_ms = PATIENCE_MS;
    CHECK_OK(acs_client_new(&options, &client, &error), error);
    CHECK(client != NULL);
    return client;
}

acs_client *make_client(void)
{
    return client_of(emulator_text("connection_string_http"), NULL);
}

acs_client *make_https_client(void)
{
    return client_of(emulator_text("connection_string"), emulator_ca());
}

static pthread_once_t listening = PTHREAD_ONCE_INIT;
static char hanging[64];

static void listen_only(void)
{
    snprintf(hanging, sizeof hanging, "http://127.0.0.1:%d", system_listen_only());
}

const char *hanging_url(void)
{
    pthread_once(&listening, listen_only);
    return hanging;
}

acs_client *make_hanging_client(void)
{
    char text[256];
    char *key = make_access_key();
    snprintf(text, sizeof text, "endpoint=%s/;accesskey=%s", hanging_url(), key);
    free(key);
    return client_of(text, NULL);
}

static void set_text(acs_handler_settings *settings, const char *name, const char *value)
{
    acs_error *error = NULL;
    CHECK_OK(acs_handler_settings_set_text(settings, name, value, &error), error);
}

static void set_list_of_one(acs_handler_settings *settings, const char *name, const char *value)
{
    acs_error *error = NULL;
    CHECK_OK(acs_handler_settings_set_list(settings, name, &value, 1, &error), error);
}

acs_handler_settings *make_settings(void)
{
    static const char *const timeouts[] = {"timeout_ms", "service_timeout_ms", "connect_timeout_ms",
                                           "attempt_timeout_ms"};
    acs_handler_settings *settings = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_handler_settings_new(&settings, &error), error);
    set_text(settings, "connection_string", emulator_text("connection_string"));
    set_text(settings, "api_client_id", emulator_text("api.client_id"));
    set_list_of_one(settings, "tenant_ids", emulator_text("tenant_id"));
    set_list_of_one(settings, "teams_client_ids", emulator_text("spa.client_id"));
    set_text(settings, "root_certificates_pem", emulator_ca());
    for (size_t i = 0; i < sizeof timeouts / sizeof *timeouts; i++) {
        CHECK_OK(acs_handler_settings_set_number(settings, timeouts[i], PATIENCE_MS, &error), error);
    }
    return settings;
}

static pthread_once_t settings_once = PTHREAD_ONCE_INIT;
static acs_handler_settings *fitting;

static void make_fitting(void)
{
    fitting = make_settings();
}

void make_handler_options(acs_handler_options *options)
{
    pthread_once(&settings_once, make_fitting);
    acs_handler_options_init(options, sizeof *options);
    options->settings = fitting;
}

acs_handler *make_handler(void)
{
    acs_handler_options options;
    acs_handler *handler = NULL;
    acs_error *error = NULL;
    acs_cloud *cloud = make_cloud();
    make_handler_options(&options);
    options.cloud = cloud;
    CHECK_OK(acs_handler_new(&options, &handler, &error), error);
    acs_cloud_free(cloud);
    return handler;
}

void make_verifier_options(acs_verifier_options *options)
{
    static const char *tenants[1];
    static const char *audiences[1];
    acs_verifier_options_init(options, sizeof *options);
    tenants[0] = emulator_text("tenant_id");
    audiences[0] = emulator_text("api.client_id");
    options->tenant_ids = tenants;
    options->tenant_id_count = 1;
    options->audiences = audiences;
    options->audience_count = 1;
    options->allow_any_client = 1;
    options->root_certificates_pem = emulator_ca();
}

acs_cloud *make_cloud(void)
{
    acs_cloud_options options;
    acs_cloud *cloud = NULL;
    acs_error *error = NULL;
    acs_cloud_options_init(&options, sizeof options);
    options.kind = ACS_CLOUD_CUSTOM;
    options.authority = emulator_text("https_url");
    CHECK_OK(acs_cloud_new(&options, &cloud, &error), error);
    return cloud;
}

char *make_teams_token(void)
{
    return emulator_mint("kind=teams");
}

char *make_caller_token(void)
{
    return emulator_mint("kind=api");
}

char *make_access_key(void)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[42];
    char *key = (char *)calloc(1, 45);
    CHECK(key != NULL);
    system_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        key[i] = alphabet[bytes[i] % 64];
    }
    /* The last two bits of the 43rd digit must be zero. */
    strcpy(key + sizeof bytes, "A=");
    return key;
}
