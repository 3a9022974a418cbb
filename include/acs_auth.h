/*
 * acs_auth.h: exchanges users' Microsoft Entra tokens for Azure Communication Services (ACS) access tokens, and signs
 * ACS requests, inside your own back end.
 *
 * It can be used on three levels, each complete in itself:
 *   - sign, prepare, parse: no I/O, for a program with its own HTTP library;
 *   - acs_client: all operations, with retries and a deadline;
 *   - acs_handler: an HTTP request in, an HTTP response out, for /api/token/teams.
 *
 * RESULTS. A function that can fail returns acs_status. Its results are its last parameters, and are written only if it
 * returns ACS_STATUS_OK. The very last parameter, acs_error **error, may be NULL. Otherwise it is written only if the
 * function fails, and the caller frees the error.
 *
 * OWNERSHIP. Handles are opaque. What a function returns through a parameter belongs to the caller, who frees it once
 * with the type's own _free function; freeing NULL does nothing. A returned pointer to const is borrowed: it is valid as
 * long as the handle that it was read from.
 *
 * TEXTS are UTF-8 and NUL-terminated, except that received headers may have any encoding. Texts passed to a function are
 * borrowed only for the call. A missing text is NULL.
 *
 * ARGUMENTS that are invalid cause ACS_STATUS_INVALID_ARGUMENT: NULL for a required argument, text that is not UTF-8, a
 * number that is not listed, a count without a list. The error's target names the argument or option, by its name here or
 * by its name in all languages ("user" for user_id, "timeout" for timeout_ms, "retry_policy" for max_attempts). A function
 * that cannot fail returns NULL, 0, false, or the value that its documentation names.
 *
 * TIMES are seconds since 1970-01-01T00:00:00Z. Durations have their unit in their name.
 *
 * OPTIONS are structs that may grow. Fill them with their _init function, which sets pointers to NULL and numbers to
 * ACS_DEFAULT, and then change members. A list that is NULL is empty, unless its member says otherwise. A library that is
 * older than the header accepts them as long as no member is set that it doesn't know.
 *
 * THREADS. Clients, exchangers, users' credentials, verifiers, handlers, queues, clouds, and settings while no value is
 * being set, may be used by any threads at once; everything else by one thread at a time. No handle may be in use when
 * it is freed.
 *
 * CALLBACKS run on threads of the library. The log and each observer have a thread of their own. A credential's callback
 * runs on one of at most 16 threads. A completion's callback runs on a worker thread, on one of 16 more while another
 * callback blocks that, or on the thread that calls acs_call_cancel or acs_shutdown.
 *
 * A C++ exception, longjmp, pthread_exit and pthread_cancel must not leave a callback. An exception or pthread_exit aborts
 * the process, with a line on standard error that names the callback, since the library's own frames cannot be unwound;
 * longjmp is undefined. acs_auth.hpp catches what C++ callbacks throw. With acs_auth.h alone, declare them noexcept, which
 * also shows where the exception was thrown. exit() doesn't wait for callbacks: call acs_shutdown first if a callback uses
 * anything that exit() destroys.
 *
 * FORKS. All handles may be used before and after a fork, in the parent and in the child, but not in a child that was
 * forked in a callback. A child opens its own connections and starts its own threads.
 *
 * Except for that one line, the library writes nothing to the standard streams. It installs no signal handlers and changes
 * no environment variable.
 */
#ifndef ACS_AUTH_H
#define ACS_AUTH_H

/* Generated from bindings/c by `make header`: do not edit. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The versions of the header, the library and the ABI.
 */

/// The version of the header.
#define ACS_VERSION "0.1.0"

/// The first number of ACS_VERSION.
#define ACS_VERSION_MAJOR 0

/// The second number of ACS_VERSION.
#define ACS_VERSION_MINOR 1

/// The third number of ACS_VERSION.
#define ACS_VERSION_PATCH 0

/// The version of the header's ABI: major << 16 | minor.
///
/// A program works with a library of the same major version and the same or a higher minor version.
#define ACS_ABI_VERSION 1

/// Returns the version of the library, such as "0.1.0". The text is static and not freed.
const char *acs_version(void);

/// Returns the version of the library's ABI, to compare with ACS_ABI_VERSION: major << 16 | minor.
uint32_t acs_abi_version(void);

/*
 * The outcome of a call, as a number.
 */

/// The outcome of a call. Numbers never change and are never reused; new ones may be added, so have
/// a default case.
typedef enum acs_status {
  /// It succeeded.
  ACS_STATUS_OK = 0,
  /// An argument of the call is invalid; nothing was sent, and the error's target names the
  /// argument.
  ACS_STATUS_INVALID_ARGUMENT = 1,
  /// The connection string or endpoint is invalid; the error's target names the part.
  ACS_STATUS_INVALID_CONNECTION_STRING = 2,
  /// The library's token check rejected the Entra token; nothing was sent and the error's code
  /// names the check.
  ACS_STATUS_ENTRA_TOKEN_INVALID = 3,
  /// The service rejected the user's Entra token (401 InvalidAccessToken).
  ACS_STATUS_ENTRA_TOKEN_REJECTED = 4,
  /// The service rejected the request as invalid (400); the error's target names the field.
  ACS_STATUS_VALIDATION_FAILED = 5,
  /// The service rejected your credential: the access key, its signature, or the bearer token.
  ACS_STATUS_CREDENTIAL_DENIED = 6,
  /// The identity or assignment doesn't exist, or the endpoint or API version is wrong (404).
  ACS_STATUS_NOT_FOUND = 7,
  /// The service throttled the call (429), or an exchanger's limit did.
  ACS_STATUS_THROTTLED = 8,
  /// The service returned another error.
  ACS_STATUS_SERVICE_ERROR = 9,
  /// No response was received: DNS, the connection, TLS or the proxy failed.
  ACS_STATUS_TRANSPORT_ERROR = 10,
  /// The deadline passed before a response was received.
  ACS_STATUS_TIMEOUT = 11,
  /// The call was cancelled.
  ACS_STATUS_CANCELLED = 12,
  /// The response doesn't come from this service: a redirect, an oversized or a malformed body.
  ACS_STATUS_UNEXPECTED_RESPONSE = 13,
  /// The back end's caller sent no valid bearer token.
  ACS_STATUS_UNAUTHORIZED = 14,
  /// The back end's caller isn't allowed to do this.
  ACS_STATUS_FORBIDDEN = 15,
  /// A bug in the library, or the system can't provide threads or descriptors.
  ACS_STATUS_INTERNAL = 99,
} acs_status;

/// Returns the name of a status, such as "EntraTokenRejected"; "Ok" for ACS_STATUS_OK, "Unknown"
/// for an unknown number. The text is static and not freed.
const char *acs_status_name(int32_t status);

/*
 * Errors, which a failed call returns through its last parameter.
 *
 * No text of an error ever contains a key or a token. All texts are borrowed from the error.
 */

/// Why a call failed. Freed with acs_error_free.
typedef struct acs_error acs_error;

/// Returns what went wrong; ACS_STATUS_OK for NULL.
acs_status acs_error_kind(const acs_error *error);

/// Returns the HTTP status of the response; 0 if none was received.
int32_t acs_error_http_status(const acs_error *error);

/// Returns the service's error code, such as "ValidationError", or the name of the failed token
/// check; NULL if there is none.
const char *acs_error_code(const acs_error *error);

/// Returns the field, argument or part that the error is about; NULL if there is none. The
/// service's casing varies: compare case-insensitively.
const char *acs_error_target(const acs_error *error);

/// Returns what happened and what to do, as text for a person.
const char *acs_error_reason(const acs_error *error);

/// Returns how long to wait before the next try, in milliseconds; -1 if unknown.
int64_t acs_error_retry_after_ms(const acs_error *error);

/// Returns the x-ms-client-request-id of the request, the same for all its attempts; NULL if none
/// was sent.
const char *acs_error_client_request_id(const acs_error *error);

/// Returns the service's MS-CV correlation vector, which Microsoft's support asks for; NULL if
/// there is none.
const char *acs_error_ms_cv(const acs_error *error);

/// Returns everything that is known, in one line for a log.
const char *acs_error_message(const acs_error *error);

/// Frees an error. NULL is ignored.
void acs_error_free(acs_error *error);

/*
 * Plain data that several functions take or return.
 */

/// Selects the default: for any number in an options struct, and for a duration argument.
#define ACS_DEFAULT (-1)

/// Returned instead of 1 or 0 if the question doesn't apply, as without a shared cache.
#define ACS_NOT_APPLICABLE (-1)

/// Bytes, which may contain NULs. NULL with a length of 0 means none.
typedef struct acs_bytes {
  /// The first byte.
  const uint8_t *data;
  /// The number of bytes.
  size_t len;
} acs_bytes;

/// A header of an HTTP message. Names are case-insensitive.
typedef struct acs_header {
  /// Its name.
  const char *name;
  /// Its value.
  const char *value;
} acs_header;

/// Frees a text that a function returned as `char *`. NULL is ignored.
void acs_string_free(char *text);

/*
 * Microsoft's clouds, and custom ones: the names with which an Entra token is compared.
 */

/// The public cloud.
#define ACS_CLOUD_PUBLIC 0

/// The clouds of the US government. Microsoft documents that Teams users cannot be connected there.
#define ACS_CLOUD_US_GOVERNMENT 1

/// The cloud in China, operated by 21Vianet.
#define ACS_CLOUD_CHINA 2

/// A custom authority, such as an emulator's; everything else is as in the public cloud. Needs the
/// member authority.
#define ACS_CLOUD_CUSTOM 3

/// A cloud. It never changes, so any threads may use it at once. Freed with acs_cloud_free.
typedef struct acs_cloud acs_cloud;

/// The options of a cloud. Members that are not NULL override the cloud's own names, since
/// Microsoft doesn't document all of them.
typedef struct acs_cloud_options {
  /// sizeof(acs_cloud_options).
  size_t struct_size;
  /// ACS_CLOUD_PUBLIC (default), ACS_CLOUD_US_GOVERNMENT, ACS_CLOUD_CHINA or ACS_CLOUD_CUSTOM.
  int32_t kind;
  /// The authority from which tokens are requested, such as "https://login.microsoftonline.com".
  const char *authority;
  /// The issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
  const char *issuer_v1;
  /// The issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
  const char *issuer_v2;
  /// The suffix of ACS resources' host names, such as ".communication.azure.com".
  const char *acs_suffix;
  /// The resource whose Teams permissions a user consents to.
  const char *teams_resource;
  /// The prefixes of Teams users' raw ids, such as "8:orgid:".
  const char *const *teams_user_prefixes;
  /// The number of teams_user_prefixes.
  size_t teams_user_prefix_count;
} acs_cloud_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_cloud_options).
void acs_cloud_options_init(acs_cloud_options *options,
                            size_t struct_size);

/// Creates a cloud.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the member.
acs_status acs_cloud_new(const acs_cloud_options *options,
                         acs_cloud **cloud,
                         acs_error **error);

/// Returns the authority from which tokens are requested.
const char *acs_cloud_authority(const acs_cloud *cloud);

/// Returns the issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
const char *acs_cloud_issuer_v1(const acs_cloud *cloud);

/// Returns the issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
const char *acs_cloud_issuer_v2(const acs_cloud *cloud);

/// Returns the suffix of ACS resources' host names.
const char *acs_cloud_acs_suffix(const acs_cloud *cloud);

/// Returns the resource whose Teams permissions a user consents to.
const char *acs_cloud_teams_resource(const acs_cloud *cloud);

/// Returns the number of prefixes of Teams users' raw ids.
size_t acs_cloud_teams_user_prefix_count(const acs_cloud *cloud);

/// Returns a prefix of Teams users' raw ids; NULL out of range.
const char *acs_cloud_teams_user_prefix(const acs_cloud *cloud,
                                        size_t index);

/// Returns the full name of a Teams permission, such as "Teams.ManageCalls", as it is requested
/// from MSAL. The caller frees the text with acs_string_free.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_cloud_teams_scope(const acs_cloud *cloud,
                                 const char *permission,
                                 char **scope,
                                 acs_error **error);

/// Frees a cloud. Everything created with it keeps its own copy. NULL is ignored.
void acs_cloud_free(acs_cloud *cloud);

/*
 * Endpoints, access keys and connection strings. No I/O.
 */

/// An access key, ready to sign with. It can't be read back. Freed with acs_access_key_free, unless
/// it is borrowed from a connection string.
typedef struct acs_access_key acs_access_key;

/// A connection string in its parts. Freed with acs_connection_string_free.
typedef struct acs_connection_string acs_connection_string;

/// The address of an ACS resource. Freed with acs_endpoint_free, unless it is borrowed from a
/// connection string.
typedef struct acs_endpoint acs_endpoint;

/// Parses an endpoint such as "https://contoso.communication.azure.com". The scheme defaults to
/// https; http is accepted for loopback only.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "endpoint".
acs_status acs_endpoint_parse(const char *text,
                              acs_endpoint **endpoint,
                              acs_error **error);

/// Parses like acs_endpoint_parse, but accepts http for any host: use it only if something else
/// protects the connection.
acs_status acs_endpoint_parse_allowing_insecure(const char *text,
                                                acs_endpoint **endpoint,
                                                acs_error **error);

/// Returns the endpoint's URL, in lower case and without a trailing slash.
const char *acs_endpoint_url(const acs_endpoint *endpoint);

/// Frees an endpoint. NULL is ignored.
void acs_endpoint_free(acs_endpoint *endpoint);

/// Parses an access key as the Azure portal shows it: standard base64 with padding.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "accesskey"; the text is not shown.
acs_status acs_access_key_from_base64(const char *text,
                                      acs_access_key **key,
                                      acs_error **error);

/// Wipes and frees a key. NULL is ignored.
void acs_access_key_free(acs_access_key *key);

/// Parses a connection string, "endpoint=https://…;accesskey=…".
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING, target naming the part; the key is not shown.
acs_status acs_connection_string_parse(const char *text,
                                       acs_connection_string **parts,
                                       acs_error **error);

/// Parses like acs_connection_string_parse, but accepts http for any host: use it only if something
/// else protects the connection.
acs_status acs_connection_string_parse_allowing_insecure(const char *text,
                                                         acs_connection_string **parts,
                                                         acs_error **error);

/// Returns the endpoint, borrowed from the connection string: don't free it.
const acs_endpoint *acs_connection_string_endpoint(const acs_connection_string *parts);

/// Returns the access key, borrowed from the connection string: don't free it.
const acs_access_key *acs_connection_string_access_key(const acs_connection_string *parts);

/// Wipes and frees a connection string's parts. NULL is ignored.
void acs_connection_string_free(acs_connection_string *parts);

