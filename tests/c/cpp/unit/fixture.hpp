// Helpers for most tests: clients and tokens of the emulator, and waiting for a condition.
#ifndef UNIT_FIXTURE_HPP
#define UNIT_FIXTURE_HPP

#include "acs_auth.hpp"
#include "harness/emulator.hpp"

#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

namespace unit {

/// Longer than anything takes that does not hang.
inline constexpr std::chrono::seconds patience{60};

/// Waits for a condition that another thread causes, such as an event or a log record; false if it never
/// holds.
template <class Condition>
bool comes_true(const Condition &condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

/// Waits for the issuer's keys: a fetch times out after 4 s, which on an emulated processor the first ones may
/// exceed.
inline bool has_keys(const acs::verifier &verifier) {
    return comes_true([&] { return verifier.keys_reachable(); });
}
inline bool has_keys(const acs::handler &handler) {
    return comes_true([&] { return handler.handle({"GET", "/healthz", {}, {}}).status() == 200; });
}

inline harness::emulator &emulator() { return harness::emulator::shared(); }

inline acs::client make_client() {
    return acs::client::from_connection_string(emulator().text("connection_string_http"));
}

/// A client whose service accepts connections and never answers.
inline acs::client make_hanging_client(const harness::silent_server &server) {
    acs::client_options options;
    options.connection_string = "endpoint=" + server.url() + ";accesskey=" + emulator().access_key();
    options.timeout = 2 * patience;
    options.connect_timeout = 2 * patience;
    return acs::client::create(options);
}

inline std::string teams_token() { return emulator().mint({{"kind", "teams"}}); }
inline std::string client_id() { return emulator().text("spa.client_id"); }
inline std::string object_id() { return emulator().text("users.0.object_id"); }

inline std::string caller_token() { return emulator().mint({{"kind", "api"}}); }

/// The emulator as a cloud.
inline acs::cloud make_cloud() {
    acs::cloud_options options;
    options.kind = acs::cloud_kind::custom;
    options.authority = emulator().text("https_url");
    return acs::cloud::create(options);
}

/// The id of a deleted identity.
inline std::string deleted_user(const acs::client &client) {
    std::string id(client.create_user().id());
    client.delete_user(id);
    return id;
}

/// Counts, and lets others wait for a count.
class counter {
public:
    void add() {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++count_;
        changed_.notify_all();
    }

    [[nodiscard]] int count() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return count_;
    }

    [[nodiscard]] bool reaches(int wanted) const {
        std::unique_lock<std::mutex> lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return count_ >= wanted; });
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    int count_ = 0;
};

/// Records where callbacks threw during its lifetime. Callbacks of observers and of the log may also throw
/// later.
class thrown_counter {
public:
    thrown_counter() {
        const std::lock_guard<std::mutex> lock(mutex());
        seen() = this;
        former_ = acs::on_callback_exception([](const char *where, std::exception_ptr) noexcept {
            const std::lock_guard<std::mutex> its_lock(mutex());
            if (seen() != nullptr) {
                seen()->places_.emplace_back(where);
            }
        });
    }
    thrown_counter(const thrown_counter &) = delete;
    thrown_counter &operator=(const thrown_counter &) = delete;
    ~thrown_counter() {
        const std::lock_guard<std::mutex> lock(mutex());
        acs::on_callback_exception(former_);
        seen() = nullptr;
    }

    [[nodiscard]] std::vector<std::string> places() const {
        const std::lock_guard<std::mutex> lock(mutex());
        return places_;
    }

    /// The places, once there are this many or the time is up.
    [[nodiscard]] std::vector<std::string> wait_for_places(std::size_t count) const {
        comes_true([&] { return places().size() >= count; });
        return places();
    }

private:
    static std::mutex &mutex() {
        static std::mutex it;
        return it;
    }
    static thrown_counter *&seen() {
        static thrown_counter *it = nullptr;
        return it;
    }

    acs::callback_exception_hook former_ = nullptr;
    std::vector<std::string> places_;
};

/// Counts its destruction: captured by a callback, it shows when that is destroyed.
struct destroyed {
    explicit destroyed(counter &to) : to_(&to) {}
    destroyed(destroyed &&other) noexcept : to_(std::exchange(other.to_, nullptr)) {}
    destroyed &operator=(destroyed &&) = delete;
    ~destroyed() {
        if (to_ != nullptr) {
            to_->add();
        }
    }

private:
    counter *to_;
};

} // namespace unit

#endif
