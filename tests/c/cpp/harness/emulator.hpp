// Runs the emulator, which ends with this program, and calls its control API.
#ifndef HARNESS_EMULATOR_HPP
#define HARNESS_EMULATOR_HPP

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace harness {

/// A server that accepts connections and never answers, until the process ends.
class silent_server {
public:
    silent_server();

    [[nodiscard]] std::string url() const;

private:
    int port_;
};

class emulator {
public:
    /// The emulator of this test program, started at the first use.
    static emulator &shared();
    /// Stops it. Called at the end of main.
    static void stop();

    emulator();
    emulator(const emulator &) = delete;
    emulator &operator=(const emulator &) = delete;
    ~emulator();

    /// The JSON that the emulator prints when it starts.
    [[nodiscard]] const nlohmann::json &info() const { return info_; }
    /// A text of the start JSON by its path: "spa.client_id", "users.0.object_id".
    [[nodiscard]] std::string text(std::string_view path) const;
    /// The certificate of its CA, as PEM.
    [[nodiscard]] std::string ca() const;
    /// Its access key, which must not appear in any output.
    [[nodiscard]] std::string access_key() const;

    /// Calls the control API; `path` begins after /_emulator. Throws for a status other than 2xx. All calls
    /// use one connection, which stays open.
    nlohmann::json control(const std::string &method, const std::string &path,
                           const nlohmann::json &body = nullptr);
    void reset() { control("POST", "/reset"); }
    void fault(const nlohmann::json &fault) { control("POST", "/faults", fault); }
    /// Mints a token; the members of `query` become the query's parameters.
    std::string mint(const nlohmann::json &query);
    /// The requests that were received for all operations of "acs", "entra" or "graph", or for one operation.
    nlohmann::json requests(const std::string &operation);

private:
    struct connection;

    void start();

    nlohmann::json info_;
    std::unique_ptr<connection> connection_;
};

} // namespace harness

#endif