/*
 * Signs a request that is sent by other means. No I/O.
 *
 * The scheme is HMAC-SHA256 over the method, the request target, the date, the Host header and the
 * body's SHA-256. What is signed must be sent byte for byte, so keep the HTTP library from
 * normalising the URL (with libcurl: CURLOPT_PATH_AS_IS) and from following redirects. Sign each
 * attempt again: the service rejects an old date.
 */

/// The headers that sign a request, and how they were computed. Freed with acs_signed_headers_free.
typedef struct acs_signed_headers acs_signed_headers;

/// Signs a request with the access key, for the time at which it is sent.
///
/// method: case-insensitive. url: absolute; its path and query are signed unchanged, but a bare "?"
/// at its end is not signed and must not be sent. body: what will be sent, or none. now: seconds
/// since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "method" (not an HTTP token), "url" (not
/// absolute, not http or https, or with user information, a fragment, a space, a control character
/// or a non-ASCII character) or "now" (a year that is not from 1970 to 9999).
acs_status acs_sign_request(const acs_access_key *key,
                            const char *method,
                            const char *url,
                            acs_bytes body,
                            int64_t now,
                            acs_signed_headers **headers,
                            acs_error **error);

/// Returns the value of the header x-ms-date: the time in RFC 1123 form, in GMT.
const char *acs_signed_headers_x_ms_date(const acs_signed_headers *headers);

/// Returns the value of the header x-ms-content-sha256: the body's SHA-256 in base64.
const char *acs_signed_headers_x_ms_content_sha256(const acs_signed_headers *headers);

/// Returns the value of the header authorization. It can be replayed for some minutes: don't log
/// it.
const char *acs_signed_headers_authorization(const acs_signed_headers *headers);

/// Returns the value that the Host header must have; every HTTP library sends it by itself.
const char *acs_signed_headers_host(const acs_signed_headers *headers);

/// Returns the request target to send: path and query, with percent-encoding unchanged.
const char *acs_signed_headers_target(const acs_signed_headers *headers);

/// Returns the signed text, to compare when a signature is rejected. It contains no secret.
const char *acs_signed_headers_string_to_sign(const acs_signed_headers *headers);

/// Frees the result of acs_sign_request. NULL is ignored.
void acs_signed_headers_free(acs_signed_headers *headers);

/*
 * A prepared request of an operation. No I/O.
 */

/// The request needs the caller's own credential: sign it, or add its bearer token.
#define ACS_AUTHENTICATION_CREDENTIAL 0

/// The user's Entra token, which is already in the header authorization, authenticates the request:
/// send it unchanged.
#define ACS_AUTHENTICATION_USER_TOKEN 1

/// The request is idempotent.
#define ACS_RETRYABLE_ALWAYS 0

/// Each request creates something: retry it only if it cannot have been processed.
#define ACS_RETRYABLE_IF_NOT_PROCESSED 1

/// A request, complete except for its credential. Freed with acs_prepared_request_free, which wipes
/// it.
typedef struct acs_prepared_request acs_prepared_request;

/// Returns the method: "GET", "POST", "PUT" or "DELETE".
const char *acs_prepared_request_method(const acs_prepared_request *request);

/// Returns the absolute URL. It is signed and must be sent byte for byte.
const char *acs_prepared_request_url(const acs_prepared_request *request);

/// Returns the number of headers to send, in addition to host, content-length of a body and the
/// credential's.
size_t acs_prepared_request_header_count(const acs_prepared_request *request);

/// Returns a header to send, with its name in lower case; NULLs out of range. An empty POST has its
/// own "content-length: 0": leave it out if the HTTP library sends it by itself.
acs_header acs_prepared_request_header(const acs_prepared_request *request,
                                       size_t index);

/// Returns the body, which may contain the user's token.
acs_bytes acs_prepared_request_body(const acs_prepared_request *request);

/// Returns what authenticates it: ACS_AUTHENTICATION_…; -1 for NULL.
int32_t acs_prepared_request_authentication(const acs_prepared_request *request);

/// Returns whether it may be retried when its outcome is unknown: ACS_RETRYABLE_…; -1 for NULL.
int32_t acs_prepared_request_retryable(const acs_prepared_request *request);

/// Wipes and frees a request. NULL is ignored.
void acs_prepared_request_free(acs_prepared_request *request);

/*
 * Prepares the request of each operation, for a program with its own HTTP library. No I/O.
 *
 * A NULL api_version means the default of the operation: ACS_DEFAULT_API_VERSION,
 * ACS_TEAMS_EXTENSION_API_VERSION for Teams Phone extensibility, the latest
 * ACS_PREVIEW_API_VERSION_… for operations that exist only in a preview. token_expires_in_s is
 * 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the service's default
 * (24 hours). scopes are ACS_TOKEN_SCOPE_… or others that the service knows.
 */

/// The API version of the identity operations and of the Teams user exchange.
#define ACS_DEFAULT_API_VERSION "2023-10-01"

/// The first API version with Teams Phone extensibility: its exchange and its assignments.
#define ACS_TEAMS_EXTENSION_API_VERSION "2025-06-30"

/// The first API version with the Teams user exchange.
#define ACS_API_VERSION_V2022_06_01 "2022-06-01"

/// The API version that added the lifetime of tokens.
#define ACS_API_VERSION_V2022_10_01 "2022-10-01"

/// The API version that added the scopes chat.join, chat.join.limited and voip.join.
#define ACS_API_VERSION_V2023_10_01 "2023-10-01"

/// The API version that added Teams Phone extensibility.
#define ACS_API_VERSION_V2025_06_30 "2025-06-30"

/// The newest API version.
#define ACS_API_VERSION_V2026_09_23 "2026-09-23"

/// The preview with the Entra user exchange, custom ids, and reading an identity.
#define ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW "2025-03-02-preview"

/// The principal of an assignment is a person.
#define ACS_PRINCIPAL_TYPE_USER "user"

/// The principal of an assignment is a Teams resource account, such as an auto attendant.
#define ACS_PRINCIPAL_TYPE_RESOURCE_ACCOUNT "resourceAccount"

/// The scope for all of chat.
#define ACS_TOKEN_SCOPE_CHAT "chat"

/// The scope for all of calling.
#define ACS_TOKEN_SCOPE_VOIP "voip"

/// The scope for chat, without creating or deleting threads.
#define ACS_TOKEN_SCOPE_CHAT_JOIN "chat.join"

/// The scope for chat as ACS_TOKEN_SCOPE_CHAT_JOIN, without adding or removing participants.
#define ACS_TOKEN_SCOPE_CHAT_JOIN_LIMITED "chat.join.limited"

/// The scope for joining calls, without starting them.
#define ACS_TOKEN_SCOPE_VOIP_JOIN "voip.join"

/// Prepares the request that creates an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_create_user(const acs_endpoint *endpoint,
                                   const char *api_version,
                                   acs_prepared_request **request,
                                   acs_error **error);

/// Prepares the request that creates an identity and issues a first token for it.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an empty list of scopes or an expiry out of range.
acs_status acs_prepare_create_user_and_token(const acs_endpoint *endpoint,
                                             const char *const *scopes,
                                             size_t scope_count,
                                             int64_t token_expires_in_s,
                                             const char *api_version,
                                             acs_prepared_request **request,
                                             acs_error **error);

/// Prepares the request that issues a token for an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id, an empty list of scopes or an
/// expiry out of range.
acs_status acs_prepare_issue_token(const acs_endpoint *endpoint,
                                   const char *user_id,
                                   const char *const *scopes,
                                   size_t scope_count,
                                   int64_t token_expires_in_s,
                                   const char *api_version,
                                   acs_prepared_request **request,
                                   acs_error **error);

/// Prepares the request that revokes all tokens of an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
acs_status acs_prepare_revoke_tokens(const acs_endpoint *endpoint,
                                     const char *user_id,
                                     const char *api_version,
                                     acs_prepared_request **request,
                                     acs_error **error);

/// Prepares the request that deletes an identity and revokes its tokens.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
acs_status acs_prepare_delete_user(const acs_endpoint *endpoint,
                                   const char *user_id,
                                   const char *api_version,
                                   acs_prepared_request **request,
                                   acs_error **error);

/// Prepares the request that exchanges a Teams user's Entra token. Its body contains the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_exchange_teams_user(const acs_endpoint *endpoint,
                                           const char *aad_token,
                                           const char *client_id,
                                           const char *user_object_id,
                                           const char *api_version,
                                           acs_prepared_request **request,
                                           acs_error **error);

/// Prepares the request that exchanges the Entra token of a Teams extension user. Its header
/// authorization contains the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_exchange_teams_extension(const acs_endpoint *endpoint,
                                                const char *aad_token,
                                                const char *api_version,
                                                acs_prepared_request **request,
                                                acs_error **error);

/// Prepares the request that assigns a principal to this resource's Teams Phone extensibility, or
/// replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or another type that the service knows. client_ids
/// are the applications that a user may sign in to; none for a resource account.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
acs_status acs_prepare_put_teams_extension_assignment(const acs_endpoint *endpoint,
                                                      const char *tenant_id,
                                                      const char *object_id,
                                                      const char *principal_type,
                                                      const char *const *client_ids,
                                                      size_t client_id_count,
                                                      const char *api_version,
                                                      acs_prepared_request **request,
                                                      acs_error **error);

/// Prepares the request that reads a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
acs_status acs_prepare_get_teams_extension_assignment(const acs_endpoint *endpoint,
                                                      const char *tenant_id,
                                                      const char *object_id,
                                                      const char *api_version,
                                                      acs_prepared_request **request,
                                                      acs_error **error);

/// Prepares the request that deletes a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
acs_status acs_prepare_delete_teams_extension_assignment(const acs_endpoint *endpoint,
                                                         const char *tenant_id,
                                                         const char *object_id,
                                                         const char *api_version,
                                                         acs_prepared_request **request,
                                                         acs_error **error);

/// Prepares the request that exchanges an Entra user's token. Its header authorization contains the
/// token. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_exchange_entra_user(const acs_endpoint *endpoint,
                                           const char *aad_token,
                                           const char *api_version,
                                           acs_prepared_request **request,
                                           acs_error **error);

/// Prepares the request that creates an identity with a custom id, or finds the one that already
/// has it. Preview.
///
/// custom_id is your own name for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_create_user_with_custom_id(const acs_endpoint *endpoint,
                                                  const char *custom_id,
                                                  const char *api_version,
                                                  acs_prepared_request **request,
                                                  acs_error **error);

/// Prepares the request that creates an identity with a custom id, or finds the one that already
/// has it, and issues a token for it. Preview.
///
/// Errors: as acs_prepare_create_user_with_custom_id and acs_prepare_create_user_and_token.
acs_status acs_prepare_create_user_and_token_with_custom_id(const acs_endpoint *endpoint,
                                                            const char *custom_id,
                                                            const char *const *scopes,
                                                            size_t scope_count,
                                                            int64_t token_expires_in_s,
                                                            const char *api_version,
                                                            acs_prepared_request **request,
                                                            acs_error **error);

/// Prepares the request that returns the service's details of an identity. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an invalid id.
acs_status acs_prepare_get_user_detail(const acs_endpoint *endpoint,
                                       const char *user_id,
                                       const char *api_version,
                                       acs_prepared_request **request,
                                       acs_error **error);

/*
 * The results of operations: an identity, an access token, or both; the details of an identity;
 * assignments of Teams Phone extensibility.
 */

/// A principal that may use the resource's Teams Phone extensibility. Freed with
/// acs_teams_extension_assignment_free.
typedef struct acs_teams_extension_assignment acs_teams_extension_assignment;

/// An access token and its expiry. Freed with acs_token_free, which wipes it.
typedef struct acs_token acs_token;

/// An ACS identity. Freed with acs_user_free.
typedef struct acs_user acs_user;

/// The service's details of an identity. Freed with acs_user_detail_free.
typedef struct acs_user_detail acs_user_detail;

/// An identity with an access token for it. Freed with acs_user_token_free, which wipes it.
typedef struct acs_user_token acs_user_token;

/// Returns the identity's raw id, such as "8:acs:…".
const char *acs_user_id(const acs_user *user);

/// Frees an identity's handle. NULL is ignored.
void acs_user_free(acs_user *user);

/// Returns the token itself. The service doesn't guarantee its format. Don't log it.
const char *acs_token_text(const acs_token *token);

/// Returns when the token expires, in seconds since 1970, rounded down; 0 for NULL.
int64_t acs_token_expires_on(const acs_token *token);

/// Wipes and frees a token. NULL is ignored.
void acs_token_free(acs_token *token);

/// Returns the identity's raw id, such as "8:acs:…".
const char *acs_user_token_user_id(const acs_user_token *user_token);

/// Returns the token itself. The service doesn't guarantee its format. Don't log it.
const char *acs_user_token_text(const acs_user_token *user_token);

/// Returns when the token expires, in seconds since 1970, rounded down; 0 for NULL.
int64_t acs_user_token_expires_on(const acs_user_token *user_token);

/// Wipes and frees an identity with its token. NULL is ignored.
void acs_user_token_free(acs_user_token *user_token);

/// Returns the identity's raw id, such as "8:acs:…".
const char *acs_user_detail_user_id(const acs_user_detail *detail);

/// Returns the custom id that the back end assigned to the identity; NULL if there is none.
const char *acs_user_detail_custom_id(const acs_user_detail *detail);

/// Returns when the identity's latest token was issued, in seconds since 1970, rounded down; 0 if
/// none was, and for NULL.
int64_t acs_user_detail_last_token_issued_at(const acs_user_detail *detail);

/// Frees an identity's details. NULL is ignored.
void acs_user_detail_free(acs_user_detail *detail);

/// Returns the principal's tenant.
const char *acs_teams_extension_assignment_tenant_id(const acs_teams_extension_assignment *assignment);

/// Returns the principal's object id.
const char *acs_teams_extension_assignment_object_id(const acs_teams_extension_assignment *assignment);

/// Returns the type of the principal: ACS_PRINCIPAL_TYPE_… or another type that the service knows.
const char *acs_teams_extension_assignment_principal_type(const acs_teams_extension_assignment *assignment);

/// Returns the number of applications that a user may sign in to; 0 for a resource account, and for
/// NULL.
size_t acs_teams_extension_assignment_client_id_count(const acs_teams_extension_assignment *assignment);

/// Returns the client id of an application that a user may sign in to; NULL out of range.
const char *acs_teams_extension_assignment_client_id(const acs_teams_extension_assignment *assignment,
                                                     size_t index);

/// Frees an assignment. NULL is ignored.
void acs_teams_extension_assignment_free(acs_teams_extension_assignment *assignment);

