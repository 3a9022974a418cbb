/* Runs tests/conformance/cases.json through the C ABI, one case after another against one emulator.
 *
 *     acs_conformance blocking|callback|queue [part of a name]
 *     acs_conformance can-fail
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "emulator.h"
#include "run.h"
#include "waiting.h"

/* Every case of the suite, to be freed; NULL, with a word about it, if the file is none. */
static json_t *load_cases(void)
{
    json_error_t error;
    json_t *suite = json_load_file(ACS_TESTS "/conformance/cases.json", JSON_REJECT_DUPLICATES, &error);
    json_t *cases = json_object_get(suite, "cases");
    bool known = json_object_size(suite) == 2 && json_is_string(json_object_get(suite, "$schema"));
    if (!known || json_array_size(cases) == 0) {
        fprintf(stderr, "cases.json has members that this runner does not know, or no cases: %s\n",
                error.text);
        json_decref(suite);
        return NULL;
    }
    json_incref(cases);
    json_decref(suite);
    return cases;
}

static const char *text_of(const json_t *test, const char *name)
{
    const char *text = json_string_value(json_object_get(test, name));
    return text != NULL ? text : "?";
}

/* What a process does once, such as loading the system's certificates, is slow under valgrind and no matter
 * of a case's deadline. */
static void warm_up(void)
{
    acs_client_options options;
    acs_client *client = NULL;
    acs_user *user = NULL;
    acs_error *error = NULL;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = emulator_text("connection_string");
    options.root_certificates_pem = emulator_ca();
    options.connect_timeout_ms = options.timeout_ms = 120000;
    CHECK_OK(acs_client_new(&options, &client, &error), error);
    CHECK_OK(acs_client_create_user(client, NULL, &user, &error), error);
    acs_user_free(user);
    acs_client_free(client);
}

/* Runs the cases with `part` in their names, and says which failed. */
static bool run_suite(const char *part)
{
    json_t *cases = load_cases(), *names = json_object(), *test;
    size_t index, passed = 0, failed = 0;
    json_array_foreach(cases, index, test)
    {
        const char *name = text_of(test, "name");
        failure why = {""};
        if (strstr(name, part) == NULL) {
            continue;
        }
        if (json_object_get(names, name) != NULL) {
            fail(&why, "two cases have this name");
        }
        json_object_set_new(names, name, json_true());
        if (why.text[0] == '\0' && run_case(test, &why)) {
            passed++;
        } else {
            failed++;
            printf("FAILED %s: %s\n    %s\n", name, text_of(test, "about"), why.text);
        }
    }
    json_decref(names);
    json_decref(cases);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed == 0 && passed > 0;
}

/* Whether a broken case fails, and for its own reason; one whose reason is null must hold. */
static bool judge_broken(const json_t *sound, const json_t *broken)
{
    const char *name, *reason = json_string_value(json_object_get(broken, "why"));
    json_t *test = json_copy((json_t *)sound), *member;
    json_object_foreach(json_object_get(broken, "with"), name, member)
    {
        json_object_set(test, name, member);
        if (json_is_null(member)) {
            json_object_del(test, name);
        }
    }
    failure why = {""};
    bool held = run_case(test, &why);
    json_decref(test);
    bool as_it_should = reason == NULL ? held : !held && strstr(why.text, reason) != NULL;
    if (!as_it_should) {
        printf("FAILED %s: should have %s%s\n    it %s %s\n", text_of(broken, "name"),
               reason == NULL ? "held" : "failed with ", reason == NULL ? "" : reason,
               held ? "held" : "failed with", why.text);
    }
    return as_it_should;
}

/* Runs a sound case with what breaks it: a runner that lets one of these pass shows nothing. */
static bool run_broken(void)
{
    json_error_t error;
    json_t *file = json_load_file(ACS_TESTS "/c/conformance/broken.json", JSON_REJECT_DUPLICATES, &error);
    const json_t *cases = json_object_get(file, "broken");
    json_t *broken;
    size_t index, passed = 0;
    if (file == NULL) {
        fprintf(stderr, "broken.json, line %d: %s\n", error.line, error.text);
    }
    json_array_foreach(cases, index, broken)
    {
        passed += judge_broken(json_object_get(file, "sound"), broken);
    }
    size_t failed = json_array_size(cases) - passed;
    json_decref(file);
    printf("%zu came out as they should, %zu did not\n", passed, failed);
    return failed == 0 && passed > 0;
}

int main(int count, char **arguments)
{
    bool can_fail = count == 2 && strcmp(arguments[1], "can-fail") == 0;
    if (count < 2 || count > 3 || !waiting_begin(can_fail ? "blocking" : arguments[1])) {
        fprintf(stderr, "usage: %s blocking|callback|queue [part of a name], or can-fail\n", arguments[0]);
        return 64;
    }
    warm_up();
    bool good = can_fail ? run_broken() : run_suite(count > 2 ? arguments[2] : "");
    fflush(stdout);
    int status = check_done();
    CHECK(waiting_end());
    return good ? status : 1;
}
