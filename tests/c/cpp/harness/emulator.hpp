// The emulator: its program, which ends with this one, and its control API.
#ifndef HARNESS_EMULATOR_HPP
#define HARNESS_EMULATOR_HPP

#include <sys/types.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace harness {

/// A server that takes connections and never answers.
class silent_server {
public:
    silent_server();
    silent_server(const silent_server &) = delete;
    silent_server &operator=(const silent_server &) = delete;
    ~silent_server();

    [[nodiscard]] std::string url() const;

private:
    int socket_;
    int port_;
};

class emulator {
public:
    /// The one of this test program, started at the first use.
    static emulator &shared();
    /// Ends it; for the end of main.
    static void stop();

    emulator();
    emulator(const emulator &) = delete;
    emulator &operator=(const emulator &) = delete;
    ~emulator();

    /// The start line.
    [[nodiscard]] const nlohmann::json &info() const { return info_; }
    /// A text of the start line by its path: "spa.client_id", "users.0.object_id".
    [[nodiscard]] std::string text(std::string_view path) const;
    /// The PEM of its CA.
    [[nodiscard]] std::string ca() const;
    /// Its access key, which must be seen nowhere.
    [[nodiscard]] std::string access_key() const;

    /// The control API: `path` begins after /_emulator. Another status than 2xx throws. All calls use one
    /// connection, which stays open.
    nlohmann::json control(const std::string &method, const std::string &path,
                           const nlohmann::json &body = nullptr);
    void reset() { control("POST", "/reset"); }
    void fault(const nlohmann::json &fault) { control("POST", "/faults", fault); }
    /// A token by the members of a query, which become texts.
    std::string mint(const nlohmann::json &query);
    /// The records of the operations of "acs", "entra" or "graph", or of one operation.
    nlohmann::json requests(const std::string &operation);

private:
    struct connection;

    void start();

    pid_t process_ = -1;
    int its_stdin_ = -1;
    nlohmann::json info_;
    std::unique_ptr<connection> connection_;
};

} // namespace harness

#endif