/*
 * Parses the response to a prepared request. No I/O.
 *
 * Each function returns the operation's result, or the error that the response stands for: see
 * acs_status.
 */

/// A response from any HTTP library.
typedef struct acs_raw_response {
  /// sizeof(acs_raw_response).
  size_t struct_size;
  /// The HTTP status.
  int32_t status;
  /// The headers.
  const acs_header *headers;
  /// The number of headers.
  size_t header_count;
  /// The whole body.
  acs_bytes body;
  /// When it was received, in seconds since 1970, for a Retry-After that is a date. Default: now.
  int64_t received_at;
} acs_raw_response;

/// Fills the response with its defaults. struct_size is sizeof(acs_raw_response).
void acs_raw_response_init(acs_raw_response *response,
                           size_t struct_size);

/// Returns how long the response's headers ask to wait before the next try, in milliseconds
/// (retry-after-ms, x-ms-retry-after-ms, Retry-After as seconds or as a date); -1 if they don't.
int64_t acs_retry_after_ms(const acs_raw_response *response);

/// Parses the response to acs_prepare_create_user.
acs_status acs_parse_create_user(const acs_raw_response *response,
                                 acs_user **user,
                                 acs_error **error);

/// Parses the response to acs_prepare_create_user_and_token.
acs_status acs_parse_create_user_and_token(const acs_raw_response *response,
                                           acs_user_token **user_token,
                                           acs_error **error);

/// Parses the response to acs_prepare_issue_token.
acs_status acs_parse_issue_token(const acs_raw_response *response,
                                 acs_token **token,
                                 acs_error **error);

/// Parses the response to acs_prepare_revoke_tokens.
acs_status acs_parse_revoke_tokens(const acs_raw_response *response,
                                   acs_error **error);

/// Parses the response to acs_prepare_delete_user.
acs_status acs_parse_delete_user(const acs_raw_response *response,
                                 acs_error **error);

/// Parses the response to acs_prepare_exchange_teams_user.
acs_status acs_parse_exchange_teams_user(const acs_raw_response *response,
                                         acs_token **token,
                                         acs_error **error);

/// Parses the response to acs_prepare_exchange_teams_extension.
acs_status acs_parse_exchange_teams_extension(const acs_raw_response *response,
                                              acs_user_token **user_token,
                                              acs_error **error);

/// Parses the response to acs_prepare_put_teams_extension_assignment.
acs_status acs_parse_put_teams_extension_assignment(const acs_raw_response *response,
                                                    acs_teams_extension_assignment **teams_extension_assignment,
                                                    acs_error **error);

/// Parses the response to acs_prepare_get_teams_extension_assignment.
acs_status acs_parse_get_teams_extension_assignment(const acs_raw_response *response,
                                                    acs_teams_extension_assignment **teams_extension_assignment,
                                                    acs_error **error);

/// Parses the response to acs_prepare_delete_teams_extension_assignment.
acs_status acs_parse_delete_teams_extension_assignment(const acs_raw_response *response,
                                                       acs_error **error);

/// Parses the response to acs_prepare_exchange_entra_user.
acs_status acs_parse_exchange_entra_user(const acs_raw_response *response,
                                         acs_user_token **user_token,
                                         acs_error **error);

/// Parses the response to acs_prepare_create_user_with_custom_id.
acs_status acs_parse_create_user_with_custom_id(const acs_raw_response *response,
                                                acs_user **user,
                                                acs_error **error);

/// Parses the response to acs_prepare_create_user_and_token_with_custom_id.
acs_status acs_parse_create_user_and_token_with_custom_id(const acs_raw_response *response,
                                                          acs_user_token **user_token,
                                                          acs_error **error);

/// Parses the response to acs_prepare_get_user_detail.
acs_status acs_parse_get_user_detail(const acs_raw_response *response,
                                     acs_user_detail **user_detail,
                                     acs_error **error);

/*
 * The expected properties of a user's Entra token, for inspecting it.
 */

/// The expectations of the Teams user exchange: both Teams permissions, and more than ten minutes
/// left.
#define ACS_EXPECT_TEAMS_USER 0

/// The expectations of the Teams extension exchange: TeamsExtension.ManageCalls, and more than ten
/// minutes left.
#define ACS_EXPECT_TEAMS_EXTENSION 1

/// The expectations of the Entra user exchange: a token for
/// https://communication.azure.com/clients, whatever the cloud, and more than ten minutes left.
#define ACS_EXPECT_ENTRA_USER 2

/// The expected properties of a token. GUIDs are compared case-insensitively.
typedef struct acs_expectations {
  /// sizeof(acs_expectations).
  size_t struct_size;
  /// ACS_EXPECT_TEAMS_USER (default), ACS_EXPECT_TEAMS_EXTENSION or ACS_EXPECT_ENTRA_USER.
  int32_t kind;
  /// The cloud whose names are expected; NULL for the public one.
  const acs_cloud *cloud;
  /// The application that signed the user in; NULL: not compared.
  const char *client_id;
  /// The user's object id; NULL: not compared.
  const char *user_object_id;
  /// The user's tenant; NULL, "organizations" and "common" mean any.
  const char *tenant_id;
  /// The accepted audiences, instead of the kind's; NULL for those of the kind.
  const char *const *audiences;
  /// The number of audiences; 0 with audiences that are not NULL accepts any.
  size_t audience_count;
  /// The permissions that the token must have, all of them, by their short names, instead of the
  /// kind's; NULL for those of the kind.
  const char *const *scopes;
  /// The number of scopes; 0 with scopes that are not NULL means none.
  size_t scope_count;
  /// The resource that the permissions belong to, for the advice on what to request from MSAL;
  /// NULL for the kind's.
  const char *resource;
  /// The minimum remaining lifetime in seconds: the token must have more than this left. Default
  /// 600.
  int64_t min_remaining_s;
} acs_expectations;

/// Fills the expectations with their defaults. struct_size is sizeof(acs_expectations).
void acs_expectations_init(acs_expectations *expectations,
                           size_t struct_size);

/*
 * Finds what the service would reject in a user's Entra token, without trusting it. No I/O.
 *
 * No signature is verified here: a token that passes can still be forged. Use it to explain errors
 * and to save calls, never to authorize anyone; acs_verifier_verify does that.
 */

/// The application id of ACS in Entra, for which tokens to exchange are issued.
#define ACS_RESOURCE_APP_ID "1fd5118e-2576-4263-8130-9503064c837a"

/// The token is a readable signed JWT.
#define ACS_CHECK_SHAPE 0

/// The token is for ACS.
#define ACS_CHECK_AUDIENCE 1

/// The token has the expected permissions, and a user consented to them.
#define ACS_CHECK_SCOPES 2

/// The token was issued to the expected application.
#define ACS_CHECK_APP 3

/// The token belongs to the expected user.
#define ACS_CHECK_USER 4

/// The token is from the expected tenant, and from one that ACS accepts.
#define ACS_CHECK_TENANT 5

/// The token is valid now, and for long enough.
#define ACS_CHECK_EXPIRY 6

/// The check found nothing wrong.
#define ACS_OUTCOME_PASSED 0

/// The service is likely to reject the token, or the token is of little use.
#define ACS_OUTCOME_FAILED 1

/// There was nothing to compare the token with.
#define ACS_OUTCOME_NOT_CHECKED 2

/// The result of inspecting a token. It contains neither the token nor its signature. Freed with
/// acs_inspection_free.
typedef struct acs_inspection acs_inspection;

/// Returns the name of a check, which is also the code of an error of the token check: "shape",
/// "audience", "scopes", "app", "user", "tenant" or "expiry"; NULL for an unknown number. The text
/// is static and not freed.
const char *acs_check_name(int32_t check);

/// Inspects a user's Entra token without trusting it, and reports check by check what the service
/// would reject. Any text is accepted as a token. now: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the argument or member.
acs_status acs_inspect(const char *token,
                       const acs_expectations *expectations,
                       int64_t now,
                       acs_inspection **inspection,
                       acs_error **error);

/// Returns whether no check failed; false for NULL.
bool acs_inspection_is_ok(const acs_inspection *inspection);

/// Returns the number of checks; they are made in the order of ACS_CHECK_….
size_t acs_inspection_check_count(const acs_inspection *inspection);

/// Returns which check this is: ACS_CHECK_…; -1 out of range.
int32_t acs_inspection_check(const acs_inspection *inspection,
                             size_t index);

/// Returns the outcome of the check: ACS_OUTCOME_…; -1 out of range.
int32_t acs_inspection_outcome(const acs_inspection *inspection,
                               size_t index);

/// Returns what was found, what was expected and what to do, as text for a person; NULL out of
/// range.
const char *acs_inspection_explanation(const acs_inspection *inspection,
                                       size_t index);

/// Returns the index of the first check that failed; -1 if none did.
int64_t acs_inspection_first_failure(const acs_inspection *inspection);

/// Returns the claim tid (the user's tenant), not verified; NULL if the token doesn't contain it.
const char *acs_inspection_tenant_id(const acs_inspection *inspection);

/// Returns the claim oid (the user's object id), not verified; NULL if the token doesn't contain
/// it.
const char *acs_inspection_object_id(const acs_inspection *inspection);

/// Returns the claim appid or azp (the application the token was issued to), not verified; NULL if
/// the token doesn't contain it.
const char *acs_inspection_app_id(const acs_inspection *inspection);

/// Returns the claim aud (the resource the token is for), not verified; NULL if the token doesn't
/// contain it.
const char *acs_inspection_audience(const acs_inspection *inspection);

/// Returns the claim ver ("1.0" or "2.0"), not verified; NULL if the token doesn't contain it.
const char *acs_inspection_version(const acs_inspection *inspection);

/// Returns the number of permissions in the token.
size_t acs_inspection_scope_count(const acs_inspection *inspection);

/// Returns a permission from the claim scp, not verified; NULL out of range.
const char *acs_inspection_scope(const acs_inspection *inspection,
                                 size_t index);

/// Returns whether the token belongs to an application and not to a user; false for NULL.
bool acs_inspection_app_only(const acs_inspection *inspection);

/// Reads the claim iat, in seconds since 1970. Returns false, and doesn't change time, if the token
/// doesn't contain it.
bool acs_inspection_issued_at(const acs_inspection *inspection,
                              int64_t *time);

/// Reads the claim exp, in seconds since 1970. Returns false, and doesn't change time, if the token
/// doesn't contain it.
bool acs_inspection_expires_at(const acs_inspection *inspection,
                               int64_t *time);

/// Frees the result of acs_inspect. NULL is ignored.
void acs_inspection_free(acs_inspection *inspection);

/*
 * Cache keys for a host with its own cache of exchanged tokens. No I/O.
 *
 * An exchanger doesn't need them: it has its own cache.
 */

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can
/// compute it.
typedef struct acs_cache_key {
  /// The key of the entry.
  uint8_t entry[32];
  /// The key of the user, the same for all entries of one user of a tenant, so that they can be
  /// removed together at sign-out.
  uint8_t user[32];
} acs_cache_key;

/// Computes the cache key of an exchange. Cache a token until it or the Entra token has less than
/// 120 seconds left.
///
/// secret: 32 random bytes that nobody else knows, the same in all processes that share the cache.
/// cloud: NULL for the endpoint's. access_key: the key that signs the exchange, so that a token is
/// no longer found once the key is replaced; NULL for a token credential. Ids are compared
/// case-insensitively; the tenant is the one that the Entra token names.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_cache_key_new(acs_bytes secret,
                             const acs_cloud *cloud,
                             const acs_endpoint *endpoint,
                             const acs_access_key *access_key,
                             const char *aad_token,
                             const char *client_id,
                             const char *user_object_id,
                             acs_cache_key *key,
                             acs_error **error);

/*
 * Identifiers of participants in chats and calls, and their raw ids. No I/O.
 */

/// An identifier of an unknown kind. Compare raw ids instead of relying on it: a later version may
/// name the kind.
#define ACS_IDENTIFIER_UNKNOWN 0

/// A user of ACS.
#define ACS_IDENTIFIER_COMMUNICATION_USER 1

/// A phone number.
#define ACS_IDENTIFIER_PHONE_NUMBER 2

/// A user of Microsoft Teams, or an anonymous visitor.
#define ACS_IDENTIFIER_MICROSOFT_TEAMS_USER 3

/// An application of Microsoft Teams, such as a bot.
#define ACS_IDENTIFIER_MICROSOFT_TEAMS_APP 4

/// A Teams user who calls through an ACS resource (Teams Phone extensibility).
#define ACS_IDENTIFIER_TEAMS_EXTENSION_USER 5

/// The public cloud.
#define ACS_CLOUD_ENVIRONMENT_PUBLIC 0

/// The cloud of the US Department of Defense.
#define ACS_CLOUD_ENVIRONMENT_DOD 1

/// The cloud of the US government (GCC High).
#define ACS_CLOUD_ENVIRONMENT_GCCH 2

/// A participant in chats and calls. Identifiers are equal if their raw ids are equal. An
/// identifier never changes, so any threads may use it at once. Freed with acs_identifier_free.
typedef struct acs_identifier acs_identifier;

/// Parses a raw id, such as "8:acs:…". Any text is accepted: one of unknown form becomes an unknown
/// identifier.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for NULL and for text that is not UTF-8.
acs_status acs_identifier_from_raw_id(const char *raw_id,
                                      acs_identifier **identifier,
                                      acs_error **error);

/// Creates an identifier from an ACS user's id.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_communication_user(const char *id,
                                                 acs_identifier **identifier,
                                                 acs_error **error);

/// Creates an identifier from a phone number in E.164 form, such as "+14255550123". It is not
/// checked, and no plus is added.
///
/// raw_id: the raw id to use instead of "4:" and the number; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_phone_number(const char *phone_number,
                                           const char *raw_id,
                                           acs_identifier **identifier,
                                           acs_error **error);

/// Creates an identifier from a Teams user's object id in Entra, or from the id that Teams assigned
/// to an anonymous visitor. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…; not part of a visitor's raw id. raw_id: the raw id to use
/// instead of the one built from the other arguments; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_microsoft_teams_user(const char *user_id,
                                                   bool is_anonymous,
                                                   int32_t cloud,
                                                   const char *raw_id,
                                                   acs_identifier **identifier,
                                                   acs_error **error);

/// Creates an identifier from the id of a Teams application, such as a bot. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…. raw_id: the raw id to use instead of the one built from the
/// other arguments; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_microsoft_teams_app(const char *app_id,
                                                  int32_t cloud,
                                                  const char *raw_id,
                                                  acs_identifier **identifier,
                                                  acs_error **error);

