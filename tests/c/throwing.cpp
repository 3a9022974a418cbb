// If an exception or pthread_exit leaves a C callback, the process is aborted with a message that names the
// callback.
#include "acs_auth.h"

#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "make.h"

namespace {

[[noreturn]] void fail() { throw std::runtime_error("out of a callback"); }

void on_completion(void *, acs_completion *) { fail(); }
void exit_thread(void *, acs_completion *) { pthread_exit(nullptr); }
void on_event(void *, const acs_event *) { fail(); }
void on_record(void *, const acs_log_record *) { fail(); }
void get_token(void *, acs_token_request *) { fail(); }
void release(void *) { fail(); }
const char *lookup(void *, const char *) { fail(); }

acs_client_options client_options() {
    acs_client_options options;
    acs_client_options_init(&options, sizeof options);
    options.endpoint = "https://contoso.communication.azure.com";
    return options;
}

/// The callback must end the process meanwhile, or the test fails.
void wait_for_the_end() {
    sleep_ms(60000);
    _exit(1);
}

void complete_with(acs_completion_callback callback) {
    acs_delivery delivery;
    acs_error *error = nullptr;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = callback;
    CHECK_OK(acs_client_create_user_submit(make_client(), nullptr, &delivery, nullptr, &error), error);
    wait_for_the_end();
}

void throw_in_completion() { complete_with(on_completion); }
void exit_in_completion() { complete_with(exit_thread); }

void throw_in_cancelled_completion() {
    acs_delivery delivery;
    acs_error *error = nullptr;
    acs_call *call = nullptr;
    acs_delivery_init(&delivery, sizeof delivery);
    delivery.callback = on_completion;
    CHECK_OK(acs_client_create_user_submit(make_hanging_client(), nullptr, &delivery, &call, &error), error);
    acs_call_cancel(call);
    wait_for_the_end();
}

void throw_in_observer() {
    acs_observer observer;
    acs_exchanger_options options;
    acs_exchanger *exchanger = nullptr;
    acs_error *error = nullptr;
    acs_token *token = nullptr;
    acs_observer_init(&observer, sizeof observer);
    observer.on_event = on_event;
    acs_exchanger_options_init(&options, sizeof options);
    options.observer = &observer;
    CHECK_OK(acs_exchanger_new(make_client(), &options, &exchanger, &error), error);
    acs_exchanger_exchange(exchanger, make_teams_token(), emulator_text("spa.client_id"),
                           emulator_text("users.0.object_id"), ACS_DEFAULT, &token, nullptr);
    wait_for_the_end();
}

void throw_in_log() {
    acs_error *error = nullptr;
    CHECK_OK(acs_log_set(ACS_LOG_TRACE, on_record, nullptr, nullptr, &error), error);
    // A failure is logged.
    acs_client_delete_user(make_client(), "8:acs:nobody", nullptr, nullptr);
    wait_for_the_end();
}

void throw_in_credential() {
    acs_token_credential credential;
    acs_client_options options = client_options();
    acs_client *client = nullptr;
    acs_error *error = nullptr;
    acs_user *user = nullptr;
    acs_token_credential_init(&credential, sizeof credential);
    credential.get_token = get_token;
    options.token_credential = &credential;
    CHECK_OK(acs_client_new(&options, &client, &error), error);
    acs_client_create_user(client, nullptr, &user, nullptr);
    wait_for_the_end();
}

void throw_in_release() {
    acs_error *error = nullptr;
    acs_log_set(ACS_LOG_OFF, on_record, nullptr, release, &error);
    wait_for_the_end();
}

void throw_in_lookup() {
    acs_handler_settings *settings = nullptr;
    acs_handler_settings_from_env(lookup, nullptr, &settings, nullptr);
    wait_for_the_end();
}

const struct {
    const char *callback;
    void (*run)();
} ways[] = {{"acs_completion_callback", throw_in_completion},
            {"acs_completion_callback", exit_in_completion},
            {"acs_completion_callback", throw_in_cancelled_completion},
            {"on_event", throw_in_observer},
            {"acs_log_callback", throw_in_log},
            {"get_token", throw_in_credential},
            {"release", throw_in_release},
            {"acs_variable_lookup", throw_in_lookup}};

/// Calls run in a child, and returns what it writes to standard error.
std::string said_by(void (*run)(), int *status) {
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        check_in_child();
        run();
    }
    close(ends[1]);
    std::string said;
    char part[512];
    for (ssize_t len; (len = read(ends[0], part, sizeof part)) > 0;) {
        said.append(part, static_cast<std::size_t>(len));
    }
    close(ends[0]);
    CHECK_INT(waitpid(child, status, 0), child);
    return said;
}

void the_process_is_aborted_and_names_the_callback() {
    for (const auto &way : ways) {
        int status = 0;
        const std::string said = said_by(way.run, &status);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
            check_failed(__FILE__, __LINE__, way.callback, said.c_str());
        }
        const std::string expected = "left the callback " + std::string(way.callback) + ";";
        CHECK_CONTAINS(said.c_str(), expected.c_str());
    }
}

} // namespace

int main() {
    emulator_info();
    RUN(the_process_is_aborted_and_names_the_callback);
    return check_done();
}
