// A back end with /api/token/teams: cpp-httplib speaks HTTP, acs_auth answers.
#include <acs_auth.hpp>
#include <httplib.h>
#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

namespace {

// Requests that are answered at the same time; each waits on a thread of its own.
constexpr std::size_t threads = 64;
// More than any route takes, so that it is the handler that refuses what is too large.
constexpr std::size_t largest_body = 1024 * 1024;

void log_to_standard_error(const acs::log_record &record) {
    static std::mutex one_at_a_time;
    std::ostringstream line;
    line << record.target() << ": " << record.message();
    for (const auto &field : record.fields()) {
        line << ' ' << field.name << '=' << field.value;
    }
    line << '\n';
    const std::lock_guard lock(one_at_a_time);
    std::cerr << line.str();
}

void answer(const acs::handler &handler, const httplib::Request &request, httplib::Response &response) {
    acs::request given{request.method, request.target, {}, request.body};
    for (const auto &[name, value] : request.headers) {
        given.headers.push_back({name, value});
    }
    const acs::response answered = handler.handle(given);
    response.status = answered.status();
    std::string type;
    for (const auto &[name, value] : answered.headers()) {
        if (name == "content-type") {
            type = value;
        } else {
            response.set_header(std::string(name), std::string(value));
        }
    }
    response.set_content(std::string(answered.body()), type);
}

// The signals that end the service are waited for on a thread of its own. To be called before there are others.
sigset_t block_ends() {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    return ends;
}

} // namespace

int main(int argc, char **argv) {
    const sigset_t ends = block_ends();
    try {
        acs::set_log(acs::log_level::info, log_to_standard_error);
        const auto settings = acs::handler_settings::from_env();
        acs::handler_options options;
        options.settings = &settings;
        const auto handler = acs::handler::create(options);

        httplib::Server server;
        server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
        server.set_payload_max_length(largest_body);
        const auto serve = [&](const httplib::Request &request, httplib::Response &response) {
            answer(handler, request, response);
        };
        // Which routes and methods there are is the handler's to say.
        server.Get(".*", serve).Post(".*", serve).Put(".*", serve).Patch(".*", serve);
        server.Delete(".*", serve).Options(".*", serve);

        const char *const wanted = argc > 1 ? argv[1] : "8080";
        const int number = std::atoi(wanted);
        const int port = number == 0 ? server.bind_to_any_port("127.0.0.1") : number;
        if (port < 0 || (number != 0 && !server.bind_to_port("127.0.0.1", port))) {
            std::cerr << "port " << wanted << " cannot be had\n";
            return EXIT_FAILURE;
        }
        std::cout << "http://127.0.0.1:" << port << std::endl;
        std::thread waiting([&] {
            int signal = 0;
            sigwait(&ends, &signal);
            server.stop();
        });
        // Ends when it is stopped and what was under way is answered.
        server.listen_after_bind();
        pthread_kill(waiting.native_handle(), SIGTERM);
        waiting.join();
        acs::set_log(acs::log_level::off, nullptr);
    } catch (const acs::error &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    acs::shutdown();
}