/// Creates an identifier of a Teams user who calls through an ACS resource, from the object id in
/// Entra, the tenant and the resource. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…. raw_id: the raw id to use instead of the one built from the
/// other arguments; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_teams_extension_user(const char *user_id,
                                                   const char *tenant_id,
                                                   const char *resource_id,
                                                   int32_t cloud,
                                                   const char *raw_id,
                                                   acs_identifier **identifier,
                                                   acs_error **error);

/// Creates an identifier of an unknown kind from its raw id.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_unknown(const char *raw_id,
                                      acs_identifier **identifier,
                                      acs_error **error);

/// Returns its kind: ACS_IDENTIFIER_…; -1 for NULL.
int32_t acs_identifier_kind(const acs_identifier *identifier);

/// Returns the name of a kind as in the official Python packages, such as "phone_number"; NULL for
/// an unknown number. The text is static and not freed.
const char *acs_identifier_kind_name(int32_t kind);

/// Returns the raw id, which represents the identifier in requests. Store it and parse it again
/// with acs_identifier_from_raw_id.
const char *acs_identifier_raw_id(const acs_identifier *identifier);

/// Returns the phone number, with the asserted id if there is one; NULL for another kind.
const char *acs_identifier_phone_number(const acs_identifier *identifier);

/// Returns the asserted id, which distinguishes calls through the same phone number: the text after
/// the raw id's last underscore; NULL if there is none, and for another kind.
const char *acs_identifier_asserted_id(const acs_identifier *identifier);

/// Returns whether it is a hidden phone number, "4:anonymous", or a Teams visitor who did not sign
/// in; false for another kind and for NULL.
bool acs_identifier_is_anonymous(const acs_identifier *identifier);

/// Returns the object id of a Teams user or a Teams extension user, or a visitor's id; NULL for
/// another kind.
const char *acs_identifier_user_id(const acs_identifier *identifier);

/// Returns the id of a Teams application; NULL for another kind.
const char *acs_identifier_app_id(const acs_identifier *identifier);

/// Returns the tenant of a Teams extension user; NULL for another kind.
const char *acs_identifier_tenant_id(const acs_identifier *identifier);

/// Returns the ACS resource of a Teams extension user; NULL for another kind.
const char *acs_identifier_resource_id(const acs_identifier *identifier);

/// Returns the cloud of a Teams user, application or Teams extension user: ACS_CLOUD_ENVIRONMENT_…;
/// -1 for another kind and for NULL.
int32_t acs_identifier_cloud(const acs_identifier *identifier);

/// Frees an identifier. NULL is ignored.
void acs_identifier_free(acs_identifier *identifier);

/*
 * A token credential instead of the access key: a callback that returns bearer tokens, such as
 * those of a managed identity.
 *
 * The token needs a role on the ACS resource. It is used until it expires, and renewed before that
 * in the background. There is one renewal at a time, which continues when the calls waiting for it
 * end.
 */

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
#define ACS_SCOPE "https://communication.azure.com//.default"

/// A token request from the library. Answer it exactly once, with acs_token_request_complete or
/// acs_token_request_fail, which free it.
typedef struct acs_token_request acs_token_request;

/// A source of bearer tokens. The struct is copied when it is passed to a client, a handler or a
/// user's token credential.
typedef struct acs_token_credential {
  /// sizeof(acs_token_credential).
  size_t struct_size;
  /// Gets a token. It runs on a thread of its own, which it may block, and answers the request at
  /// once or later, from any thread. Calls waiting for the token still end at their deadlines.
  /// While two calls of get_token haven't returned, it is not called again: the request fails
  /// with ACS_STATUS_TIMEOUT at once. At most 16 callbacks of token credentials and transports
  /// run at once in a process: when all of them block, a further request fails with
  /// ACS_STATUS_TIMEOUT after 5 seconds.
  void (*get_token)(void *user_data,
                    acs_token_request *request);
  /// Passed to get_token.
  void *user_data;
  /// Called once when get_token will not be called again; or NULL. Not called if the function
  /// that receives the credential fails, nor in a forked child for anything its parent created.
  void (*release)(void *user_data);
} acs_token_credential;

/// Fills the credential with its defaults, which are NULL. struct_size is sizeof(acs_token_credential).
void acs_token_credential_init(acs_token_credential *credential,
                               size_t struct_size);

/// Returns the number of scopes that the token must have.
size_t acs_token_request_scope_count(const acs_token_request *request);

/// Returns a scope that the token must have, such as ACS_SCOPE; NULL out of range.
const char *acs_token_request_scope(const acs_token_request *request,
                                    size_t index);

/// Returns the claims that the service requires in the token, as JSON. Pass them on to Entra, and
/// don't return a cached token. NULL unless the service rejected the former token because they were
/// missing.
const char *acs_token_request_claims(const acs_token_request *request);

/// Sets when the token is to be renewed. Call it before acs_token_request_complete. refresh_on:
/// seconds since 1970. By default, a token is renewed 5 minutes before it expires, or after half
/// its lifetime if that is shorter; a user's token according to
/// acs_user_credential_options.refresh_time_before_expiry_s.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request must still be answered then.
acs_status acs_token_request_set_refresh_on(acs_token_request *request,
                                            int64_t refresh_on,
                                            acs_error **error);

/// Answers a request with a token, and frees the request. expires_on: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request is freed all the same, and fails.
acs_status acs_token_request_complete(acs_token_request *request,
                                      const char *token,
                                      int64_t expires_on,
                                      acs_error **error);

/// Answers a request with an error, and frees the request. kind: an acs_status other than
/// ACS_STATUS_OK, such as ACS_STATUS_CREDENTIAL_DENIED or ACS_STATUS_TRANSPORT_ERROR. reason: text
/// for a person, without any secret; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request is freed all the same, and fails.
acs_status acs_token_request_fail(acs_token_request *request,
                                  int32_t kind,
                                  const char *reason,
                                  acs_error **error);

/*
 * Your own HTTP stack instead of the library's, such as your company's, or in a test a function
 * that answers in process, so that nothing reaches the network.
 *
 * The library still signs, retries, and bounds the time; a transport sends one request once. It
 * ignores the connection options (proxies, certificates, timeouts). A transport sends the URL byte
 * for byte, adds Host and Content-Length by itself, follows no redirect, decompresses the body if
 * it asked for compression, and logs neither headers nor bodies.
 */

/// Nothing was sent: the request is retried, even a create.
#define ACS_FAILURE_KIND_NOT_SENT 0

/// The connection broke after the request may have been sent: requests that aren't idempotent are
/// not retried.
#define ACS_FAILURE_KIND_LOST 1

/// No response was received in time after the request may have been sent.
#define ACS_FAILURE_KIND_TIMED_OUT 2

/// The server asked for fewer requests at the protocol level.
#define ACS_FAILURE_KIND_OVERLOADED 3

/// A retry would fail in the same way, as for an untrusted certificate.
#define ACS_FAILURE_KIND_REFUSED 4

/// The response is not HTTP.
#define ACS_FAILURE_KIND_UNEXPECTED 5

/// A request for the transport to send. Answer it once, with acs_transport_request_respond or
/// acs_transport_request_fail, from any thread, and free it once with acs_transport_request_free,
/// from the same thread or another. If it is freed without an answer, the attempt fails with
/// ACS_FAILURE_KIND_LOST. Its texts and body are borrowed from it.
typedef struct acs_transport_request acs_transport_request;

/// A transport. The struct is copied when it is passed to a client.
typedef struct acs_transport {
  /// sizeof(acs_transport).
  size_t struct_size;
  /// Sends a request, which it then owns. It runs on a thread of its own, which it may block, and
  /// answers at once or later, from any thread. The attempt still times out, and the call still
  /// ends at its deadline; a later answer is dropped. At most 16 callbacks of transports and token
  /// credentials run at once in a process: when all of them block, a further attempt waits for a
  /// thread, and fails with ACS_FAILURE_KIND_NOT_SENT if it times out meanwhile.
  void (*send)(void *user_data,
               acs_transport_request *request);
  /// Passed to send.
  void *user_data;
  /// Called once when send will not be called again; or NULL. Not called if the function that
  /// receives the transport fails, nor in a forked child for anything its parent created.
  void (*release)(void *user_data);
} acs_transport;

/// Fills the transport with its defaults, which are NULL. struct_size is sizeof(acs_transport).
void acs_transport_init(acs_transport *transport,
                        size_t struct_size);

/// Returns the method: "GET", "POST", "PUT" or "DELETE".
const char *acs_transport_request_method(const acs_transport_request *request);

/// Returns the absolute URL. Send it byte for byte: it is signed.
const char *acs_transport_request_url(const acs_transport_request *request);

/// Returns the number of headers. The HTTP stack adds Host and Content-Length; an empty POST has
/// its own content-length of 0.
size_t acs_transport_request_header_count(const acs_transport_request *request);

/// Returns a header, with its name in lower case; NULLs out of range. A value may be a token or a
/// signature: don't log it.
acs_header acs_transport_request_header(const acs_transport_request *request,
                                        size_t index);

/// Returns the body, which may contain a token.
acs_bytes acs_transport_request_body(const acs_transport_request *request);

/// Returns how long the attempt may still take, in milliseconds: a timeout for the HTTP stack. The
/// library then ends the attempt by itself. 0 for NULL.
int64_t acs_transport_request_timeout_ms(const acs_transport_request *request);

/// Returns the maximum size of the response's body in bytes; a larger one fails the attempt. 0 for
/// NULL.
size_t acs_transport_request_max_response_bytes(const acs_transport_request *request);

/// Returns whether nobody is waiting for the answer any more: the request was answered, the attempt
/// timed out, or the call was cancelled. Work in progress may then be abandoned. true for NULL.
bool acs_transport_request_is_cancelled(const acs_transport_request *request);

/// Answers a request with a response, whatever its status. The response is copied. status_code: 200
/// to 999. headers: as received, without Content-Encoding if the body was decompressed.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid response, which fails the attempt, and with
/// the target "request" for a request that was already answered, which changes nothing.
acs_status acs_transport_request_respond(const acs_transport_request *request,
                                         int32_t status_code,
                                         const acs_header *headers,
                                         size_t header_count,
                                         acs_bytes body,
                                         acs_error **error);

/// Answers a request that got no response. kind: ACS_FAILURE_KIND_…, which decides whether it is
/// retried. reason: text for a person, without any secret; or NULL.
///
/// Errors: as acs_transport_request_respond.
acs_status acs_transport_request_fail(const acs_transport_request *request,
                                      int32_t kind,
                                      const char *reason,
                                      acs_error **error);

/// Frees a request, which fails if it was not answered. NULL is ignored.
void acs_transport_request_free(acs_transport_request *request);

/*
 * The response of a call, in addition to its result, for successes and error responses alike.
 *
 * It is the response of the call's last attempt; if that attempt got no response, there is none. A
 * blocking function writes it to the option response. A submission with the option keep_response
 * keeps it in its completion: see acs_completion_call_response. The body is not part of it. Texts
 * are borrowed from the response.
 */

/// The response of a call. Freed with acs_call_response_free, unless it is borrowed from a
/// completion.
typedef struct acs_call_response acs_call_response;

/// Returns the HTTP status; 0 for NULL.
int32_t acs_call_response_status(const acs_call_response *response);

/// Returns the number of headers.
size_t acs_call_response_header_count(const acs_call_response *response);

/// Returns a header, with its name in lower case; NULLs out of range.
acs_header acs_call_response_header(const acs_call_response *response,
                                    size_t index);

/// Returns the first value of a header; the name is case-insensitive. NULL if there is none.
const char *acs_call_response_header_value(const acs_call_response *response,
                                           const char *name);

/// Returns the x-ms-client-request-id that all attempts of the call sent.
const char *acs_call_response_client_request_id(const acs_call_response *response);

/// Returns the number of attempts of the call; 0 for NULL.
int32_t acs_call_response_attempts(const acs_call_response *response);

/// Frees a response. NULL is ignored.
void acs_call_response_free(acs_call_response *response);

/*
 * The options of a client and of a single call.
 */

/// Teams tokens are not checked.
#define ACS_TOKEN_CHECK_OFF 0

/// The service decides. If it rejects the token, a warning is logged and the error contains what
/// was found.
#define ACS_TOKEN_CHECK_WARN 1

/// The token is rejected with ACS_STATUS_ENTRA_TOKEN_INVALID and not sent.
#define ACS_TOKEN_CHECK_ENFORCE 2

/// The proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on
/// loopback.
#define ACS_PROXY_ENVIRONMENT 0

/// No proxy.
#define ACS_PROXY_DIRECT 1

/// The proxy at proxy_url.
#define ACS_PROXY_URL 2

/// The options of a client. Set a connection string, or an endpoint and a credential; everything
/// else has a default.
typedef struct acs_client_options {
  /// sizeof(acs_client_options).
  size_t struct_size;
  /// The resource's connection string, "endpoint=https://…;accesskey=…".
  const char *connection_string;
  /// The resource's endpoint, "https://….communication.azure.com", instead of a connection
  /// string. Needs access_key or token_credential.
  const char *endpoint;
  /// The resource's access key in base64.
  const char *access_key;
  /// A token credential instead of an access key.
  const acs_token_credential *token_credential;
  /// The cloud whose names the token check expects in tokens. Default: the endpoint's cloud.
  const acs_cloud *cloud;
  /// The api-version of all operations: ACS_API_VERSION_… or another. Default
  /// ACS_DEFAULT_API_VERSION; operations of Teams Phone extensibility use at least
  /// ACS_TEAMS_EXTENSION_API_VERSION.
  const char *api_version;
  /// A name to prepend to the User-Agent, at most 24 characters of A-Z a-z 0-9 . _ - /. Default:
  /// none.
  const char *application_id;
  /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
  const char *root_certificates_pem;
  /// A client certificate for a gateway that asks for one: the chain and its private key in PEM
  /// form.
  const char *client_identity_pem;
  /// The proxy, for ACS_PROXY_URL only.
  const char *proxy_url;
  /// ACS_PROXY_ENVIRONMENT (default), ACS_PROXY_DIRECT or ACS_PROXY_URL.
  int32_t proxy;
  /// ACS_TOKEN_CHECK_OFF, ACS_TOKEN_CHECK_WARN (default) or ACS_TOKEN_CHECK_ENFORCE.
  int32_t token_check;
  /// 1 accepts an http endpoint that is not loopback: users' tokens are then sent in clear text.
  /// Default 0.
  int32_t allow_insecure_endpoint;
  /// The maximum number of attempts, including the first. Default 3.
  int32_t max_attempts;
  /// The deadline of a call, including all its attempts, in milliseconds. Default 10000.
  int64_t timeout_ms;
  /// The timeout for opening a connection, including TLS, in milliseconds. Default 5000.
  int64_t connect_timeout_ms;
  /// The upper bound of the first backoff, in milliseconds; doubled for each further one. Default
  /// 50.
  int64_t retry_base_delay_ms;
  /// As retry_base_delay_ms, after the service throttled the call, in milliseconds. Default 1000.
  int64_t retry_throttled_delay_ms;
  /// The upper bound of every backoff, in milliseconds. Default 20000.
  int64_t retry_max_delay_ms;
  /// The timeout of one attempt, in milliseconds; the last attempt gets all the time left.
  /// Default 3000.
  int64_t attempt_timeout_ms;
  /// 1 offers HTTP/2 to the service. Default 0: with HTTP/1.1, a connection that goes silent
  /// delays only one call.
  int32_t http2;
  /// The resource's other access key, in base64. A call whose key is rejected is tried once with
  /// it; it is then preferred until it is rejected in turn. Default: none.
  const char *secondary_access_key;
  /// Headers to add to every request; a name may occur more than once. They are not signed.
  /// content-type and accept override the library's values, and user-agent overrides the whole
  /// User-Agent. These cannot be set: what is signed (host, date, x-ms-date,
  /// x-ms-content-sha256), credentials (authorization, proxy-authorization),
  /// x-ms-client-request-id, and what describes the body or the connection (content-length,
  /// content-encoding, transfer-encoding, accept-encoding, expect, trailer, connection,
  /// keep-alive, proxy-connection, te, upgrade, http2-settings). Default: none.
  const acs_header *headers;
  /// The number of headers.
  size_t header_count;
  /// A text to prepend to the User-Agent, before application_id: visible ASCII characters and
  /// inner spaces, of any length. Default: none.
  const char *user_agent;
  /// Your own HTTP stack, also for tests; it ignores the connection options. Default: the
  /// library's.
  const acs_transport *transport;
  /// The preview of the API, ACS_PREVIEW_API_VERSION_…, for the operations that exist only there;
  /// other operations don't use it. Default: none, so these operations fail without being sent.
  const char *preview;
} acs_client_options;

