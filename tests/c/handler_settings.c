/* A handler's settings from TOML and from variables, and the list of all settings. */
#include "acs_auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "emulator.h"
#include "make.h"
#include "system.h"

static acs_handler_settings *from_toml(const char *toml)
{
    acs_handler_settings *settings = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_handler_settings_from_toml(toml, &settings, &error), error);
    return settings;
}

/* A handler made of the settings alone answers. */
static void expect_complete(const acs_handler_settings *settings)
{
    acs_handler_options options;
    acs_handler *handler = NULL;
    acs_response *response = NULL;
    acs_request request;
    acs_error *error = NULL;
    acs_handler_options_init(&options, sizeof options);
    options.settings = settings;
    CHECK_OK(acs_handler_new(&options, &handler, &error), error);
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/nowhere";
    CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
    CHECK_INT(acs_response_status(response), 404);
    acs_response_free(response);
    acs_handler_free(handler);
}

static char connection_string[512];
static char ids[3][64];

static const char *look_up(void *user_data, const char *name)
{
    size_t *asked = (size_t *)user_data;
    static char value[1024];
    ++*asked;
    if (strcmp(name, "ACS_AUTH_CONNECTION_STRING") == 0) {
        return strcpy(value, connection_string);
    }
    if (strcmp(name, "ACS_AUTH_API_CLIENT_ID") == 0) {
        return strcpy(value, ids[0]);
    }
    if (strcmp(name, "ACS_AUTH_TENANT_IDS") == 0) {
        return strcpy(value, ids[1]);
    }
    if (strcmp(name, "ACS_AUTH_TEAMS_CLIENT_IDS") == 0) {
        return strcpy(value, ids[2]);
    }
    return strcmp(name, "ACS_AUTH_REQUIRED_SCOPE") == 0 ? "\xff" : NULL;
}

static void are_read_from_variables(void)
{
    acs_handler_settings *settings = NULL;
    acs_error *error = NULL;
    size_t asked = 0;
    CHECK_OK(acs_handler_settings_from_env(look_up, &asked, &settings, &error), error);
    CHECK(asked >= acs_setting_count());
    expect_complete(settings);
    acs_handler_settings_free(settings);
}

static const char *only_a_number(void *user_data, const char *name)
{
    return strcmp(name, (const char *)user_data) == 0 ? "many" : NULL;
}

static void say_which_cannot_be_used(void)
{
    char name[] = "ACS_AUTH_TIMEOUT_MS";
    acs_handler_settings *settings = NULL;
    acs_error *error = NULL;
    CHECK_REFUSED(acs_handler_settings_from_env(only_a_number, name, &settings, &error), error, name);
    CHECK_REFUSED(acs_handler_settings_from_toml("timeout_ms = \"many\"", &settings, &error), error,
                  "timeout_ms");
    CHECK_REFUSED(acs_handler_settings_from_toml("no_such_setting = 1", &settings, &error), error,
                  "no_such_setting");
    CHECK_FAILS(acs_handler_settings_from_toml("= broken", &settings, &error), error,
                ACS_STATUS_INVALID_ARGUMENT);
    CHECK_INT(acs_handler_settings_from_toml("connection_string = 5 # secret-value", &settings, &error),
              ACS_STATUS_INVALID_ARGUMENT);
    CHECK_LACKS(acs_error_message(error), "secret-value");
    acs_error_free(error);
    CHECK(settings == NULL);
}

static void are_put_together(void)
{
    char toml[1024];
    acs_handler_settings *both = NULL;
    acs_error *error = NULL;
    snprintf(toml, sizeof toml, "connection_string = \"%s\"\napi_client_id = \"%s\"\n", connection_string,
             ids[0]);
    acs_handler_settings *first = from_toml(toml);
    snprintf(toml, sizeof toml,
             "api_client_id = \"not used\"\ntenant_ids = [\"%s\"]\nteams_client_ids = [\"%s\"]\n", ids[1],
             ids[2]);
    acs_handler_settings *other = from_toml(toml);
    CHECK_OK(acs_handler_settings_or(first, other, &both, &error), error);
    acs_handler_settings_free(first);
    acs_handler_settings_free(other);
    expect_complete(both);
    acs_handler_settings_free(both);
}

/* Each setting accepts one type of value and no other, both by its name in TOML and by that without dots. */
static void are_set_by_name_in_one_form(void)
{
    static const char *const list[] = {"x", "y"};
    for (size_t i = 0; i < acs_setting_count(); i++) {
        const char *toml = acs_setting_toml(i);
        acs_handler_settings *settings = NULL;
        acs_error *error = NULL;
        char name[64];
        snprintf(name, sizeof name, "%s", toml);
        for (char *dot = name; (dot = strchr(dot, '.')) != NULL;) {
            *dot = '_';
        }
        CHECK_OK(acs_handler_settings_new(&settings, &error), error);
        int fitting[2] = {0, 0};
        const char *const names[2] = {toml, name};
        for (size_t n = 0; n < 2; n++) {
            acs_error *errors[4] = {NULL, NULL, NULL, NULL};
            const acs_status statuses[4] = {
                acs_handler_settings_set_text(settings, names[n], "x", &errors[0]),
                acs_handler_settings_set_list(settings, names[n], list, 2, &errors[1]),
                acs_handler_settings_set_number(settings, names[n], 1, &errors[2]),
                acs_handler_settings_set_flag(settings, names[n], 1, &errors[3]),
            };
            for (size_t form = 0; form < 4; form++) {
                if (statuses[form] == ACS_STATUS_OK) {
                    CHECK(errors[form] == NULL);
                    fitting[n] += 1 << form;
                } else {
                    CHECK_INT(statuses[form], ACS_STATUS_INVALID_ARGUMENT);
                    CHECK_TEXT(acs_error_target(errors[form]), names[n]);
                    CHECK_CONTAINS(acs_error_reason(errors[form]), "It must be ");
                }
                acs_error_free(errors[form]);
            }
        }
        CHECK_INT(fitting[0], fitting[1]);
        CHECK(fitting[0] == 1 || fitting[0] == 2 || fitting[0] == 4 || fitting[0] == 8);
        acs_handler_settings_free(settings);
    }
}

