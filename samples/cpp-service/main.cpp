// A back end with /api/token/teams: cpp-httplib handles HTTP, acs_auth the requests.
#include <acs_auth.hpp>
#include <httplib.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

namespace {

// The number of concurrent requests: each occupies a thread.
constexpr std::size_t thread_count = 64;
// The handler rejects more than 16 KiB; the excess is passed only for it to notice.
constexpr std::size_t kept_body = 17 * 1024;
constexpr std::size_t most_body = 1024 * 1024;
// Matches every path: the handler knows which of them exist.
constexpr const char *everything = R"([\s\S]*)";

void write_log(const acs::log_record &record) {
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    std::cerr << record.target() << ": " << record.message();
    for (const auto &field : record.fields()) {
        std::cerr << ' ' << field.name << '=' << field.value;
    }
    std::cerr << std::endl;
}

std::string read_body(const httplib::Request &request, const httplib::ContentReader &read) {
    std::string body;
    std::size_t size = 0;
    const auto keep = [&](const char *data, std::size_t length) {
        size += length;
        body.append(data, std::min(length, kept_body - body.size()));
        return size <= most_body;
    };
    if (request.is_multipart_form_data()) {
        read([](const httplib::MultipartFormData &) { return true; }, keep);
    } else {
        read(keep);
    }
    return body;
}

// ANCHOR: answer
void answer(const acs::handler &handler, const httplib::Request &from, std::string_view body,
            httplib::Response &to) {
    acs::request request{from.method, from.target, {}, body};
    for (const auto &[name, value] : from.headers) {
        request.headers.push_back({name, value});
    }
    const acs::response response = handler.handle(request);
    to.status = response.status();
    for (const auto &[name, value] : response.headers()) {
        to.set_header(std::string(name), std::string(value));
    }
    to.body = response.body();
}
// ANCHOR_END: answer

void set_up(httplib::Server &server, const acs::handler &handler) {
    const auto without_body = [&](const httplib::Request &request, httplib::Response &response) {
        answer(handler, request, {}, response);
    };
    const auto with_body = [&](const auto &request, auto &response, const httplib::ContentReader &read) {
        answer(handler, request, read_body(request, read), response);
    };
    server.Get(everything, without_body).Options(everything, without_body).Post(everything, with_body);
    server.Put(everything, with_body).Patch(everything, with_body).Delete(everything, with_body);
    server.set_exception_handler([](const auto &, auto &response, auto) { response.status = 500; });
    server.new_task_queue = [] { return new httplib::ThreadPool(thread_count); };
    // One request per connection: an idle connection would occupy a thread, and the body of a GET is not
    // read.
    server.set_keep_alive_max_count(1);
    // Unlike the default, this doesn't let another process listen on the same port.
    server.set_socket_options([](socket_t socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
}

// Serves until SIGTERM or SIGINT, then returns once the requests in flight are answered.
void serve_until(const sigset_t &ends, httplib::Server &server) {
    std::atomic<bool> over = false;
    std::thread waiting([&] {
        int signal = 0;
        sigwait(&ends, &signal);
        while (!over && !server.is_running()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        server.stop();
    });
    server.listen_after_bind();
    over = true;
    pthread_kill(waiting.native_handle(), SIGTERM);
    waiting.join();
}

} // namespace

int main(int argc, char **argv) try {
    // Before other threads are started, which would receive the signals otherwise.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    acs::set_log(acs::log_level::info, write_log);
    {
        const auto settings = acs::handler_settings::from_env();
        acs::handler_options options;
        options.settings = &settings;
        const auto handler = acs::handler::create(options);

        httplib::Server server;
        set_up(server, handler);
        const int wanted = std::atoi(argc > 1 ? argv[1] : "8080");
        const int port = wanted == 0 ? server.bind_to_any_port("127.0.0.1") : wanted;
        if (port < 0 || (wanted != 0 && !server.bind_to_port("127.0.0.1", port))) {
            throw std::runtime_error("cannot listen");
        }
        std::cout << "http://127.0.0.1:" << port << std::endl;
        serve_until(ends, server);
    }
    acs::shutdown();
    acs::set_log(acs::log_level::off, nullptr);
} catch (const std::exception &error) {
    std::cerr << "cpp-service: " << error.what() << '\n';
    return EXIT_FAILURE;
}