/// Options of a single call. Every member has 64 bits, for hosts that pass structs as arrays.
typedef struct acs_call_options {
  /// sizeof(acs_call_options).
  size_t struct_size;
  /// The call's deadline, in milliseconds. Default: the client's.
  int64_t timeout_ms;
  /// The x-ms-client-request-id to send, for finding the call in logs: 1 to 128 visible ASCII
  /// characters. Default: a random UUID.
  const char *client_request_id;
  /// Headers to add to the request. They replace the client's headers of the same names; the
  /// rules are those of acs_client_options.headers.
  const acs_header *headers;
  /// The number of headers.
  size_t header_count;
  /// A text to prepend to the client's User-Agent. Default: none.
  const char *user_agent;
  /// The maximum number of attempts, including the first. Default: the client's.
  int64_t max_attempts;
  /// The timeout of one attempt, in milliseconds; the last attempt gets all the time left.
  /// Default: the client's.
  int64_t attempt_timeout_ms;
  /// Where a blocking function writes the response of the call, which the caller frees with
  /// acs_call_response_free. Nothing is written if the last attempt got no response, so set
  /// *response to NULL first. A submission rejects this option. Default: NULL.
  acs_call_response **response;
  /// 1 keeps the response in the completion of a submission: see acs_completion_call_response.
  /// Default 0.
  int64_t keep_response;
} acs_call_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_client_options).
void acs_client_options_init(acs_client_options *options,
                             size_t struct_size);

/// Fills the options with their defaults. struct_size is sizeof(acs_call_options).
void acs_call_options_init(acs_call_options *options,
                           size_t struct_size);

/*
 * The client, with the operations and names of the official SDKs.
 *
 * Every call ends within its deadline (10 s by default). It is retried if that can help, follows
 * no redirect, and its error explains the cause. Create one client per resource and keep it. Any
 * threads may use it at once, before and after a fork, in the parent and in the child.
 */

/// A client of the ACS Identity service. Freed with acs_client_free.
typedef struct acs_client acs_client;

/// Creates a client. It doesn't connect yet.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING or ACS_STATUS_INVALID_ARGUMENT, target naming the
/// part or option.
acs_status acs_client_new(const acs_client_options *options,
                          acs_client **client,
                          acs_error **error);

/// Creates a client from a connection string, with every option at its default.
///
/// Errors: as acs_client_new.
acs_status acs_client_from_connection_string(const char *connection_string,
                                             acs_client **client,
                                             acs_error **error);

/// Returns the endpoint that requests are sent to.
const char *acs_client_endpoint(const acs_client *client);

/// Returns how many seconds the service's clock is ahead of this machine's (negative: behind), as
/// learned from a rejected signature; 0 if there was none. Requests are signed with the corrected
/// time, but correct the machine's clock anyway.
int64_t acs_client_clock_skew_seconds(const acs_client *client);

/// Replaces the access key of a client and of the exchangers created with it, and their secondary
/// access key unless secondary_access_key is NULL. The next signature uses the new key, and tokens
/// cached for the former key are no longer returned. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or
/// "secondary_access_key"; ACS_STATUS_INVALID_ARGUMENT if a token credential is used. No key is
/// replaced then.
acs_status acs_client_update_access_key(const acs_client *client,
                                        const char *access_key,
                                        const char *secondary_access_key,
                                        acs_error **error);

/// Frees a client. Calls in progress continue, and so do the exchangers created with it. NULL is
/// ignored.
void acs_client_free(acs_client *client);

/*
 * The client's operations. Each blocks the calling thread until it has ended.
 *
 * options may be NULL, to use the client's options. Any error of acs_status may be returned. Free
 * each result with its own _free function.
 */

/// Creates an identity.
///
/// The request is retried only if the service cannot have processed it. If the call fails, the
/// error's reason states whether an identity may have been created.
acs_status acs_client_create_user(const acs_client *client,
                                  const acs_call_options *options,
                                  acs_user **user,
                                  acs_error **error);

/// Creates an identity and issues a first token for it.
///
/// token_expires_in_s: 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the
/// service's default (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an empty list of scopes or an expiry out of range;
/// otherwise as acs_client_create_user.
acs_status acs_client_create_user_and_token(const acs_client *client,
                                            const char *const *scopes,
                                            size_t scope_count,
                                            int64_t token_expires_in_s,
                                            const acs_call_options *options,
                                            acs_user_token **user_token,
                                            acs_error **error);

/// Issues a token for an identity.
///
/// token_expires_in_s: 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the
/// service's default (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid id, an empty list of scopes or an expiry out
/// of range.
acs_status acs_client_get_token(const acs_client *client,
                                const char *user_id,
                                const char *const *scopes,
                                size_t scope_count,
                                int64_t token_expires_in_s,
                                const acs_call_options *options,
                                acs_token **token,
                                acs_error **error);

/// Revokes all tokens of an identity. According to the service's documentation, this can take up to
/// 15 minutes.
acs_status acs_client_revoke_tokens(const acs_client *client,
                                    const char *user_id,
                                    const acs_call_options *options,
                                    acs_error **error);

/// Deletes an identity and revokes its tokens.
acs_status acs_client_delete_user(const acs_client *client,
                                  const char *user_id,
                                  const acs_call_options *options,
                                  acs_error **error);

/// Exchanges a Microsoft 365 user's Entra token for an ACS token of that Teams user.
///
/// aad_token must be a token for ACS with both Teams permissions, Teams.ManageCalls and
/// Teams.ManageChats; client_id is the application it was issued to, user_object_id the user's oid.
/// The ACS token expires with the Entra token.
///
/// Errors: ACS_STATUS_ENTRA_TOKEN_INVALID from the token check, if it is enforced;
/// ACS_STATUS_ENTRA_TOKEN_REJECTED and ACS_STATUS_VALIDATION_FAILED from the service, with what the
/// token check found.
acs_status acs_client_get_token_for_teams_user(const acs_client *client,
                                               const char *aad_token,
                                               const char *client_id,
                                               const char *user_object_id,
                                               const acs_call_options *options,
                                               acs_token **token,
                                               acs_error **error);

/// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS token.
///
/// The user's own token authenticates this request; the client's credential is not used.
///
/// Errors: as acs_client_get_token_for_teams_user.
acs_status acs_client_get_token_for_teams_extension_user(const acs_client *client,
                                                         const char *aad_token,
                                                         const acs_call_options *options,
                                                         acs_user_token **user_token,
                                                         acs_error **error);

/// Assigns a principal to this resource's Teams Phone extensibility, or replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or another type that the service knows. client_ids
/// are the applications that a user may sign in to; none for a resource account.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an id that is not a GUID.
acs_status acs_client_put_teams_extension_assignment(const acs_client *client,
                                                     const char *tenant_id,
                                                     const char *object_id,
                                                     const char *principal_type,
                                                     const char *const *client_ids,
                                                     size_t client_id_count,
                                                     const acs_call_options *options,
                                                     acs_teams_extension_assignment **teams_extension_assignment,
                                                     acs_error **error);

/// Reads a principal's assignment.
///
/// Errors: ACS_STATUS_NOT_FOUND if the principal has none; otherwise as
/// acs_client_put_teams_extension_assignment.
acs_status acs_client_get_teams_extension_assignment(const acs_client *client,
                                                     const char *tenant_id,
                                                     const char *object_id,
                                                     const acs_call_options *options,
                                                     acs_teams_extension_assignment **teams_extension_assignment,
                                                     acs_error **error);

/// Deletes a principal's assignment. From then on the principal gets no new tokens, and issued ones
/// are revoked after an undocumented time.
///
/// Errors: as acs_client_put_teams_extension_assignment.
acs_status acs_client_delete_teams_extension_assignment(const acs_client *client,
                                                        const char *tenant_id,
                                                        const char *object_id,
                                                        const acs_call_options *options,
                                                        acs_error **error);

/// Exchanges an Entra user's token for an ACS token of that user, who needs no Teams licence.
/// Preview: needs the client's option preview.
///
/// aad_token must be for "https://communication.azure.com/clients" with the permission VoIP or
/// VoIP.Join. It authenticates this request; the client's credential is not used.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set; otherwise as
/// acs_client_get_token_for_teams_user.
acs_status acs_client_get_token_for_entra_user(const acs_client *client,
                                               const char *aad_token,
                                               const acs_call_options *options,
                                               acs_user_token **user_token,
                                               acs_error **error);

/// Creates an identity with a custom id, or returns the one that already has it: the same custom id
/// always leads to the same identity. Preview: needs the client's option preview.
///
/// custom_id is your own name for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set, or "custom_id".
acs_status acs_client_create_user_with_custom_id(const acs_client *client,
                                                 const char *custom_id,
                                                 const acs_call_options *options,
                                                 acs_user **user,
                                                 acs_error **error);

/// Creates an identity with a custom id, or finds the one that already has it, and issues a token
/// for it. Preview: needs the client's option preview.
///
/// token_expires_in_s: 3600 to 86400 seconds, rounded down to whole minutes, or ACS_DEFAULT for the
/// service's default (24 hours).
///
/// Errors: as acs_client_create_user_with_custom_id and acs_client_create_user_and_token.
acs_status acs_client_create_user_and_token_with_custom_id(const acs_client *client,
                                                           const char *custom_id,
                                                           const char *const *scopes,
                                                           size_t scope_count,
                                                           int64_t token_expires_in_s,
                                                           const acs_call_options *options,
                                                           acs_user_token **user_token,
                                                           acs_error **error);

/// Returns the service's details of an identity. Preview: needs the client's option preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set, or for an invalid id.
acs_status acs_client_get_user_detail(const acs_client *client,
                                      const char *user_id,
                                      const acs_call_options *options,
                                      acs_user_detail **user_detail,
                                      acs_error **error);

/*
 * A caller whose bearer token was verified.
 */

/// A version 1.0 token, which names the application in appid.
#define ACS_TOKEN_VERSION_1 1

/// A version 2.0 token, which names the application in azp.
#define ACS_TOKEN_VERSION_2 2

/// The caller, as named by a verified token. Identify a user only by tenant and object id together.
/// Freed with acs_verified_token_free.
typedef struct acs_verified_token acs_verified_token;

/// Returns the user's tenant.
const char *acs_verified_token_tenant_id(const acs_verified_token *verified);

/// Returns the user's object id.
const char *acs_verified_token_object_id(const acs_verified_token *verified);

/// Returns the application that calls on behalf of the user.
const char *acs_verified_token_client_id(const acs_verified_token *verified);

/// Returns the number of the token's permissions.
size_t acs_verified_token_scope_count(const acs_verified_token *verified);

/// Returns a permission; NULL out of range.
const char *acs_verified_token_scope(const acs_verified_token *verified,
                                     size_t index);

/// Returns the token's version: ACS_TOKEN_VERSION_…; 0 for NULL.
int32_t acs_verified_token_version(const acs_verified_token *verified);

/// Returns when the token expires, in seconds since 1970. The verifier accepts it until then plus
/// the clock skew. 0 for NULL.
int64_t acs_verified_token_expires_on(const acs_verified_token *verified);

/// Frees a verified token. NULL is ignored.
void acs_verified_token_free(acs_verified_token *verified);

/*
 * HTTP messages of the handler: a request in, a response out.
 */

/// A response, to be sent unchanged. Freed with acs_response_free, which wipes it.
typedef struct acs_response acs_response;

/// A request, as read by the host's HTTP server. Texts need not be UTF-8.
typedef struct acs_request {
  /// sizeof(acs_request).
  size_t struct_size;
  /// The method, such as "POST".
  const char *method;
  /// The request target as received, such as "/api/token/teams".
  const char *path;
  /// The headers.
  const acs_header *headers;
  /// The number of headers.
  size_t header_count;
  /// The body. More than 16 KiB is answered with 413.
  acs_bytes body;
} acs_request;

/// Fills the request with its defaults, which are NULL. struct_size is sizeof(acs_request).
void acs_request_init(acs_request *request,
                      size_t struct_size);

/// Returns the HTTP status; 0 for NULL.
int32_t acs_response_status(const acs_response *response);

/// Returns the number of headers. The HTTP server adds the length of the body.
size_t acs_response_header_count(const acs_response *response);

/// Returns a header, with its name in lower case; NULLs out of range.
acs_header acs_response_header(const acs_response *response,
                               size_t index);

/// Returns the first value of a header; the name is case-insensitive. NULL if there is none.
const char *acs_response_header_value(const acs_response *response,
                                      const char *name);

/// Returns the body, which may contain a token.
acs_bytes acs_response_body(const acs_response *response);

/// Wipes and frees a response. NULL is ignored.
void acs_response_free(acs_response *response);

