#include "emulator.hpp"

#include "system.h"

#include <curl/curl.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace harness {
namespace {

void require(bool condition, const std::string &what) {
    if (!condition) {
        throw std::runtime_error(what);
    }
}

std::unique_ptr<emulator> &one() {
    static std::unique_ptr<emulator> it;
    return it;
}

size_t append(char *data, size_t size, size_t count, void *to) {
    static_cast<std::string *>(to)->append(data, size * count);
    return size * count;
}

} // namespace

silent_server::silent_server() : port_(system_listen_only()) {}

std::string silent_server::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

struct emulator::connection {
    connection() : easy(curl_easy_init()) { require(easy != nullptr, "no libcurl"); }
    connection(const connection &) = delete;
    connection &operator=(const connection &) = delete;
    ~connection() { curl_easy_cleanup(easy); }

    CURL *easy;
};

emulator &emulator::shared() {
    if (!one()) {
        one() = std::make_unique<emulator>();
    }
    return *one();
}

void emulator::stop() {
    one().reset();
    curl_global_cleanup();
}

emulator::emulator() : connection_(std::make_unique<connection>()) { start(); }

emulator::~emulator() { system_end(); }

void emulator::start() {
    const std::unique_ptr<char, decltype(&std::free)> line(system_start(ACS_EMULATOR, "--until-stdin-closes"),
                                                           &std::free);
    info_ = nlohmann::json::parse(line.get());
}

std::string emulator::text(std::string_view path) const {
    const nlohmann::json *found = &info_;
    std::istringstream members{std::string(path)};
    for (std::string member; std::getline(members, member, '.');) {
        found = found->is_array() ? &found->at(std::stoul(member)) : &found->at(member);
    }
    return found->get<std::string>();
}

std::string emulator::ca() const {
    std::ifstream file(text("ca_file"));
    std::ostringstream pem;
    pem << file.rdbuf();
    require(!pem.str().empty(), "the CA's file cannot be read");
    return pem.str();
}

std::string emulator::access_key() const {
    const std::string connection_string = text("connection_string");
    const std::string before = ";accesskey=";
    const auto at = connection_string.find(before);
    require(at != std::string::npos, "the start line has no access key");
    return connection_string.substr(at + before.size());
}

nlohmann::json emulator::control(const std::string &method, const std::string &path,
                                 const nlohmann::json &body) {
    CURL *const easy = connection_->easy;
    const std::string url = text("http_url") + "/_emulator" + path;
    const std::string sent = body.is_null() ? std::string() : body.dump();
    std::string answer;
    // Resetting the handle keeps its connection.
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
    curl_slist *headers = nullptr;
    if (!sent.empty()) {
        headers = curl_slist_append(headers, "content-type: application/json");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, sent.c_str());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(sent.size()));
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    const CURLcode code = curl_easy_perform(easy);
    curl_slist_free_all(headers);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    require(code == CURLE_OK, std::string("the control API: ") + curl_easy_strerror(code));
    require(status >= 200 && status < 300,
            "the control API answered " + std::to_string(status) + ": " + answer);
    return nlohmann::json::parse(answer, nullptr, false);
}

std::string emulator::mint(const nlohmann::json &query) {
    std::string path = "/mint";
    char between = '?';
    for (const auto &[name, value] : query.items()) {
        const std::string given = value.is_string() ? value.get<std::string>() : value.dump();
        const std::unique_ptr<char, decltype(&curl_free)> escaped(
            curl_easy_escape(connection_->easy, given.c_str(), static_cast<int>(given.size())), &curl_free);
        path += between + name + "=" + escaped.get();
        between = '&';
    }
    return control("GET", path).at("token").get<std::string>();
}

nlohmann::json emulator::requests(const std::string &operation) {
    return control("GET", "/requests?operation=" + operation).at("requests");
}

} // namespace harness