static void set_by_name_replace_what_is_set(void)
{
    static const char *const origins[] = {"https://a.example"};
    acs_handler_settings *settings = from_toml("connection_string = \"unusable\"\n");
    acs_error *error = NULL;
    CHECK_OK(acs_handler_settings_set_text(settings, "connection_string", connection_string, &error), error);
    CHECK_OK(acs_handler_settings_set_text(settings, "api_client_id", ids[0], &error), error);
    const char *item = ids[1];
    CHECK_OK(acs_handler_settings_set_list(settings, "tenant_ids", &item, 1, &error), error);
    item = ids[2];
    CHECK_OK(acs_handler_settings_set_list(settings, "teams_client_ids", &item, 1, &error), error);
    CHECK_OK(acs_handler_settings_set_list(settings, "cors_origins", origins, 1, &error), error);
    CHECK_OK(acs_handler_settings_set_list(settings, "cors_origins", NULL, 0, &error), error);
    CHECK_OK(acs_handler_settings_set_number(settings, "timeout_ms", 60000, &error), error);
    CHECK_OK(acs_handler_settings_set_flag(settings, "http2", 0, &error), error);
    expect_complete(settings);
    acs_handler_settings_free(settings);
}

static void set_by_name_are_refused_by_name(void)
{
    acs_handler_settings *settings = from_toml("");
    acs_error *error = NULL;
    CHECK_INT(acs_handler_settings_set_number(settings, "time_out_ms", 1, &error), ACS_STATUS_INVALID_ARGUMENT);
    CHECK_TEXT(acs_error_target(error), "time_out_ms");
    CHECK_CONTAINS(acs_error_reason(error), "did you mean timeout_ms?");
    acs_error_free(error);
    error = NULL;
    CHECK_REFUSED(acs_handler_settings_set_number(settings, "cache_bytes", -1, &error), error, "cache_bytes");
    CHECK_REFUSED(acs_handler_settings_set_number(settings, "timeout_ms", INT64_MIN, &error), error, "timeout_ms");
    CHECK_REFUSED(acs_handler_settings_set_flag(settings, "http2", 2, &error), error, "value");
    CHECK_REFUSED(acs_handler_settings_set_flag(settings, "http2", ACS_DEFAULT, &error), error, "value");
    CHECK_REFUSED(acs_handler_settings_set_text(settings, "cloud", " ", &error), error, "cloud");
    CHECK_REFUSED(acs_handler_settings_set_text(settings, "cloud", "\xff", &error), error, "value");
    CHECK_REFUSED(acs_handler_settings_set_text(settings, "\xff", "x", &error), error, "name");
    static const char *const bad[] = {"good", "\xc3"};
    CHECK_REFUSED(acs_handler_settings_set_list(settings, "tenant_ids", bad, 2, &error), error, "values");
    acs_handler_settings_free(settings);
}

static void are_listed(void)
{
    size_t count = acs_setting_count();
    bool has_connection_string = false;
    CHECK(count > 20);
    for (size_t i = 0; i < count; i++) {
        const char *name = acs_setting_toml(i);
        CHECK(name != NULL && acs_setting_about(i) != NULL);
        has_connection_string |= strcmp(name, "connection_string") == 0;
        CHECK(acs_setting_environment_count(i) > 0);
        for (size_t j = 0; j < acs_setting_environment_count(i); j++) {
            CHECK(acs_setting_environment(i, j) != NULL);
        }
        CHECK(acs_setting_environment(i, acs_setting_environment_count(i)) == NULL);
    }
    CHECK(has_connection_string);
    CHECK(acs_setting_toml(count) == NULL && acs_setting_about(count) == NULL);
}

static void are_read_from_the_processs_environment(void)
{
    acs_handler_settings *settings = NULL;
    acs_error *error = NULL;
    system_set_variable("ACS_AUTH_CONNECTION_STRING", connection_string);
    system_set_variable("ACS_AUTH_API_CLIENT_ID", ids[0]);
    system_set_variable("ACS_AUTH_TENANT_IDS", ids[1]);
    system_set_variable("ACS_AUTH_TEAMS_CLIENT_IDS", ids[2]);
    CHECK_OK(acs_handler_settings_from_env(NULL, NULL, &settings, &error), error);
    expect_complete(settings);
    acs_handler_settings_free(settings);
}

int main(void)
{
    snprintf(connection_string, sizeof connection_string, "%s", emulator_text("connection_string"));
    snprintf(ids[0], sizeof ids[0], "%s", emulator_text("api.client_id"));
    snprintf(ids[1], sizeof ids[1], "%s", emulator_text("tenant_id"));
    snprintf(ids[2], sizeof ids[2], "%s", emulator_text("spa.client_id"));
    RUN(are_read_from_variables);
    RUN(say_which_cannot_be_used);
    RUN(are_put_together);
    RUN(are_set_by_name_in_one_form);
    RUN(set_by_name_replace_what_is_set);
    RUN(set_by_name_are_refused_by_name);
    RUN(are_listed);
    RUN(are_read_from_the_processs_environment);
    return check_done();
}