/*
 * Calls that don't block. A function whose name ends in _submit starts a call and returns at once.
 * Its arguments are copied: they need not live longer than the function runs.
 *
 * Each submission that returned ACS_STATUS_OK completes exactly once, whatever happens: success,
 * failure, cancellation, acs_queue_shutdown, acs_shutdown. Its completion goes to a callback or
 * into a queue. A submission belongs to the process that made it: a forked child gets no
 * completions of its parent's submissions.
 */

/// A handle for cancelling a submission. Freed with acs_call_free.
typedef struct acs_call acs_call;

/// The outcome of a submission. Freed with acs_completion_free.
typedef struct acs_completion acs_completion;

/// A queue of completions: see acs_queue_new. Any threads may use it at once. Freed with
/// acs_queue_free.
typedef struct acs_queue acs_queue;

/// Receives a completion and owns it. The callback, or whoever it passes the completion to, frees
/// it with acs_completion_free.
///
/// It runs on a thread of the library, with no lock held, possibly before the submitting function
/// has returned. After acs_call_cancel or acs_shutdown it may run on the thread that called that
/// function. It may call any function of the library except acs_shutdown. While acs_shutdown ends
/// the threads, functions that need them fail with ACS_STATUS_CANCELLED.
///
/// A callback that blocks delays other calls by about 20 ms, however long it blocks. Up to 16
/// callbacks may block at the same time. While more do, other callbacks wait, but blocking
/// functions and queues continue. acs_shutdown waits for running callbacks, at most for its
/// timeout_ms.
typedef void (*acs_completion_callback)(void *user_data,
                                        acs_completion *completion);

/// Where the completion of a submission goes: to a queue or to a callback, but not both.
typedef struct acs_delivery {
  /// sizeof(acs_delivery).
  size_t struct_size;
  /// The queue that the completion is added to; or NULL.
  acs_queue *queue;
  /// The callback that receives the completion; or NULL.
  acs_completion_callback callback;
  /// Passed to the callback, and available from the completion.
  void *user_data;
} acs_delivery;

/// Fills the delivery with its defaults, which are NULL. struct_size is sizeof(acs_delivery).
void acs_delivery_init(acs_delivery *delivery,
                       size_t struct_size);

/// Cancels a submission: it completes with ACS_STATUS_CANCELLED, unless it has already completed.
/// May be called from any thread and repeatedly. NULL is ignored. What the service has started by
/// then is not undone.
void acs_call_cancel(const acs_call *call);

/// Frees the handle for cancelling; the submission continues. NULL is ignored.
void acs_call_free(acs_call *call);

/// Returns the outcome of the submission; ACS_STATUS_INVALID_ARGUMENT for NULL.
acs_status acs_completion_status(const acs_completion *completion);

/// Returns the error, borrowed from the completion; NULL for success, and once it was taken.
const acs_error *acs_completion_error(const acs_completion *completion);

/// Returns the user_data of the delivery.
void *acs_completion_user_data(const acs_completion *completion);

/// Returns the response of a client's call, for successes and failures, borrowed from the
/// completion. NULL if the last attempt got no response, if the option keep_response was not set,
/// and for submissions that aren't a client's call.
const acs_call_response *acs_completion_call_response(const acs_completion *completion);

/// Takes the error, which the caller frees with acs_error_free; NULL for success, and once it was
/// taken.
acs_error *acs_completion_take_error(acs_completion *completion);

/// Takes the identity, which the caller frees; NULL if the operation has no such result, if it
/// failed, or if it was already taken.
acs_user *acs_completion_take_user(acs_completion *completion);

/// Takes the token, which the caller frees; NULL if the operation has no such result, if it failed,
/// or if it was already taken.
acs_token *acs_completion_take_token(acs_completion *completion);

/// Takes the identity with its token, which the caller frees; NULL if the operation has no such
/// result, if it failed, or if it was already taken.
acs_user_token *acs_completion_take_user_token(acs_completion *completion);

/// Takes the identity's details, which the caller frees; NULL if the operation has no such result,
/// if it failed, or if they were already taken.
acs_user_detail *acs_completion_take_user_detail(acs_completion *completion);

/// Takes the assignment, which the caller frees; NULL if the operation has no such result, if it
/// failed, or if it was already taken.
acs_teams_extension_assignment *acs_completion_take_teams_extension_assignment(acs_completion *completion);

/// Takes the verified token, which the caller frees; NULL if the operation has no such result, if
/// it failed, or if it was already taken.
acs_verified_token *acs_completion_take_verified_token(acs_completion *completion);

/// Takes the response, which the caller frees; NULL if the operation has no such result, if it
/// failed, or if it was already taken.
acs_response *acs_completion_take_response(acs_completion *completion);

/// Returns the result of acs_verifier_keys_reachable_submit or
/// acs_exchanger_is_cache_reachable_submit: 1 or 0; ACS_NOT_APPLICABLE if there is no shared cache,
/// for other operations, and if the operation failed.
int32_t acs_completion_reachable(const acs_completion *completion);

/// Frees a completion and everything that was not taken from it. NULL is ignored.
void acs_completion_free(acs_completion *completion);

/*
 * Completion queues hold completions until an event loop, or a thread, takes them.
 *
 * The descriptor of acs_queue_fd is readable while the queue holds a completion: pass it to epoll,
 * kqueue, poll, libuv or libevent, and call acs_queue_next with a timeout of 0 until it returns
 * NULL. On Windows it is an event, for WaitForMultipleObjects and RegisterWaitForSingleObject.
 */

/// A timeout for acs_queue_next: wait for a completion, or until the queue is shut down and empty.
#define ACS_WAIT_FOREVER (-1)

/// Creates a queue.
///
/// Errors: ACS_STATUS_INTERNAL if the system provides no descriptor.
acs_status acs_queue_new(acs_queue **queue,
                         acs_error **error);

/// Returns a descriptor that is readable while the queue holds a completion. It belongs to the
/// queue: poll it, but don't read or close it. A forked child has another one. -1 for NULL, or if
/// the system provides none.
///
/// On Linux it is an eventfd, on macOS the end of a pipe. On Windows it is a manual-reset event
/// that is signalled while a completion waits: (HANDLE)(intptr_t)acs_queue_fd(queue). Wait for it,
/// and neither reset nor close it. It isn't a socket, so select() and libuv's uv_poll_t don't
/// accept it.
int32_t acs_queue_fd(const acs_queue *queue);

/// Takes the next completion, which the caller frees with acs_completion_free.
///
/// Waits for timeout_ms milliseconds, or without limit for ACS_WAIT_FOREVER (-1); 0 and other
/// negative numbers don't wait. Raise a timeout that is computed from a deadline to at least 0,
/// since it can be -1 by chance. NULL means that there was no completion in this time, or that the
/// queue was shut down and is empty.
acs_completion *acs_queue_next(acs_queue *queue,
                               int64_t timeout_ms);

/// Returns the number of submissions to this queue whose completion was not taken yet, including
/// those in progress.
size_t acs_queue_pending(const acs_queue *queue);

/// Makes the queue reject further submissions and cancels those in progress; each still completes,
/// and its completion can be taken. Threads waiting in acs_queue_next are woken when there is
/// nothing more to wait for. NULL and repeated calls are ignored.
void acs_queue_shutdown(acs_queue *queue);

/// Shuts a queue down and frees it with all completions that were not taken. No thread may be using
/// it. NULL is ignored.
void acs_queue_free(acs_queue *queue);

/*
 * The client's operations, started at once and completed later: see acs_delivery and
 * acs_completion.
 *
 * The arguments are those of the blocking functions, and are copied: they need not live longer
 * than the call. call may be NULL; otherwise the caller frees it with acs_call_free. If an error
 * is returned here, such as ACS_STATUS_INVALID_ARGUMENT, nothing was submitted and there will be
 * no completion.
 */

/// Starts acs_client_create_user.
///
/// Take the result from its completion with acs_completion_take_user.
acs_status acs_client_create_user_submit(const acs_client *client,
                                         const acs_call_options *options,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Starts acs_client_create_user_and_token.
///
/// Take the result from its completion with acs_completion_take_user_token.
acs_status acs_client_create_user_and_token_submit(const acs_client *client,
                                                   const char *const *scopes,
                                                   size_t scope_count,
                                                   int64_t token_expires_in_s,
                                                   const acs_call_options *options,
                                                   const acs_delivery *delivery,
                                                   acs_call **call,
                                                   acs_error **error);

/// Starts acs_client_get_token.
///
/// Take the result from its completion with acs_completion_take_token.
acs_status acs_client_get_token_submit(const acs_client *client,
                                       const char *user_id,
                                       const char *const *scopes,
                                       size_t scope_count,
                                       int64_t token_expires_in_s,
                                       const acs_call_options *options,
                                       const acs_delivery *delivery,
                                       acs_call **call,
                                       acs_error **error);

/// Starts acs_client_revoke_tokens.
///
/// Its completion has a status but no result.
acs_status acs_client_revoke_tokens_submit(const acs_client *client,
                                           const char *user_id,
                                           const acs_call_options *options,
                                           const acs_delivery *delivery,
                                           acs_call **call,
                                           acs_error **error);

/// Starts acs_client_delete_user.
///
/// Its completion has a status but no result.
acs_status acs_client_delete_user_submit(const acs_client *client,
                                         const char *user_id,
                                         const acs_call_options *options,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Starts acs_client_get_token_for_teams_user.
///
/// Take the result from its completion with acs_completion_take_token.
acs_status acs_client_get_token_for_teams_user_submit(const acs_client *client,
                                                      const char *aad_token,
                                                      const char *client_id,
                                                      const char *user_object_id,
                                                      const acs_call_options *options,
                                                      const acs_delivery *delivery,
                                                      acs_call **call,
                                                      acs_error **error);

/// Starts acs_client_get_token_for_teams_extension_user.
///
/// Take the result from its completion with acs_completion_take_user_token.
acs_status acs_client_get_token_for_teams_extension_user_submit(const acs_client *client,
                                                                const char *aad_token,
                                                                const acs_call_options *options,
                                                                const acs_delivery *delivery,
                                                                acs_call **call,
                                                                acs_error **error);

/// Starts acs_client_put_teams_extension_assignment.
///
/// Take the result from its completion with acs_completion_take_teams_extension_assignment.
acs_status acs_client_put_teams_extension_assignment_submit(const acs_client *client,
                                                            const char *tenant_id,
                                                            const char *object_id,
                                                            const char *principal_type,
                                                            const char *const *client_ids,
                                                            size_t client_id_count,
                                                            const acs_call_options *options,
                                                            const acs_delivery *delivery,
                                                            acs_call **call,
                                                            acs_error **error);

/// Starts acs_client_get_teams_extension_assignment.
///
/// Take the result from its completion with acs_completion_take_teams_extension_assignment.
acs_status acs_client_get_teams_extension_assignment_submit(const acs_client *client,
                                                            const char *tenant_id,
                                                            const char *object_id,
                                                            const acs_call_options *options,
                                                            const acs_delivery *delivery,
                                                            acs_call **call,
                                                            acs_error **error);

/// Starts acs_client_delete_teams_extension_assignment.
///
/// Its completion has a status but no result.
acs_status acs_client_delete_teams_extension_assignment_submit(const acs_client *client,
                                                               const char *tenant_id,
                                                               const char *object_id,
                                                               const acs_call_options *options,
                                                               const acs_delivery *delivery,
                                                               acs_call **call,
                                                               acs_error **error);

/// Starts acs_client_get_token_for_entra_user.
///
/// Take the result from its completion with acs_completion_take_user_token.
acs_status acs_client_get_token_for_entra_user_submit(const acs_client *client,
                                                      const char *aad_token,
                                                      const acs_call_options *options,
                                                      const acs_delivery *delivery,
                                                      acs_call **call,
                                                      acs_error **error);

/// Starts acs_client_create_user_with_custom_id.
///
/// Take the result from its completion with acs_completion_take_user.
acs_status acs_client_create_user_with_custom_id_submit(const acs_client *client,
                                                        const char *custom_id,
                                                        const acs_call_options *options,
                                                        const acs_delivery *delivery,
                                                        acs_call **call,
                                                        acs_error **error);

/// Starts acs_client_create_user_and_token_with_custom_id.
///
/// Take the result from its completion with acs_completion_take_user_token.
acs_status acs_client_create_user_and_token_with_custom_id_submit(const acs_client *client,
                                                                  const char *custom_id,
                                                                  const char *const *scopes,
                                                                  size_t scope_count,
                                                                  int64_t token_expires_in_s,
                                                                  const acs_call_options *options,
                                                                  const acs_delivery *delivery,
                                                                  acs_call **call,
                                                                  acs_error **error);

/// Starts acs_client_get_user_detail.
///
/// Take the result from its completion with acs_completion_take_user_detail.
acs_status acs_client_get_user_detail_submit(const acs_client *client,
                                             const char *user_id,
                                             const acs_call_options *options,
                                             const acs_delivery *delivery,
                                             acs_call **call,
                                             acs_error **error);

/*
 * Verifies the bearer tokens of a back end's callers: signature, issuer, audience, lifetime,
 * tenant, application and scope.
 */

/// A verifier. It fetches Entra's keys when they are needed and caches them. Freed with
/// acs_verifier_free.
typedef struct acs_verifier acs_verifier;

/// The options of a verifier. Set a tenant, an audience and an application, or allow any tenant or
/// application.
typedef struct acs_verifier_options {
  /// sizeof(acs_verifier_options).
  size_t struct_size;
  /// The cloud of the users; NULL for the public one.
  const acs_cloud *cloud;
  /// The tenants whose users may call, by their GUIDs.
  const char *const *tenant_ids;
  /// The number of tenant_ids.
  size_t tenant_id_count;
  /// The accepted audiences: the API's client id (version 2 tokens) and "api://…" (version 1).
  const char *const *audiences;
  /// The number of audiences.
  size_t audience_count;
  /// The client ids of the applications that may call.
  const char *const *allowed_client_ids;
  /// The number of allowed_client_ids.
  size_t allowed_client_id_count;
  /// The permission that a token must have. Default "access_as_user".
  const char *required_scope;
  /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
  const char *root_certificates_pem;
  /// The proxy, for ACS_PROXY_URL only.
  const char *proxy_url;
  /// ACS_PROXY_ENVIRONMENT (default), ACS_PROXY_DIRECT or ACS_PROXY_URL.
  int32_t proxy;
  /// 1 allows users of every tenant. Default 0.
  int32_t allow_any_tenant;
  /// 1 allows every application. Default 0.
  int32_t allow_any_client;
  /// The tolerated clock skew, in seconds. Default 300.
  int64_t clock_skew_s;
  /// The longest accepted lifetime of a token, in seconds, at least 1. Default 100800 (28 hours).
  int64_t max_lifetime_s;
} acs_verifier_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_verifier_options).
void acs_verifier_options_init(acs_verifier_options *options,
                               size_t struct_size);

/// Creates a verifier. It doesn't fetch keys yet.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option.
acs_status acs_verifier_new(const acs_verifier_options *options,
                            acs_verifier **verifier,
                            acs_error **error);

/// Frees a verifier; calls in progress continue. NULL is ignored.
void acs_verifier_free(acs_verifier *verifier);

/// Verifies a bearer token, passed without the word "Bearer".
///
/// The error is for the log. Tell the caller only its kind, not which check failed.
///
/// Errors: ACS_STATUS_UNAUTHORIZED if the token is not valid for this API; ACS_STATUS_FORBIDDEN if
/// it is valid but its tenant, application or permissions are not allowed; the code names the
/// check. ACS_STATUS_TRANSPORT_ERROR with the code "keys_unreachable" if the key is unknown and
/// Entra cannot be reached.
acs_status acs_verifier_verify(const acs_verifier *verifier,
                               const char *bearer_token,
                               acs_verified_token **verified_token,
                               acs_error **error);

/// Starts acs_verifier_verify.
///
/// Take the result from its completion with acs_completion_take_verified_token.
acs_status acs_verifier_verify_submit(const acs_verifier *verifier,
                                      const char *bearer_token,
                                      const acs_delivery *delivery,
                                      acs_call **call,
                                      acs_error **error);

/// Reports whether the keys for verification are available: 1 or 0. Fetches them if they are not.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_verifier_keys_reachable(const acs_verifier *verifier,
                                       int32_t *reachable,
                                       acs_error **error);

/// Starts acs_verifier_keys_reachable.
///
/// Read the result from its completion with acs_completion_reachable.
acs_status acs_verifier_keys_reachable_submit(const acs_verifier *verifier,
                                              const acs_delivery *delivery,
                                              acs_call **call,
                                              acs_error **error);

/*
 * Events to count and time: a callback that receives the events of an exchanger or handler.
 */

/// A token was found in this process's cache.
#define ACS_EVENT_CACHE_HIT 0

/// A token was found in the cache that processes share.
#define ACS_EVENT_SHARED_CACHE_HIT 1

/// A caller got the result of another caller's exchange.
#define ACS_EVENT_COALESCED 2

/// A cached rejection was returned.
#define ACS_EVENT_NEGATIVE_CACHE_HIT 3

/// An exchange waited for the limit, or was rejected because of it.
#define ACS_EVENT_LIMITED 4

/// The service returned 429: all exchanges pause.
#define ACS_EVENT_PAUSED 5

/// A token was exchanged, or the exchange failed.
#define ACS_EVENT_EXCHANGED 6

/// A user was signed out.
#define ACS_EVENT_SIGNED_OUT 7

/// The handler answered a request.
#define ACS_EVENT_REQUEST_COMPLETED 8

/// Events were dropped here because the observer was too slow.
#define ACS_EVENT_DROPPED 9

/// An event. Members that don't belong to its kind are 0 or NULL. More kinds may be added.
typedef struct acs_event {
  /// The size of the struct as the library knows it.
  size_t struct_size;
  /// ACS_EVENT_….
  int32_t kind;
  /// For ACS_EVENT_EXCHANGED: an acs_status, ACS_STATUS_OK for success.
  int32_t error;
  /// For ACS_EVENT_LIMITED: 1 if it was rejected, because its slot is too late for its deadline
  /// or the user's share is used up.
  int32_t rejected;
  /// For ACS_EVENT_REQUEST_COMPLETED: the HTTP status of the response.
  int32_t status;
  /// For ACS_EVENT_LIMITED and ACS_EVENT_PAUSED: the wait, in microseconds.
  int64_t wait_us;
  /// For ACS_EVENT_EXCHANGED, including retries, and ACS_EVENT_REQUEST_COMPLETED: the duration,
  /// in microseconds.
  int64_t took_us;
  /// For ACS_EVENT_REQUEST_COMPLETED: the route, such as "/api/token/teams"; "other" for an
  /// unknown path.
  const char *route;
  /// For ACS_EVENT_DROPPED: the number of dropped events.
  int64_t count;
} acs_event;

/// A receiver of events. The struct is copied when it is passed to an exchanger or handler.
typedef struct acs_observer {
  /// sizeof(acs_observer).
  size_t struct_size;
  /// Receives an event, which is borrowed. Called on a library thread of its own, one event at a
  /// time and in order; a slow observer delays no call. Up to 4096 events are queued. Further
  /// ones are dropped and replaced by an ACS_EVENT_DROPPED with their count. Freeing the
  /// exchanger or handler doesn't drop queued events: they are still delivered, and so are those
  /// of exchanges that are still running. user_data must therefore be valid until release is
  /// called. acs_shutdown delivers the queued events.
  void (*on_event)(void *user_data,
                   const acs_event *event);
  /// Passed to on_event.
  void *user_data;
  /// Called once, after the last call of on_event, possibly on the library's thread; or NULL.
  /// When acs_shutdown succeeds, it has been called for everything freed before. Not called if
  /// the function that receives the observer fails, nor in a forked child for anything its parent
  /// created.
  void (*release)(void *user_data);
} acs_observer;

/// Fills the observer with its defaults, which are NULL. struct_size is sizeof(acs_observer).
void acs_observer_init(acs_observer *observer,
                       size_t struct_size);

/*
 * The Redis that several processes share.
 */

/// The Redis in which several processes share a cache and a limiter: one server, a cluster, or a
/// primary monitored by sentinels, version 6.0 or later.
///
/// Values are always encrypted with sealing_key, but over redis:// the password is sent in clear
/// text: use rediss:// if the network is not your own.
typedef struct acs_redis_options {
  /// sizeof(acs_redis_options).
  size_t struct_size;
  /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
  /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of
  /// "redis" means TLS. It may contain a user and a password, percent-encoded. With "?auth=entra"
  /// the password is a token of the client's token credential.
  const char *url;
  /// The user name, unless the URL has one.
  const char *username;
  /// The password, unless the URL has one.
  const char *password;
  /// The prefix of all key and channel names: letters, digits, '.', '_', '-' and ':', at most 64.
  /// Processes that share it share entries and the limit. Default "acs-auth".
  const char *key_prefix;
  /// The key with which values are sealed (AES-256-GCM): 32 random bytes in base64, the same in
  /// all processes.
  const char *sealing_key;
  /// The former sealing_key, while values sealed with it are still to be read; or NULL.
  const char *previous_sealing_key;
  /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
  const char *root_certificates_pem;
  /// The timeout of a single Redis operation, in milliseconds. Default 50.
  int64_t timeout_ms;
  /// The timeout for opening a connection in the background, in milliseconds. Default 1000.
  int64_t connect_timeout_ms;
  /// How long the breaker stays open at first, in milliseconds; doubled at each further failure.
  /// Default 200.
  int64_t breaker_reset_timeout_ms;
  /// The maximum time for which the breaker stays open, in milliseconds. Default 5000.
  int64_t breaker_max_reset_timeout_ms;
  /// The number of consecutive failures after which the breaker opens and Redis is not used for a
  /// while. Default 3.
  int32_t breaker_max_failures;
} acs_redis_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_redis_options).
void acs_redis_options_init(acs_redis_options *options,
                            size_t struct_size);

/*
 * Exchanges of Teams users' tokens with everything a back end needs around them: the token check,
 * a cache, request coalescing, and the service's limit.
 *
 * An exchanged token is cached, in this process and, with Redis, for a fleet of processes. It is
 * returned only to a caller presenting the same Entra token. Concurrent requests for the same
 * token are coalesced into one exchange. Exchanges stay within the service's limit of 500 in 30 s.
 * A rejection of the token is cached for seconds; a service fault is not cached.
 */

/// An exchanger. Freed with acs_exchanger_free.
typedef struct acs_exchanger acs_exchanger;

/// The options of an exchanger.
typedef struct acs_exchanger_options {
  /// sizeof(acs_exchanger_options).
  size_t struct_size;
  /// The Redis in which processes share their cache and limit; NULL for none. Needs a
  /// cache_secret.
  const acs_redis_options *redis;
  /// The observer, which receives events; or NULL.
  const acs_observer *observer;
  /// The 32 bytes from which cache keys are derived. Default: random, for this process only.
  acs_bytes cache_secret;
  /// ACS_TOKEN_CHECK_OFF, ACS_TOKEN_CHECK_WARN or ACS_TOKEN_CHECK_ENFORCE (default).
  int32_t token_check;
  /// 1 lets only one process at a time exchange a given token. Default 0.
  int32_t distributed_lock;
  /// The deadline of a call, including the waits for the limit and for other callers, in
  /// milliseconds. Default 10000.
  int64_t timeout_ms;
  /// The approximate size of the memory cache in bytes; 0 turns it off. Default 67108864, some
  /// 15,000 tokens.
  int64_t cache_bytes;
  /// The maximum time for which a token is cached, in seconds; 0 caches none. Default 86400. A
  /// token is evicted when it or its Entra token has less than 120 s left.
  int64_t max_ttl_s;
  /// How long a rejection is cached for the same token, in milliseconds: 1000 to 5000, or 0 for
  /// never. Default 3000.
  int64_t negative_ttl_ms;
  /// The maximum number of exchanges started within limit_window_ms, including retries. Default
  /// 400, 80 % of what the service documents. Without Redis, and while it is unavailable, each
  /// process counts for itself.
  int64_t limit;
  /// The number of exchanges that may start at once after an idle period. Default an eighth of
  /// the limit.
  int64_t limit_burst;
  /// The window of the limit, in milliseconds. Default 30000.
  int64_t limit_window_ms;
  /// The maximum number of new exchanges of one user within limit_window_ms; 0 means no limit.
  /// Default 25. Beyond it a call fails with ACS_STATUS_THROTTLED and the code "user_limited",
  /// and uses nothing of the limit.
  int64_t user_limit;
} acs_exchanger_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_exchanger_options).
void acs_exchanger_options_init(acs_exchanger_options *options,
                                size_t struct_size);

/// Creates an exchanger for the resource of a client, which may be freed afterwards. options may be
/// NULL for the defaults. It doesn't connect yet. A forked child begins with an empty cache.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option.
acs_status acs_exchanger_new(const acs_client *client,
                             const acs_exchanger_options *options,
                             acs_exchanger **exchanger,
                             acs_error **error);

/// Replaces the access key of the client with which the exchanger was created, and its secondary
/// access key unless secondary_access_key is NULL. The next signature uses the new key, and tokens
/// cached for the former key are no longer returned. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or
/// "secondary_access_key"; ACS_STATUS_INVALID_ARGUMENT if a token credential is used. No key is
/// replaced then.
acs_status acs_exchanger_update_access_key(const acs_exchanger *exchanger,
                                           const char *access_key,
                                           const char *secondary_access_key,
                                           acs_error **error);

/// Frees an exchanger with its cache; calls in progress continue. NULL is ignored.
void acs_exchanger_free(acs_exchanger *exchanger);

/*
 * The operations of an exchanger, blocking and non-blocking.
 */

/// Returns the ACS token for a Teams user's Entra token: from the cache, or exchanged now. The
/// caller frees it with acs_token_free.
///
/// timeout_ms: the deadline in milliseconds of this call only, or ACS_DEFAULT for the exchanger's.
/// Other callers waiting for the same exchange are not affected.
///
/// Errors: as acs_client_get_token_for_teams_user; ACS_STATUS_ENTRA_TOKEN_INVALID from the token
/// check unless it is off or only warns; ACS_STATUS_THROTTLED with the code "limited" if waiting
/// for the limit leaves no time for the exchange before the deadline, and with the code
/// "user_limited" if the user has used up user_limit.
acs_status acs_exchanger_exchange(const acs_exchanger *exchanger,
                                  const char *aad_token,
                                  const char *client_id,
                                  const char *user_object_id,
                                  int64_t timeout_ms,
                                  acs_token **token,
                                  acs_error **error);

/// Starts acs_exchanger_exchange.
///
/// Take the result from its completion with acs_completion_take_token.
acs_status acs_exchanger_exchange_submit(const acs_exchanger *exchanger,
                                         const char *aad_token,
                                         const char *client_id,
                                         const char *user_object_id,
                                         int64_t timeout_ms,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Returns the ACS token of Teams Phone extensibility for an Entra user's token, with the identity
/// it belongs to: from the cache, or exchanged now. The caller frees it with acs_user_token_free.
///
/// timeout_ms: as for acs_exchanger_exchange, with which it shares the cache, the limit and
/// coalescing. The user is the one named by the Entra token. If that token cannot be parsed, the
/// user is unknown, and acs_exchanger_sign_out doesn't evict what was exchanged for it.
///
/// Errors: as acs_client_get_token_for_teams_extension_user and acs_exchanger_exchange.
acs_status acs_exchanger_exchange_teams_extension(const acs_exchanger *exchanger,
                                                  const char *aad_token,
                                                  int64_t timeout_ms,
                                                  acs_user_token **user_token,
                                                  acs_error **error);

/// Starts acs_exchanger_exchange_teams_extension.
///
/// Take the result from its completion with acs_completion_take_user_token.
acs_status acs_exchanger_exchange_teams_extension_submit(const acs_exchanger *exchanger,
                                                         const char *aad_token,
                                                         int64_t timeout_ms,
                                                         const acs_delivery *delivery,
                                                         acs_call **call,
                                                         acs_error **error);

/// Evicts all tokens of a user, in this process and in those that share a cache with it. The tokens
/// themselves stay valid until they expire.
///
/// Errors: ACS_STATUS_TRANSPORT_ERROR if Redis is unreachable: other processes may still have the
/// tokens.
acs_status acs_exchanger_sign_out(const acs_exchanger *exchanger,
                                  const char *tenant_id,
                                  const char *user_object_id,
                                  acs_error **error);

/// Starts acs_exchanger_sign_out.
///
/// Its completion has a status but no result.
acs_status acs_exchanger_sign_out_submit(const acs_exchanger *exchanger,
                                         const char *tenant_id,
                                         const char *user_object_id,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Reports whether the shared cache is available: 1 or 0; ACS_NOT_APPLICABLE if there is none.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_exchanger_is_cache_reachable(const acs_exchanger *exchanger,
                                            int32_t *reachable,
                                            acs_error **error);

/// Starts acs_exchanger_is_cache_reachable.
///
/// Read the result from its completion with acs_completion_reachable.
acs_status acs_exchanger_is_cache_reachable_submit(const acs_exchanger *exchanger,
                                                   const acs_delivery *delivery,
                                                   acs_call **call,
                                                   acs_error **error);

/*
 * A user's ACS token that renews itself, for chat and calling clients.
 *
 * Its tokens come from a refresher, a callback that returns the user's next ACS token; or from an
 * Entra credential, whose tokens a client or an exchanger exchanges; or it holds a single token. A
 * valid token is returned at once. With less than 10 minutes left it is renewed in the background.
 * With less than 2 minutes left a call waits for the renewal, for half of its timeout but at
 * most 15 seconds, and gets the former token if that fails. There is one renewal at a time, shared by
 * all waiting callers. A failed renewal is retried after 0.5 seconds, then after twice as long
 * each time, up to 30 seconds.
 */

/// A user's token credential. Freed with acs_user_credential_free.
typedef struct acs_user_credential acs_user_credential;

/// The options of a user's token credential: a token, a refresher, or an Entra credential and what
/// exchanges its tokens. Every member has 64 bits, for hosts that pass structs as arrays.
typedef struct acs_user_credential_options {
  /// sizeof(acs_user_credential_options).
  size_t struct_size;
  /// The user's ACS token: the only one, or the initial one. Default: the first one is requested
  /// when it is needed.
  const char *token;
  /// When the token expires, in seconds since 1970. Default: the token's own expiry, which is not
  /// verified; 10 minutes from now if it cannot be read, as the service doesn't guarantee the
  /// format of its tokens.
  int64_t token_expires_on;
  /// Returns the user's next ACS token; its requests have no scopes.
  const acs_token_credential *refresher;
  /// Instead of a refresher: a credential that returns the user's Entra tokens. Needs client or
  /// exchanger.
  const acs_token_credential *entra_credential;
  /// The client that exchanges the Entra tokens; its own credential is not used.
  const acs_client *client;
  /// The scopes of the Entra tokens that the client exchanges. All must begin with
  /// "https://communication.azure.com/clients/" (an Entra user; a preview, for which the client
  /// needs its option preview), or all with "https://auth.msft.communication.azure.com/" (a user
  /// of Teams Phone extensibility; .us in place of .com for the US government). Default:
  /// "https://communication.azure.com/clients/.default".
  const char *const *scopes;
  /// The number of scopes.
  size_t scope_count;
  /// Instead of client: the exchanger for a Teams user's Entra tokens. Needs client_id and
  /// user_object_id.
  const acs_exchanger *exchanger;
  /// The client id of the application that got the Entra token. For an exchanger only.
  const char *client_id;
  /// The user's object id. For an exchanger only.
  const char *user_object_id;
  /// 1 renews the token proactively, even if nobody asks for it, starting with the first call or
  /// with acs_user_credential_start. Default 0.
  int64_t refresh_proactively;
  /// How long before its expiry the token is renewed, in seconds. Default 600. A new token with
  /// less time left is renewed after half of that time.
  int64_t refresh_time_before_expiry_s;
  /// How long a call waits for a token, in milliseconds. Default 30000.
  int64_t timeout_ms;
} acs_user_credential_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_user_credential_options).
void acs_user_credential_options_init(acs_user_credential_options *options,
                                      size_t struct_size);

/// Creates a user's token credential. The client and the exchanger may be freed afterwards. The
/// callbacks of the refresher or of the Entra credential belong to the library until their release
/// is called. Nothing is requested yet. A forked child requests a token of its own.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option, for options that don't go
/// together, and for scopes that no exchange accepts.
acs_status acs_user_credential_new(const acs_user_credential_options *options,
                                   acs_user_credential **credential,
                                   acs_error **error);

/// Starts renewing proactively, as the first call does. Does nothing without refresh_proactively,
/// or if renewal has started already. A forked child, and the library after acs_shutdown, start
/// again.
///
/// Errors: ACS_STATUS_CANCELLED while the library's threads are being shut down.
acs_status acs_user_credential_start(const acs_user_credential *credential,
                                     acs_error **error);

/// Ends renewals and discards the token: waiting and later calls fail with ACS_STATUS_CANCELLED.
/// May be called from any thread and repeatedly. NULL is ignored. It doesn't wait for a running
/// callback, whose answer is dropped.
void acs_user_credential_close(const acs_user_credential *credential);

/// Frees a credential. Calls in progress continue; renewals end with the last of them. NULL is
/// ignored.
void acs_user_credential_free(acs_user_credential *credential);

/// Returns the user's token: the current one while it is valid, otherwise the next one. The caller
/// frees it with acs_token_free.
///
/// Errors: ACS_STATUS_CANCELLED once the credential is closed; ACS_STATUS_TIMEOUT if no token is
/// available within the timeout, and if two former calls of the callback haven't returned;
/// otherwise the error of the refresher, the Entra credential or the exchange. After a failure,
/// calls get the same error at once for 0.5 to 5 seconds.
acs_status acs_user_credential_get_token(const acs_user_credential *credential,
                                         acs_token **token,
                                         acs_error **error);

/// Starts acs_user_credential_get_token.
///
/// Take the result from its completion with acs_completion_take_token.
acs_status acs_user_credential_get_token_submit(const acs_user_credential *credential,
                                                const acs_delivery *delivery,
                                                acs_call **call,
                                                acs_error **error);

/*
 * The settings of a handler, read from a file or the environment, or set by name. Their names are
 * the same in every host.
 */

/// Settings. Any threads may read them at once, but no other thread may use them while a value is
/// set. Freed with acs_handler_settings_free.
typedef struct acs_handler_settings acs_handler_settings;

/// Returns the value of a variable, or NULL if it is not set. The text must live until the next
/// call of the function, or until acs_handler_settings_from_env returns.
typedef const char *(*acs_variable_lookup)(void *user_data,
                                           const char *name);

/// Creates settings without values, for acs_handler_settings_set_text and similar.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_new(acs_handler_settings **settings,
                                    acs_error **error);

/// Reads settings from the text of a TOML file.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the setting. No value that may be secret is
/// shown.
acs_status acs_handler_settings_from_toml(const char *toml,
                                          acs_handler_settings **settings,
                                          acs_error **error);

/// Reads settings from variables. lookup: NULL for the process's environment. A variable that is
/// not UTF-8 counts as not set.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the variable. No value that may be secret is
/// shown.
acs_status acs_handler_settings_from_env(acs_variable_lookup lookup,
                                         void *user_data,
                                         acs_handler_settings **settings,
                                         acs_error **error);

/// Sets a text setting, replacing a former value. name: a name as returned by acs_setting_toml, in
/// which an underscore may replace a dot ("redis_url").
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, with the name as target, for an unknown name (the reason
/// suggests the nearest one), and for a setting of another type. No value is shown.
acs_status acs_handler_settings_set_text(acs_handler_settings *settings,
                                         const char *name,
                                         const char *value,
                                         acs_error **error);

/// Sets a setting that is a list of texts, as acs_handler_settings_set_text does.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_set_list(acs_handler_settings *settings,
                                         const char *name,
                                         const char *const *values,
                                         size_t value_count,
                                         acs_error **error);

/// Sets a number setting (milliseconds if its name ends in "_ms"), as acs_handler_settings_set_text
/// does.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_set_number(acs_handler_settings *settings,
                                           const char *name,
                                           int64_t value,
                                           acs_error **error);

/// Sets a setting that is true (1) or false (0), as acs_handler_settings_set_text does.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_set_flag(acs_handler_settings *settings,
                                         const char *name,
                                         int32_t value,
                                         acs_error **error);

/// Merges settings: returns those of first, and those of other that first doesn't have. Both
/// stay unchanged and are freed separately.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_or(const acs_handler_settings *first,
                                   const acs_handler_settings *other,
                                   acs_handler_settings **settings,
                                   acs_error **error);

/// Frees settings. NULL is ignored.
void acs_handler_settings_free(acs_handler_settings *settings);

/// Returns the number of settings.
size_t acs_setting_count(void);

/// Returns the name of a setting in TOML, where a dot stands for a table; NULL out of range. The
/// text is static and not freed.
const char *acs_setting_toml(size_t index);

/// Returns what a setting is for; NULL out of range. The text is static and not freed.
const char *acs_setting_about(size_t index);

/// Returns the number of environment variables of a setting.
size_t acs_setting_environment_count(size_t index);

/// Returns an environment variable of a setting; the first one that is set is used. NULL out of
/// range. The text is static and not freed.
const char *acs_setting_environment(size_t index,
                                    size_t which);

/*
 * The options of a handler.
 */

/// The options of a handler: its settings, which are plain values, and the options that aren't.
typedef struct acs_handler_options {
  /// sizeof(acs_handler_options).
  size_t struct_size;
  /// Settings from a file or the environment, or set by name; they may be freed once the handler
  /// is created. NULL for none.
  const acs_handler_settings *settings;
  /// A token credential instead of an access key; needs an endpoint.
  const acs_token_credential *token_credential;
  /// The cloud, overriding the settings cloud and authority; or NULL.
  const acs_cloud *cloud;
  /// The observer, which receives events; or NULL.
  const acs_observer *observer;
} acs_handler_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_handler_options).
void acs_handler_options_init(acs_handler_options *options,
                              size_t struct_size);

/*
 * The back end's endpoint, for any HTTP server: /api/token/teams, /healthz, and, if Microsoft
 * Graph is configured, /api/user and /api/token.
 *
 * It verifies the caller's bearer token, compares it with the Teams token, explains an invalid
 * one, caches, coalesces concurrent requests for the same token, and answers with
 * application/problem+json. There is always a response.
 */

/// A handler. Freed with acs_handler_free.
typedef struct acs_handler acs_handler;

/// Creates a handler. It doesn't connect yet. A forked child begins with an empty cache.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT or ACS_STATUS_INVALID_CONNECTION_STRING, target naming the
/// option, or the setting as it was written. No value that may be secret is shown.
acs_status acs_handler_new(const acs_handler_options *options,
                           acs_handler **handler,
                           acs_error **error);

/// Replaces the access key of the ACS resource, and its secondary access key unless
/// secondary_access_key is NULL. The next signature uses the new key, and tokens cached for the
/// former key are no longer returned. A forked child, and the library after acs_shutdown, use the
/// new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or
/// "secondary_access_key"; ACS_STATUS_INVALID_ARGUMENT if a token credential is used. No key is
/// replaced then.
acs_status acs_handler_update_access_key(const acs_handler *handler,
                                         const char *access_key,
                                         const char *secondary_access_key,
                                         acs_error **error);

/// Frees a handler with its cache; requests in progress are still answered. NULL is ignored.
void acs_handler_free(acs_handler *handler);

/// Answers a request. The caller frees the response with acs_response_free. A rejection is a
/// response, not an error.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid request.
acs_status acs_handler_handle(const acs_handler *handler,
                              const acs_request *request,
                              acs_response **response,
                              acs_error **error);

/// Starts acs_handler_handle.
///
/// Take the result from its completion with acs_completion_take_response.
acs_status acs_handler_handle_submit(const acs_handler *handler,
                                     const acs_request *request,
                                     const acs_delivery *delivery,
                                     acs_call **call,
                                     acs_error **error);

/*
 * The library's log: a callback that receives its records. Without a callback nothing is written
 * anywhere.
 *
 * The callback runs on a library thread of its own, one record at a time and in order; a slow
 * callback delays no call. Up to 1024 records, or 1 MiB of them, are queued. Further ones are
 * dropped and replaced by a record "N log records were dropped", with N in its field "dropped".
 * acs_shutdown delivers the queued records.
 *
 * At every level, records of a request to a handler have the fields "correlation_id" and "route",
 * and records of a client's operation have "client_request_id".
 *
 * No record contains a key or a token. The handler's documentation lists levels and fields.
 */

/// No records.
#define ACS_LOG_OFF 0

/// Bugs.
#define ACS_LOG_ERROR 1

/// What an operator should know: rejected callers, failed exchanges, a wrong clock.
#define ACS_LOG_WARN 2

/// Events worth counting.
#define ACS_LOG_INFO 3

/// Each call, attempt and response.
#define ACS_LOG_DEBUG 4

/// Everything.
#define ACS_LOG_TRACE 5

/// A field of a record.
typedef struct acs_log_field {
  /// Its name, such as "client_request_id".
  const char *name;
  /// Its value as a text.
  const char *value;
} acs_log_field;

/// A record, borrowed for the duration of the callback.
typedef struct acs_log_record {
  /// The size of the struct as the library knows it.
  size_t struct_size;
  /// ACS_LOG_ERROR to ACS_LOG_TRACE.
  int32_t level;
  /// Where it comes from, such as "acs_auth::handler".
  const char *target;
  /// What happened, as text for a person.
  const char *message;
  /// The fields of the record, followed by those of the operation it belongs to.
  const acs_log_field *fields;
  /// The number of fields.
  size_t field_count;
  /// When it was created, in microseconds since 1970.
  int64_t time_us;
} acs_log_record;

/// Receives a record, on a library thread of its own.
typedef void (*acs_log_callback)(void *user_data,
                                 const acs_log_record *record);

/// Sends the log to a callback, replacing the former one. A NULL callback, or ACS_LOG_OFF, turns
/// the log off.
///
/// There is one callback for the whole library; it receives records up to this level. release, if
/// it is not NULL, is called with user_data after the last call of the callback. Queued records are
/// delivered first, so this may happen after this function has returned. After a successful
/// acs_shutdown, it has been called for every callback that was replaced before.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an invalid level; release is then not called.
acs_status acs_log_set(int32_t level,
                       acs_log_callback callback,
                       void *user_data,
                       void (*release)(void *user_data),
                       acs_error **error);

/*
 * The library's own threads. They start at the first call that needs them, never when the library
 * is loaded. They block all signals, and can be ended.
 */

/// Sets the number of worker threads: 1 (default) to 64. It takes effect when the threads next
/// start. One thread handles some thousand exchanges a second. One additional thread sleeps until a
/// callback blocks a worker thread.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_set_worker_threads(int32_t count,
                                  acs_error **error);

/// Ends the library's threads. Submissions in progress complete with ACS_STATUS_CANCELLED before it
/// returns, and blocking functions end with ACS_STATUS_CANCELLED. Everything can be used
/// afterwards: the threads then start again, clients open new connections, and caches begin empty.
/// What is queued for the log's callback and for observers is delivered.
///
/// timeout_ms: how long to wait for running host callbacks, in milliseconds, or ACS_DEFAULT for
/// 5000.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT if it is called in a callback of the library;
/// ACS_STATUS_TIMEOUT if callbacks are still running.
acs_status acs_shutdown(int64_t timeout_ms,
                        acs_error **error);

#ifdef __cplusplus
}
#endif

#endif /* ACS_AUTH_H */
