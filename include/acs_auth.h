/*
 * acs_auth.h: exchanges Microsoft Entra user tokens for Azure Communication Services (ACS) access tokens, and signs ACS
 * requests, inside your own back end.
 *
 * Three ways in, each complete by itself:
 *   - sign, prepare, parse: no I/O, for a program with an HTTP library of its own;
 *   - acs_client: all operations, with retries and a deadline;
 *   - acs_handler: an HTTP request in, an HTTP response out, for /api/token/teams.
 *
 * RESULTS. A function that can fail returns acs_status. Its results come last among its parameters, and are written only
 * if it returns ACS_STATUS_OK. The very last parameter, acs_error **error, may be NULL; if not, it is written only if the
 * function fails, and the caller frees the error.
 *
 * OWNERSHIP. Handles are opaque. What a function gives through a parameter is the caller's, to be freed once with the
 * type's own _free function; freeing NULL does nothing. What a function returns as a pointer to const is borrowed: it
 * lives as long as the handle that it is of.
 *
 * TEXTS are UTF-8 and end with NUL. Those that are handed over are borrowed for the call alone. A text that is absent is
 * NULL.
 *
 * ARGUMENTS that cannot be used are ACS_STATUS_INVALID_ARGUMENT: NULL where something must be there, a text that is not
 * UTF-8, a number that is none of those listed, a count without a list. The error's target names the argument or option: by
 * its name here, or by the one that it has in all languages ("user" for user_id, "timeout" for timeout_ms, "retry_policy"
 * for max_attempts). A function that cannot fail returns NULL, 0, false, or what it says.
 *
 * TIMES are seconds since 1970-01-01T00:00:00Z. Durations have their unit in their name.
 *
 * OPTIONS are structs that may grow. Fill them with their _init function, which sets pointers to NULL and numbers to
 * ACS_DEFAULT, and then change members; lists that are NULL are empty. A library that is older than the header takes
 * them as long as no member that it does not know is set.
 *
 * THREADS. Clients, exchangers, users' credentials, verifiers, handlers, queues, clouds and settings may be used by any
 * threads at once; everything else by one at a time. No handle may be in use when it is freed.
 *
 * CALLBACKS run on threads of the library: the log's and each observer's on one of its own, a credential's on one of at most
 * 16, a completion's on a thread that serves calls, or on one of 16 more while another one blocks that. An exception of C++,
 * longjmp, pthread_exit and pthread_cancel may not leave a callback. An exception and pthread_exit abort the process, with a line
 * on the standard error that names the callback, since the library's own frames cannot be unwound so; longjmp is undefined.
 * acs_auth.hpp catches what callbacks of C++ throw; with acs_auth.h alone, declare them noexcept, which also shows where the
 * exception was thrown. exit() does not wait for a callback: call acs_shutdown first where a callback uses what exit() destroys.
 *
 * FORKS. All handles may be used before and after a fork, in the parent and in the child, but not in a child that was
 * forked in a callback. A child opens connections and starts threads of its own.
 *
 * But for that line the library writes nothing to the standard streams. It installs no signal handlers and changes no
 * environment variable.
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
 * Versions.
 */

/// The version of the header.
#define ACS_VERSION "0.1.0"

/// The first number of ACS_VERSION.
#define ACS_VERSION_MAJOR 0

/// The second number of ACS_VERSION.
#define ACS_VERSION_MINOR 1

/// The third number of ACS_VERSION.
#define ACS_VERSION_PATCH 0

/// The ABI that the header describes: major << 16 | minor.
///
/// A program works with a library whose major number is the same and whose minor number is not lower.
#define ACS_ABI_VERSION 1

/// The version of the library, such as "0.1.0". Static: it is not freed.
const char *acs_version(void);

/// The ABI of the library, to compare with ACS_ABI_VERSION: major << 16 | minor.
uint32_t acs_abi_version(void);

/*
 * What went wrong, as a number.
 */

/// How a call ended. Numbers are never changed or used again; new ones may be added, so have a default case.
typedef enum acs_status {
  /// It succeeded.
  ACS_STATUS_OK = 0,
  /// An argument of the call cannot be used; nothing was sent, and the error's target names the argument.
  ACS_STATUS_INVALID_ARGUMENT = 1,
  /// The connection string or endpoint cannot be used; the error's target names the part.
  ACS_STATUS_INVALID_CONNECTION_STRING = 2,
  /// The library's own token check rejected the Entra token; nothing was sent and the error's code names the check.
  ACS_STATUS_ENTRA_TOKEN_INVALID = 3,
  /// The service rejected the user's Entra token (401 InvalidAccessToken).
  ACS_STATUS_ENTRA_TOKEN_REJECTED = 4,
  /// The service rejected the request as invalid (400); the error's target names the field.
  ACS_STATUS_VALIDATION_FAILED = 5,
  /// The service rejected the caller's own credential: the access key, its signature, or the bearer token.
  ACS_STATUS_CREDENTIAL_DENIED = 6,
  /// The service does not know the identity (404).
  ACS_STATUS_NOT_FOUND = 7,
  /// The service throttled the call (429), or the limit of an exchanger did.
  ACS_STATUS_THROTTLED = 8,
  /// The service answered with another error.
  ACS_STATUS_SERVICE_ERROR = 9,
  /// No answer came: the name, the connection, TLS or the proxy failed.
  ACS_STATUS_TRANSPORT_ERROR = 10,
  /// The deadline passed before an answer came.
  ACS_STATUS_TIMEOUT = 11,
  /// The call was cancelled.
  ACS_STATUS_CANCELLED = 12,
  /// An answer came that is not one of this service: a redirect, an oversize or a malformed body.
  ACS_STATUS_UNEXPECTED_RESPONSE = 13,
  /// The caller of a back end sent no valid bearer token.
  ACS_STATUS_UNAUTHORIZED = 14,
  /// The caller of a back end may not do this.
  ACS_STATUS_FORBIDDEN = 15,
  /// A bug of the library, or a system that gives no threads or descriptors.
  ACS_STATUS_INTERNAL = 99,
} acs_status;

/// The name of a status, such as "EntraTokenRejected"; "Ok" for ACS_STATUS_OK, "Unknown" for a number that is none.
/// Static: it is not freed.
const char *acs_status_name(int32_t status);

/*
 * Errors: what a call that failed gives through its last parameter.
 *
 * No text of an error ever holds a key or a token. All texts are borrowed from the error.
 */

/// Why a call failed. Freed with acs_error_free.
typedef struct acs_error acs_error;

/// What went wrong; ACS_STATUS_OK for NULL.
acs_status acs_error_kind(const acs_error *error);

/// The HTTP status of the answer; 0 if none came.
int32_t acs_error_http_status(const acs_error *error);

/// The service's error code, such as "ValidationError", or the token check that failed; NULL if there is none.
const char *acs_error_code(const acs_error *error);

/// The field, argument or part that the error is about; NULL if there is none. The service's casing varies: compare
/// without case.
const char *acs_error_target(const acs_error *error);

/// What happened and what to do, for a person.
const char *acs_error_reason(const acs_error *error);

/// How long the service asked to wait before the next try, in milliseconds; -1 if it did not say.
int64_t acs_error_retry_after_ms(const acs_error *error);

/// The x-ms-client-request-id of the request, the same on all its attempts; NULL if none was sent.
const char *acs_error_client_request_id(const acs_error *error);

/// The service's MS-CV correlation vector, which Microsoft's support asks for; NULL if there is none.
const char *acs_error_ms_cv(const acs_error *error);

/// All that is known in one line, for a log.
const char *acs_error_message(const acs_error *error);

/// Frees an error; nothing for NULL.
void acs_error_free(acs_error *error);

/*
 * Plain data that several functions take or give.
 */

/// Not set: in place of any number of an options struct, and of a duration that is an argument. The default is used.
#define ACS_DEFAULT (-1)

/// In place of 1 or 0: the question does not apply, as that for a shared cache where there is none.
#define ACS_NOT_APPLICABLE (-1)

/// Bytes that may hold NULs. NULL with a length of 0 is none.
typedef struct acs_bytes {
  /// The first byte.
  const uint8_t *data;
  /// How many there are.
  size_t len;
} acs_bytes;

/// A header of an HTTP message. The case of names does not matter.
typedef struct acs_header {
  /// Its name.
  const char *name;
  /// Its value.
  const char *value;
} acs_header;

/// Frees a text that a function gave as `char *`; nothing for NULL.
void acs_string_free(char *text);

/*
 * The clouds of Microsoft, and one of your own: the names that an Entra token is compared with.
 */

/// The public cloud.
#define ACS_CLOUD_PUBLIC 0

/// The clouds of the US government. Microsoft documents that Teams users cannot be connected there.
#define ACS_CLOUD_US_GOVERNMENT 1

/// The cloud in China, operated by 21Vianet.
#define ACS_CLOUD_CHINA 2

/// Another place to sign in, such as an emulator: needs an authority; all else is as in the public cloud.
#define ACS_CLOUD_CUSTOM 3

/// A cloud. It never changes, so any threads may use it at once. Freed with acs_cloud_free.
typedef struct acs_cloud acs_cloud;

/// Which cloud. Members that are not NULL take the place of the cloud's own names, since Microsoft documents not all
/// of them.
typedef struct acs_cloud_options {
  /// sizeof(acs_cloud_options).
  size_t struct_size;
  /// ACS_CLOUD_PUBLIC (default), ACS_CLOUD_US_GOVERNMENT, ACS_CLOUD_CHINA or ACS_CLOUD_CUSTOM.
  int32_t kind;
  /// Where tokens are asked for, such as "https://login.microsoftonline.com".
  const char *authority;
  /// The issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
  const char *issuer_v1;
  /// The issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
  const char *issuer_v2;
  /// What the host names of ACS resources end in, such as ".communication.azure.com".
  const char *acs_suffix;
  /// The resource whose Teams permissions a user consents to.
  const char *teams_resource;
  /// What the raw ids of Teams users begin with, such as "8:orgid:".
  const char *const *teams_user_prefixes;
  /// How many teams_user_prefixes there are.
  size_t teams_user_prefix_count;
} acs_cloud_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_cloud_options).
void acs_cloud_options_init(acs_cloud_options *options,
                            size_t struct_size);

/// Makes a cloud.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the member.
acs_status acs_cloud_new(const acs_cloud_options *options,
                         acs_cloud **cloud,
                         acs_error **error);

/// Where tokens are asked for.
const char *acs_cloud_authority(const acs_cloud *cloud);

/// The issuer of tokens of version 1, with "{tenantid}" in the tenant's place.
const char *acs_cloud_issuer_v1(const acs_cloud *cloud);

/// The issuer of tokens of version 2, with "{tenantid}" in the tenant's place.
const char *acs_cloud_issuer_v2(const acs_cloud *cloud);

/// What the host names of ACS resources end in.
const char *acs_cloud_acs_suffix(const acs_cloud *cloud);

/// The resource whose Teams permissions a user consents to.
const char *acs_cloud_teams_resource(const acs_cloud *cloud);

/// How many prefixes the raw ids of Teams users have.
size_t acs_cloud_teams_user_prefix_count(const acs_cloud *cloud);

/// A prefix of the raw ids of Teams users; NULL out of range.
const char *acs_cloud_teams_user_prefix(const acs_cloud *cloud,
                                        size_t index);

/// The full name of a Teams permission, such as "Teams.ManageCalls", as MSAL is asked for it. The caller frees the text
/// with acs_string_free.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_cloud_teams_scope(const acs_cloud *cloud,
                                 const char *permission,
                                 char **scope,
                                 acs_error **error);

/// Frees a cloud; nothing for NULL. What was made with it keeps its own copy.
void acs_cloud_free(acs_cloud *cloud);

/*
 * Endpoints, access keys and connection strings. No I/O.
 */

/// An access key, ready to sign with. It cannot be read back. Freed with acs_access_key_free, unless it is borrowed
/// from a connection string.
typedef struct acs_access_key acs_access_key;

/// A connection string in its parts. Freed with acs_connection_string_free.
typedef struct acs_connection_string acs_connection_string;

/// The address of an ACS resource. Freed with acs_endpoint_free, unless it is borrowed from a connection string.
typedef struct acs_endpoint acs_endpoint;

/// Reads an endpoint such as "https://contoso.communication.azure.com". Without a scheme it is https; http is taken for
/// loopback only.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "endpoint".
acs_status acs_endpoint_parse(const char *text,
                              acs_endpoint **endpoint,
                              acs_error **error);

/// As acs_endpoint_parse, and takes http for any host: only where something else protects the connection.
acs_status acs_endpoint_parse_allowing_insecure(const char *text,
                                                acs_endpoint **endpoint,
                                                acs_error **error);

/// The endpoint's URL, in lower case and without a slash at its end.
const char *acs_endpoint_url(const acs_endpoint *endpoint);

/// Frees an endpoint; nothing for NULL.
void acs_endpoint_free(acs_endpoint *endpoint);

/// Reads an access key as the Azure portal shows it: standard base64 with its padding.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "accesskey"; the text is not shown.
acs_status acs_access_key_from_base64(const char *text,
                                      acs_access_key **key,
                                      acs_error **error);

/// Wipes and frees a key; nothing for NULL.
void acs_access_key_free(acs_access_key *key);

/// Reads a connection string, "endpoint=https://…;accesskey=…".
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING, target naming the part; the key is not shown.
acs_status acs_connection_string_parse(const char *text,
                                       acs_connection_string **parts,
                                       acs_error **error);

/// As acs_connection_string_parse, and takes http for any host: only where something else protects the connection.
acs_status acs_connection_string_parse_allowing_insecure(const char *text,
                                                         acs_connection_string **parts,
                                                         acs_error **error);

/// The endpoint, borrowed from the connection string: it is not freed by itself.
const acs_endpoint *acs_connection_string_endpoint(const acs_connection_string *parts);

/// The access key, borrowed from the connection string: it is not freed by itself.
const acs_access_key *acs_connection_string_access_key(const acs_connection_string *parts);

/// Wipes and frees a connection string's parts; nothing for NULL.
void acs_connection_string_free(acs_connection_string *parts);

/*
 * Signing a request that is sent by other means. No I/O.
 *
 * The scheme is HMAC-SHA256 over the method, the request target, the date, the Host header and the body's SHA-256.
 * What is signed must be sent byte for byte, so keep the HTTP library from normalising the URL (with libcurl:
 * CURLOPT_PATH_AS_IS) and from following redirects. Sign each attempt anew: the service rejects an old date.
 */

/// What to add to a request so that it is signed, and how that came about. Freed with acs_signed_headers_free.
typedef struct acs_signed_headers acs_signed_headers;

/// Signs a request: what to add, given the access key and the time at which it is sent.
///
/// method: its case does not matter. url: absolute; its path and query are signed as they stand, but a bare "?" at its
/// end is not signed and must not be sent. body: what will be sent, or none. now: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "method" (no HTTP token), "url" (not absolute, not http or https,
/// with user information, a fragment, a space, a control or a non-ASCII character) or "now" (a year that is not from
/// 1970 to 9999).
acs_status acs_sign_request(const acs_access_key *key,
                            const char *method,
                            const char *url,
                            acs_bytes body,
                            int64_t now,
                            acs_signed_headers **headers,
                            acs_error **error);

/// The value of the header x-ms-date: the time in RFC 1123 form, in GMT.
const char *acs_signed_headers_x_ms_date(const acs_signed_headers *headers);

/// The value of the header x-ms-content-sha256: the body's SHA-256 in base64.
const char *acs_signed_headers_x_ms_content_sha256(const acs_signed_headers *headers);

/// The value of the header authorization. It is good for replays for some minutes: do not log it.
const char *acs_signed_headers_authorization(const acs_signed_headers *headers);

/// The value that the Host header must have; every HTTP library sends this one by itself.
const char *acs_signed_headers_host(const acs_signed_headers *headers);

/// The request target that must be sent: path and query, percent-encoding untouched.
const char *acs_signed_headers_target(const acs_signed_headers *headers);

/// The text that was signed, to compare when a signature is rejected. It holds no secret.
const char *acs_signed_headers_string_to_sign(const acs_signed_headers *headers);

/// Frees what acs_sign_request gave; nothing for NULL.
void acs_signed_headers_free(acs_signed_headers *headers);

/*
 * A request that an operation has prepared: what to send. No I/O.
 */

/// The caller's own credential answers for the request: sign it, or add its bearer token.
#define ACS_AUTHENTICATION_CREDENTIAL 0

/// The user's Entra token answers for it and already stands in the header authorization: send it as it is.
#define ACS_AUTHENTICATION_USER_TOKEN 1

/// Sending the request twice does what sending it once does.
#define ACS_RETRYABLE_ALWAYS 0

/// It creates something each time: send it again only where it cannot have been processed.
#define ACS_RETRYABLE_IF_NOT_PROCESSED 1

/// A request, complete but for its credential. Freed with acs_prepared_request_free, which wipes it.
typedef struct acs_prepared_request acs_prepared_request;

/// The method: "GET", "POST" or "DELETE".
const char *acs_prepared_request_method(const acs_prepared_request *request);

/// The absolute URL. It is signed and must be sent byte for byte.
const char *acs_prepared_request_url(const acs_prepared_request *request);

/// How many headers there are to send, besides host, content-length of a body and the credential's.
size_t acs_prepared_request_header_count(const acs_prepared_request *request);

/// A header to send, its name in lower case; NULLs out of range. An empty POST has its own "content-length: 0": leave it
/// out where the HTTP library sends it by itself.
acs_header acs_prepared_request_header(const acs_prepared_request *request,
                                       size_t index);

/// The body; it may hold the user's token.
acs_bytes acs_prepared_request_body(const acs_prepared_request *request);

/// Who answers for it: ACS_AUTHENTICATION_…; -1 for NULL.
int32_t acs_prepared_request_authentication(const acs_prepared_request *request);

/// Whether it may be sent again when its outcome is unknown: ACS_RETRYABLE_…; -1 for NULL.
int32_t acs_prepared_request_retryable(const acs_prepared_request *request);

/// Wipes and frees a request; nothing for NULL.
void acs_prepared_request_free(acs_prepared_request *request);

/*
 * Each operation's request, for a program with an HTTP library of its own. No I/O.
 *
 * Where a function takes an api_version, NULL is the default of its operation: ACS_DEFAULT_API_VERSION,
 * ACS_TEAMS_EXTENSION_API_VERSION for Teams Phone extensibility, the latest ACS_PREVIEW_API_VERSION_… for the operations
 * that only a preview has. token_expires_in_s is 3600 to 86400 seconds, parts of a
 * minute dropped, or ACS_DEFAULT for the service's own (24 hours). scopes are ACS_TOKEN_SCOPE_… or what else the
 * service knows.
 */

/// The API version of the operations on identities and of the Teams user exchange.
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

/// The request that creates an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_create_user(const acs_endpoint *endpoint,
                                   const char *api_version,
                                   acs_prepared_request **request,
                                   acs_error **error);

/// The request that creates an identity and issues a first token for it.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for no scope or an expiry out of range.
acs_status acs_prepare_create_user_and_token(const acs_endpoint *endpoint,
                                             const char *const *scopes,
                                             size_t scope_count,
                                             int64_t token_expires_in_s,
                                             const char *api_version,
                                             acs_prepared_request **request,
                                             acs_error **error);

/// The request that issues a token for an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an unusable id, no scope or an expiry out of range.
acs_status acs_prepare_issue_token(const acs_endpoint *endpoint,
                                   const char *user_id,
                                   const char *const *scopes,
                                   size_t scope_count,
                                   int64_t token_expires_in_s,
                                   const char *api_version,
                                   acs_prepared_request **request,
                                   acs_error **error);

/// The request that revokes all tokens of an identity.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an unusable id.
acs_status acs_prepare_revoke_tokens(const acs_endpoint *endpoint,
                                     const char *user_id,
                                     const char *api_version,
                                     acs_prepared_request **request,
                                     acs_error **error);

/// The request that deletes an identity and revokes its tokens.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an unusable id.
acs_status acs_prepare_delete_user(const acs_endpoint *endpoint,
                                   const char *user_id,
                                   const char *api_version,
                                   acs_prepared_request **request,
                                   acs_error **error);

/// The request that exchanges a Teams user's Entra token. Its body holds the token.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_exchange_teams_user(const acs_endpoint *endpoint,
                                           const char *aad_token,
                                           const char *client_id,
                                           const char *user_object_id,
                                           const char *api_version,
                                           acs_prepared_request **request,
                                           acs_error **error);

/// The request that exchanges the Entra token of a Teams extension's user, which stands in its header authorization.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_exchange_teams_extension(const acs_endpoint *endpoint,
                                                const char *aad_token,
                                                const char *api_version,
                                                acs_prepared_request **request,
                                                acs_error **error);

/// The request that lets a principal use Teams Phone extensibility of this resource, or replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or what else the service knows. client_ids are the applications that a user may
/// come through; none for a resource account.
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

/// The request that reads a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
acs_status acs_prepare_get_teams_extension_assignment(const acs_endpoint *endpoint,
                                                      const char *tenant_id,
                                                      const char *object_id,
                                                      const char *api_version,
                                                      acs_prepared_request **request,
                                                      acs_error **error);

/// The request that deletes a principal's assignment.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an id that is not a GUID.
acs_status acs_prepare_delete_teams_extension_assignment(const acs_endpoint *endpoint,
                                                         const char *tenant_id,
                                                         const char *object_id,
                                                         const char *api_version,
                                                         acs_prepared_request **request,
                                                         acs_error **error);

/// The request that exchanges an Entra user's token, which stands in its header authorization. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_exchange_entra_user(const acs_endpoint *endpoint,
                                           const char *aad_token,
                                           const char *api_version,
                                           acs_prepared_request **request,
                                           acs_error **error);

/// The request that creates an identity with a custom id, or finds the one that has it. Preview.
///
/// custom_id is a name of your own for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_prepare_create_user_with_custom_id(const acs_endpoint *endpoint,
                                                  const char *custom_id,
                                                  const char *api_version,
                                                  acs_prepared_request **request,
                                                  acs_error **error);

/// The request that creates an identity with a custom id, or finds the one that has it, and issues a token for it. Preview.
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

/// The request that reads what the service knows of an identity. Preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, also for an unusable id.
acs_status acs_prepare_get_user_detail(const acs_endpoint *endpoint,
                                       const char *user_id,
                                       const char *api_version,
                                       acs_prepared_request **request,
                                       acs_error **error);

/*
 * What operations give: an identity, an access token, or both; what is known of an identity; and who may use Teams Phone
 * extensibility.
 */

/// A principal that may use Teams Phone extensibility of the resource. Freed with acs_teams_extension_assignment_free.
typedef struct acs_teams_extension_assignment acs_teams_extension_assignment;

/// An access token and when it stops working. Freed with acs_token_free, which wipes it.
typedef struct acs_token acs_token;

/// An ACS identity. Freed with acs_user_free.
typedef struct acs_user acs_user;

/// What the service knows of an identity. Freed with acs_user_detail_free.
typedef struct acs_user_detail acs_user_detail;

/// An identity with an access token for it. Freed with acs_user_token_free, which wipes it.
typedef struct acs_user_token acs_user_token;

/// The identity's raw id, such as "8:acs:…".
const char *acs_user_id(const acs_user *user);

/// Frees an identity's handle; nothing for NULL.
void acs_user_free(acs_user *user);

/// The token itself. Its format is not promised by the service. Do not log it.
const char *acs_token_text(const acs_token *token);

/// When the token stops working, in seconds since 1970, rounded down; 0 for NULL.
int64_t acs_token_expires_on(const acs_token *token);

/// Wipes and frees a token; nothing for NULL.
void acs_token_free(acs_token *token);

/// The identity's raw id, such as "8:acs:…".
const char *acs_user_token_user_id(const acs_user_token *user_token);

/// The token itself. Its format is not promised by the service. Do not log it.
const char *acs_user_token_text(const acs_user_token *user_token);

/// When the token stops working, in seconds since 1970, rounded down; 0 for NULL.
int64_t acs_user_token_expires_on(const acs_user_token *user_token);

/// Wipes and frees an identity with its token; nothing for NULL.
void acs_user_token_free(acs_user_token *user_token);

/// The identity's raw id, such as "8:acs:…".
const char *acs_user_detail_user_id(const acs_user_detail *detail);

/// The name that the back end gave the identity; NULL if it gave none.
const char *acs_user_detail_custom_id(const acs_user_detail *detail);

/// When the identity's latest token was issued, in seconds since 1970, rounded down; 0 if none was, and for NULL.
int64_t acs_user_detail_last_token_issued_at(const acs_user_detail *detail);

/// Frees an identity's details; nothing for NULL.
void acs_user_detail_free(acs_user_detail *detail);

/// The principal's tenant.
const char *acs_teams_extension_assignment_tenant_id(const acs_teams_extension_assignment *assignment);

/// The principal's object id.
const char *acs_teams_extension_assignment_object_id(const acs_teams_extension_assignment *assignment);

/// What the principal is: ACS_PRINCIPAL_TYPE_… or another kind that the service knows.
const char *acs_teams_extension_assignment_principal_type(const acs_teams_extension_assignment *assignment);

/// How many applications a user may come through; 0 for a resource account, and for NULL.
size_t acs_teams_extension_assignment_client_id_count(const acs_teams_extension_assignment *assignment);

/// The client id of one of them; NULL beyond the last.
const char *acs_teams_extension_assignment_client_id(const acs_teams_extension_assignment *assignment,
                                                     size_t index);

/// Frees an assignment; nothing for NULL.
void acs_teams_extension_assignment_free(acs_teams_extension_assignment *assignment);

/*
 * What came back for a prepared request. No I/O.
 *
 * Each function gives the operation's result, or the error that the service's answer stands for: see acs_status.
 */

/// An answer as any HTTP library can hand it over.
typedef struct acs_raw_response {
  /// sizeof(acs_raw_response).
  size_t struct_size;
  /// The HTTP status.
  int32_t status;
  /// The headers.
  const acs_header *headers;
  /// How many headers there are.
  size_t header_count;
  /// The whole body.
  acs_bytes body;
  /// When it came, in seconds since 1970, for a Retry-After that is a date. Default: now.
  int64_t received_at;
} acs_raw_response;

/// Fills the answer with its defaults. struct_size is sizeof(acs_raw_response).
void acs_raw_response_init(acs_raw_response *response,
                           size_t struct_size);

/// How long the headers of an answer ask to wait before the next try, in milliseconds (retry-after-ms,
/// x-ms-retry-after-ms, Retry-After as seconds or as a date); -1 if they do not say.
int64_t acs_retry_after_ms(const acs_raw_response *response);

/// The answer to acs_prepare_create_user.
acs_status acs_parse_create_user(const acs_raw_response *response,
                                 acs_user **user,
                                 acs_error **error);

/// The answer to acs_prepare_create_user_and_token.
acs_status acs_parse_create_user_and_token(const acs_raw_response *response,
                                           acs_user_token **user_token,
                                           acs_error **error);

/// The answer to acs_prepare_issue_token.
acs_status acs_parse_issue_token(const acs_raw_response *response,
                                 acs_token **token,
                                 acs_error **error);

/// The answer to acs_prepare_revoke_tokens.
acs_status acs_parse_revoke_tokens(const acs_raw_response *response,
                                   acs_error **error);

/// The answer to acs_prepare_delete_user.
acs_status acs_parse_delete_user(const acs_raw_response *response,
                                 acs_error **error);

/// The answer to acs_prepare_exchange_teams_user.
acs_status acs_parse_exchange_teams_user(const acs_raw_response *response,
                                         acs_token **token,
                                         acs_error **error);

/// The answer to acs_prepare_exchange_teams_extension.
acs_status acs_parse_exchange_teams_extension(const acs_raw_response *response,
                                              acs_user_token **user_token,
                                              acs_error **error);

/// The answer to acs_prepare_put_teams_extension_assignment.
acs_status acs_parse_put_teams_extension_assignment(const acs_raw_response *response,
                                                    acs_teams_extension_assignment **teams_extension_assignment,
                                                    acs_error **error);

/// The answer to acs_prepare_get_teams_extension_assignment.
acs_status acs_parse_get_teams_extension_assignment(const acs_raw_response *response,
                                                    acs_teams_extension_assignment **teams_extension_assignment,
                                                    acs_error **error);

/// The answer to acs_prepare_delete_teams_extension_assignment.
acs_status acs_parse_delete_teams_extension_assignment(const acs_raw_response *response,
                                                       acs_error **error);

/// The answer to acs_prepare_exchange_entra_user.
acs_status acs_parse_exchange_entra_user(const acs_raw_response *response,
                                         acs_user_token **user_token,
                                         acs_error **error);

/// The answer to acs_prepare_create_user_with_custom_id.
acs_status acs_parse_create_user_with_custom_id(const acs_raw_response *response,
                                                acs_user **user,
                                                acs_error **error);

/// The answer to acs_prepare_create_user_and_token_with_custom_id.
acs_status acs_parse_create_user_and_token_with_custom_id(const acs_raw_response *response,
                                                          acs_user_token **user_token,
                                                          acs_error **error);

/// The answer to acs_prepare_get_user_detail.
acs_status acs_parse_get_user_detail(const acs_raw_response *response,
                                     acs_user_detail **user_detail,
                                     acs_error **error);

/*
 * What a user's Entra token should be, to inspect it.
 */

/// What the Teams user exchange wants: both Teams permissions, and more than ten minutes left.
#define ACS_EXPECT_TEAMS_USER 0

/// What the Teams extension exchange wants: TeamsExtension.ManageCalls, and more than ten minutes left.
#define ACS_EXPECT_TEAMS_EXTENSION 1

/// What the Entra user exchange wants: a token for https://communication.azure.com/clients, whatever the cloud, and more than ten
/// minutes left.
#define ACS_EXPECT_ENTRA_USER 2

/// What a token should be. GUIDs are compared without case.
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
  /// The audiences that will do in place of the kind's; NULL for those of the kind.
  const char *const *audiences;
  /// How many audiences there are; 0 with audiences that are not NULL means any.
  size_t audience_count;
  /// The permissions that must all be there in place of the kind's, by their short names; NULL for those of the kind.
  const char *const *scopes;
  /// How many scopes there are; 0 with scopes that are not NULL means none.
  size_t scope_count;
  /// The resource that the permissions belong to, to say what MSAL is to be asked for; NULL for the kind's.
  const char *resource;
  /// More than this must be left until the token expires, in seconds. Default 600.
  int64_t min_remaining_s;
} acs_expectations;

/// Fills the expectations with their defaults. struct_size is sizeof(acs_expectations).
void acs_expectations_init(acs_expectations *expectations,
                           size_t struct_size);

/*
 * What the service would object to in a user's Entra token, found without trusting it. No I/O.
 *
 * Nothing here verifies a signature: whatever passes can still be forged. Use it to explain and to save calls, never to
 * let anyone in; acs_verifier_verify does that.
 */

/// The application id of ACS in Entra, which tokens for the exchange are made for.
#define ACS_RESOURCE_APP_ID "1fd5118e-2576-4263-8130-9503064c837a"

/// It is a signed JWT that can be read.
#define ACS_CHECK_SHAPE 0

/// It is made for ACS.
#define ACS_CHECK_AUDIENCE 1

/// It holds the permissions, given by a user.
#define ACS_CHECK_SCOPES 2

/// It was issued to the application of the client id.
#define ACS_CHECK_APP 3

/// It is of the user with the object id.
#define ACS_CHECK_USER 4

/// It is of the tenant, and of one that ACS takes.
#define ACS_CHECK_TENANT 5

/// It is valid, for long enough.
#define ACS_CHECK_EXPIRY 6

/// Nothing to object to.
#define ACS_OUTCOME_PASSED 0

/// The service is likely to reject the token, or it is of little use.
#define ACS_OUTCOME_FAILED 1

/// There was nothing to compare with.
#define ACS_OUTCOME_NOT_CHECKED 2

/// What was found in a token. It holds neither the token nor its signature. Freed with acs_inspection_free.
typedef struct acs_inspection acs_inspection;

/// The name of a check, which is also the code of an error of the token check: "shape", "audience", "scopes", "app",
/// "user", "tenant" or "expiry"; NULL for a number that is none. Static: it is not freed.
const char *acs_check_name(int32_t check);

/// Reads a user's Entra token without trusting it and tells, check by check, what the service would object to. Any text
/// will do as a token. now: seconds since 1970.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the argument or member.
acs_status acs_inspect(const char *token,
                       const acs_expectations *expectations,
                       int64_t now,
                       acs_inspection **inspection,
                       acs_error **error);

/// Whether no check failed; false for NULL.
bool acs_inspection_is_ok(const acs_inspection *inspection);

/// How many checks there are; they are made in the order of ACS_CHECK_….
size_t acs_inspection_check_count(const acs_inspection *inspection);

/// Which check this is: ACS_CHECK_…; -1 out of range.
int32_t acs_inspection_check(const acs_inspection *inspection,
                             size_t index);

/// How the check ended: ACS_OUTCOME_…; -1 out of range.
int32_t acs_inspection_outcome(const acs_inspection *inspection,
                               size_t index);

/// What was found, what was expected and what to do, for a person; NULL out of range.
const char *acs_inspection_explanation(const acs_inspection *inspection,
                                       size_t index);

/// The index of the first check that failed; -1 if none did.
int64_t acs_inspection_first_failure(const acs_inspection *inspection);

/// The claim tid, the user's tenant, believed by no one; NULL if the token does not say.
const char *acs_inspection_tenant_id(const acs_inspection *inspection);

/// The claim oid, the user, believed by no one; NULL if the token does not say.
const char *acs_inspection_object_id(const acs_inspection *inspection);

/// The claim appid or azp, the application that it was issued to, believed by no one; NULL if the token does not say.
const char *acs_inspection_app_id(const acs_inspection *inspection);

/// The claim aud, the resource that it is made for, believed by no one; NULL if the token does not say.
const char *acs_inspection_audience(const acs_inspection *inspection);

/// The claim ver, "1.0" or "2.0", believed by no one; NULL if the token does not say.
const char *acs_inspection_version(const acs_inspection *inspection);

/// How many permissions the token says that it holds.
size_t acs_inspection_scope_count(const acs_inspection *inspection);

/// A permission of the claim scp, believed by no one; NULL out of range.
const char *acs_inspection_scope(const acs_inspection *inspection,
                                 size_t index);

/// Whether the token stands for an application and no user; false for NULL.
bool acs_inspection_app_only(const acs_inspection *inspection);

/// The claim iat in seconds since 1970. Returns false, and leaves time alone, if the token does not say.
bool acs_inspection_issued_at(const acs_inspection *inspection,
                              int64_t *time);

/// The claim exp in seconds since 1970. Returns false, and leaves time alone, if the token does not say.
bool acs_inspection_expires_at(const acs_inspection *inspection,
                               int64_t *time);

/// Frees what acs_inspect gave; nothing for NULL.
void acs_inspection_free(acs_inspection *inspection);

/*
 * Keys for a host that keeps exchanged tokens in a cache of its own. No I/O.
 *
 * An exchanger needs none of this: it has its own cache.
 */

/// What an exchanged token is kept under: only who holds the very same Entra token, and the secret, can compute it.
typedef struct acs_cache_key {
  /// The entry's own key.
  uint8_t entry[32];
  /// The same for all entries of one user of a tenant, so that they can be removed together at sign-out.
  uint8_t user[32];
} acs_cache_key;

/// The key of an exchange. Keep a token under it until it or the Entra token has less than 120 seconds left.
///
/// secret: 32 random bytes that nobody else knows, the same in all processes that share the cache. cloud: NULL for the
/// endpoint's. access_key: the one that the exchange is signed with, so that a token is not found any more once the key was
/// replaced; NULL for a token credential. The ids are compared without case; the tenant is the one that the Entra token names.
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
 * Who takes part in chats and calls: identifiers, and the raw ids that stand for them. No I/O.
 */

/// An identifier of a kind that has no name here. Compare raw ids rather than rely on it: a later version may name it.
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

/// Anyone or anything that takes part in chats and calls. Identifiers are equal if their raw ids are. It never changes:
/// any threads may use it at once. Freed with acs_identifier_free.
typedef struct acs_identifier acs_identifier;

/// Reads a raw id, such as "8:acs:…". Any text will do: one of no known form is an unknown identifier.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, for NULL and for what is not UTF-8.
acs_status acs_identifier_from_raw_id(const char *raw_id,
                                      acs_identifier **identifier,
                                      acs_error **error);

/// A user of ACS, by the id that the service gave.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_communication_user(const char *id,
                                                 acs_identifier **identifier,
                                                 acs_error **error);

/// A phone number in E.164 form, such as "+14255550123". It is not checked, and no plus is added.
///
/// raw_id: in place of "4:" and the number; NULL for these.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_phone_number(const char *phone_number,
                                           const char *raw_id,
                                           acs_identifier **identifier,
                                           acs_error **error);

/// A user of Microsoft Teams by the object id in Entra, or an anonymous visitor by the id that Teams gave. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…; no part of a visitor's raw id. raw_id: in place of the one made of the others; NULL for
/// that one.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_microsoft_teams_user(const char *user_id,
                                                   bool is_anonymous,
                                                   int32_t cloud,
                                                   const char *raw_id,
                                                   acs_identifier **identifier,
                                                   acs_error **error);

/// An application of Microsoft Teams, such as a bot. Nothing is checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…. raw_id: in place of the one made of the others; NULL for that one.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_microsoft_teams_app(const char *app_id,
                                                  int32_t cloud,
                                                  const char *raw_id,
                                                  acs_identifier **identifier,
                                                  acs_error **error);

/// A Teams user who calls through an ACS resource, by the object id in Entra, the tenant and the resource. Nothing is
/// checked.
///
/// cloud: ACS_CLOUD_ENVIRONMENT_…. raw_id: in place of the one made of the others; NULL for that one.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_teams_extension_user(const char *user_id,
                                                   const char *tenant_id,
                                                   const char *resource_id,
                                                   int32_t cloud,
                                                   const char *raw_id,
                                                   acs_identifier **identifier,
                                                   acs_error **error);

/// An identifier of a kind that has no name here, by its raw id.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_identifier_new_unknown(const char *raw_id,
                                      acs_identifier **identifier,
                                      acs_error **error);

/// Which kind it is: ACS_IDENTIFIER_…; -1 for NULL.
int32_t acs_identifier_kind(const acs_identifier *identifier);

/// The name of a kind as the official Python packages write it, such as "phone_number"; NULL for a number that is none.
/// Static: it is not freed.
const char *acs_identifier_kind_name(int32_t kind);

/// The text that stands for it in requests, to be stored and read again by acs_identifier_from_raw_id.
const char *acs_identifier_raw_id(const acs_identifier *identifier);

/// The phone number, with the asserted id if there is one; NULL for another kind.
const char *acs_identifier_phone_number(const acs_identifier *identifier);

/// What tells calls through the same phone number apart: the text after the raw id's last underscore; NULL if there is none,
/// and for another kind.
const char *acs_identifier_asserted_id(const acs_identifier *identifier);

/// Whether it is a hidden phone number, "4:anonymous", or a visitor of Microsoft Teams who did not sign in; false for another
/// kind and for NULL.
bool acs_identifier_is_anonymous(const acs_identifier *identifier);

/// The object id of a Teams user or a Teams extension user, or a visitor's id; NULL for another kind.
const char *acs_identifier_user_id(const acs_identifier *identifier);

/// The id of an application of Microsoft Teams; NULL for another kind.
const char *acs_identifier_app_id(const acs_identifier *identifier);

/// The tenant of a Teams extension user; NULL for another kind.
const char *acs_identifier_tenant_id(const acs_identifier *identifier);

/// The ACS resource of a Teams extension user; NULL for another kind.
const char *acs_identifier_resource_id(const acs_identifier *identifier);

/// The cloud of a Teams user, application or Teams extension user: ACS_CLOUD_ENVIRONMENT_…; -1 for another kind and for NULL.
int32_t acs_identifier_cloud(const acs_identifier *identifier);

/// Frees an identifier; nothing for NULL.
void acs_identifier_free(acs_identifier *identifier);

/*
 * A credential of the host's own in place of the access key: a callback that gets bearer tokens, such as a managed
 * identity's.
 *
 * The token needs a role on the ACS resource. It is used until it expires, and renewed before that in the background: one
 * renewal at a time, which goes on when the calls that wait for it end.
 */

/// The scope of a back end's own token for ACS. The double slash is the service's own spelling.
#define ACS_SCOPE "https://communication.azure.com//.default"

/// A request of the library for a token. It is answered exactly once, with acs_token_request_complete or
/// acs_token_request_fail, which free it.
typedef struct acs_token_request acs_token_request;

/// A source of bearer tokens. It is copied when it is given to a client, a handler or a user's token credential.
typedef struct acs_token_credential {
  /// sizeof(acs_token_credential).
  size_t struct_size;
  /// Gets a token. It runs on a thread of its own, which it may block; it answers the request at once or later, from
  /// any thread. The calls that wait for it end at their deadlines all the same. While two calls of it have not returned, it
  /// is not called again, which fails as ACS_STATUS_TIMEOUT at once. At most 16 such callbacks run at once in a process:
  /// when all of them hang, a further one is not called, and fails as ACS_STATUS_TIMEOUT after 5 seconds.
  void (*get_token)(void *user_data,
                    acs_token_request *request);
  /// Handed to get_token.
  void *user_data;
  /// Called once when get_token will not be called again; or NULL. Not called if the function that the credential is
  /// given to fails, nor in a forked child for what its parent made.
  void (*release)(void *user_data);
} acs_token_credential;

/// Fills the credential with its defaults, which are NULL. struct_size is sizeof(acs_token_credential).
void acs_token_credential_init(acs_token_credential *credential,
                               size_t struct_size);

/// How many scopes the token is to be for.
size_t acs_token_request_scope_count(const acs_token_request *request);

/// A scope that the token is to be for, such as ACS_SCOPE; NULL out of range.
const char *acs_token_request_scope(const acs_token_request *request,
                                    size_t index);

/// The claims that the service asks for in the token, as JSON: to be passed on to Entra, and not to be answered from a
/// cache. NULL unless it rejected the former token for want of them.
const char *acs_token_request_claims(const acs_token_request *request);

/// Says when the token is to be renewed, before acs_token_request_complete. refresh_on: seconds since 1970. Unless it is
/// said, a token is renewed 5 minutes before it expires, or after half its lifetime if that is shorter; a user's token as
/// acs_user_credential_options.refresh_time_before_expiry_s says.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request then waits for its answer still.
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

/// Answers a request with an error, and frees the request. kind: an acs_status that is no success, such as
/// ACS_STATUS_CREDENTIAL_DENIED or ACS_STATUS_TRANSPORT_ERROR. reason: for a person, without any secret; or NULL.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT; the request is freed all the same, and fails.
acs_status acs_token_request_fail(acs_token_request *request,
                                  int32_t kind,
                                  const char *reason,
                                  acs_error **error);

/*
 * An HTTP stack of the host's in place of the library's: a company's own, or in a test a function that answers in process,
 * so that nothing reaches the network.
 *
 * The library still signs, retries, and bounds the time: a transport sends one request once. The options of connections
 * (proxies, certificates, timeouts) are then its own matter. It sends the URL byte for byte, adds Host and Content-Length by
 * itself, follows no redirect, decompresses the body if it asked for compression, and logs neither headers nor bodies.
 */

/// Nothing was sent: the request is tried again, a create too.
#define ACS_FAILURE_KIND_NOT_SENT 0

/// The connection broke after the request may have been sent: what cannot be repeated is not.
#define ACS_FAILURE_KIND_LOST 1

/// No response came in time after the request may have been sent.
#define ACS_FAILURE_KIND_TIMED_OUT 2

/// The server asked for fewer requests by its protocol.
#define ACS_FAILURE_KIND_OVERLOADED 3

/// Another try would fail in the same way, as for an untrusted certificate.
#define ACS_FAILURE_KIND_REFUSED 4

/// What came is no HTTP response.
#define ACS_FAILURE_KIND_UNEXPECTED 5

/// A request for the transport to send. It is answered once, with acs_transport_request_respond or
/// acs_transport_request_fail, by any thread, and freed once with acs_transport_request_free; that may be the same thread, or
/// another. Freed without an answer, the attempt has failed as ACS_FAILURE_KIND_LOST. Its texts and body are borrowed from it.
typedef struct acs_transport_request acs_transport_request;

/// A transport. It is copied when it is given to a client.
typedef struct acs_transport {
  /// sizeof(acs_transport).
  size_t struct_size;
  /// Sends a request, whose owner it is. It runs on a thread of its own, which it may block; it answers at once or later,
  /// from any thread. An attempt ends in its time all the same, and the call at its deadline; what is answered afterwards
  /// is dropped. At most 16 callbacks of transports and token credentials run at once in a process: when all of them
  /// block, a further request fails as ACS_FAILURE_KIND_NOT_SENT after 5 seconds.
  void (*send)(void *user_data,
               acs_transport_request *request);
  /// Handed to send.
  void *user_data;
  /// Called once when send will not be called again; or NULL. Not called if the function that the transport is given to
  /// fails, nor in a forked child for what its parent made.
  void (*release)(void *user_data);
} acs_transport;

/// Fills the transport with its defaults, which are NULL. struct_size is sizeof(acs_transport).
void acs_transport_init(acs_transport *transport,
                        size_t struct_size);

/// The method: "POST", "GET" or "DELETE".
const char *acs_transport_request_method(const acs_transport_request *request);

/// The absolute URL, to be sent byte for byte: it is signed.
const char *acs_transport_request_url(const acs_transport_request *request);

/// How many headers there are. Host and Content-Length are the HTTP stack's to add; an empty POST brings its own
/// content-length of 0.
size_t acs_transport_request_header_count(const acs_transport_request *request);

/// A header, its name in lower case; NULLs out of range. A value may be a token or a signature: do not log it.
acs_header acs_transport_request_header(const acs_transport_request *request,
                                        size_t index);

/// The body; it may hold a token.
acs_bytes acs_transport_request_body(const acs_transport_request *request);

/// How long the attempt may still take, in milliseconds: a timeout for the HTTP stack. The library ends the attempt then by
/// itself. 0 for NULL.
int64_t acs_transport_request_timeout_ms(const acs_transport_request *request);

/// How many bytes the response's body may have; a larger one fails the attempt. 0 for NULL.
size_t acs_transport_request_max_response_bytes(const acs_transport_request *request);

/// Whether nobody waits for the answer any more: it was given, the attempt ran out of time, or the call was cancelled. What
/// is under way may then be given up. true for NULL.
bool acs_transport_request_is_cancelled(const acs_transport_request *request);

/// Answers a request with a response, whatever its status. It is copied. status: 200 to 999. headers: as they came, without
/// Content-Encoding if the body was decompressed.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for a response that is none, which fails the attempt, and with the target "request"
/// for a request that was answered before, which changes nothing.
acs_status acs_transport_request_respond(const acs_transport_request *request,
                                         int32_t status_code,
                                         const acs_header *headers,
                                         size_t header_count,
                                         acs_bytes body,
                                         acs_error **error);

/// Answers a request that got no response. kind: ACS_FAILURE_KIND_…, which decides whether it is tried again. reason: for a
/// person, without any secret; or NULL.
///
/// Errors: as acs_transport_request_respond.
acs_status acs_transport_request_fail(const acs_transport_request *request,
                                      int32_t kind,
                                      const char *reason,
                                      acs_error **error);

/// Frees a request, which fails if it was not answered; nothing for NULL.
void acs_transport_request_free(acs_transport_request *request);

/*
 * The response of a call: what the service answered besides the result, for successes and error responses alike.
 *
 * It is that of the call's last attempt, and there is none where that attempt got no answer. A function that waits writes
 * it where the option response says; the completion of a submission lends it, with the option keep_response, through
 * acs_completion_call_response. The body is not part of it. Texts are borrowed from the response.
 */

/// The response of a call. Freed with acs_call_response_free, unless a completion lends it.
typedef struct acs_call_response acs_call_response;

/// The HTTP status; 0 for NULL.
int32_t acs_call_response_status(const acs_call_response *response);

/// How many headers there are.
size_t acs_call_response_header_count(const acs_call_response *response);

/// A header, its name in lower case; NULLs out of range.
acs_header acs_call_response_header(const acs_call_response *response,
                                    size_t index);

/// The first value of a header, whose name's case does not matter; NULL if there is none.
const char *acs_call_response_header_value(const acs_call_response *response,
                                           const char *name);

/// The x-ms-client-request-id that all attempts of the call sent.
const char *acs_call_response_client_request_id(const acs_call_response *response);

/// How many attempts the call made; 0 for NULL.
int32_t acs_call_response_attempts(const acs_call_response *response);

/// Frees a response; nothing for NULL.
void acs_call_response_free(acs_call_response *response);

/*
 * The options of a client and of a single call.
 */

/// Teams tokens are not checked.
#define ACS_TOKEN_CHECK_OFF 0

/// The service decides; when it rejects the token, a warning is logged and the error says what was found.
#define ACS_TOKEN_CHECK_WARN 1

/// It is rejected with ACS_STATUS_ENTRA_TOKEN_INVALID and not sent.
#define ACS_TOKEN_CHECK_ENFORCE 2

/// The proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on loopback.
#define ACS_PROXY_ENVIRONMENT 0

/// No proxy.
#define ACS_PROXY_DIRECT 1

/// The proxy of proxy_url.
#define ACS_PROXY_URL 2

/// The options of a client: a connection string, or an endpoint and a credential, and what is not as usual.
typedef struct acs_client_options {
  /// sizeof(acs_client_options).
  size_t struct_size;
  /// The resource's connection string, "endpoint=https://…;accesskey=…".
  const char *connection_string;
  /// In its place, the resource's endpoint, "https://….communication.azure.com",
  const char *endpoint;
  /// with its access key in base64,
  const char *access_key;
  /// or with a credential of the host's own.
  const acs_token_credential *token_credential;
  /// The cloud whose names the token check expects in tokens. Default: the one that the endpoint belongs to.
  const acs_cloud *cloud;
  /// The api-version of all operations: ACS_API_VERSION_… or another. Default ACS_DEFAULT_API_VERSION; those of Teams Phone
  /// extensibility use at least ACS_TEAMS_EXTENSION_API_VERSION.
  const char *api_version;
  /// A name that is put in front of the User-Agent, at most 24 characters of A-Z a-z 0-9 . _ - /. Default: none.
  const char *application_id;
  /// More certificate authorities to trust, in PEM form: their text, not a path.
  const char *root_certificates_pem;
  /// A certificate chain and its private key in PEM form, for a gateway that asks for one.
  const char *client_identity_pem;
  /// The proxy, for ACS_PROXY_URL alone.
  const char *proxy_url;
  /// ACS_PROXY_ENVIRONMENT (default), ACS_PROXY_DIRECT or ACS_PROXY_URL.
  int32_t proxy;
  /// ACS_TOKEN_CHECK_OFF, ACS_TOKEN_CHECK_WARN (default) or ACS_TOKEN_CHECK_ENFORCE.
  int32_t token_check;
  /// 1 takes an http endpoint that is not loopback: users' tokens then go in clear text. Default 0.
  int32_t allow_insecure_endpoint;
  /// How often a request is tried at most, the first time included. Default 3.
  int32_t max_attempts;
  /// The deadline of a call with all its attempts, in milliseconds. Default 10000.
  int64_t timeout_ms;
  /// How long making a connection may take, TLS included, in milliseconds. Default 5000.
  int64_t connect_timeout_ms;
  /// The base of the wait before another try, in milliseconds; doubled each time, and jittered. Default 50.
  int64_t retry_base_delay_ms;
  /// The same where the service throttled the call, in milliseconds. Default 1000.
  int64_t retry_throttled_delay_ms;
  /// The longest such wait, in milliseconds. Default 20000.
  int64_t retry_max_delay_ms;
  /// How long one attempt may take at most, in milliseconds; the last has all the time left. Default 3000.
  int64_t attempt_timeout_ms;
  /// 1 offers HTTP/2 to the service. Default 0: with HTTP/1.1, a connection that goes silent delays one call.
  int32_t http2;
  /// The resource's other access key, in base64: a call whose key is rejected tries once with it, and it is then preferred
  /// until it is rejected in turn. Default: none.
  const char *secondary_access_key;
  /// Headers to add to every request; a name may come more than once. They are not signed. content-type and accept
  /// replace the library's, and user-agent the whole of it. What is signed (host, date, x-ms-date, x-ms-content-sha256),
  /// credentials (authorization, proxy-authorization), x-ms-client-request-id, and what describes the body or the
  /// connection (content-length, content-encoding, transfer-encoding, accept-encoding, expect, trailer, connection,
  /// keep-alive, proxy-connection, te, upgrade, http2-settings) cannot be set. Default: none.
  const acs_header *headers;
  /// How many headers there are.
  size_t header_count;
  /// A text that is put in front of the User-Agent, and of application_id: visible ASCII of any length, with blanks
  /// inside. Default: none.
  const char *user_agent;
  /// An HTTP stack of the host's own, also for tests; options of connections are then its own matter. Default: the
  /// library's.
  const acs_transport *transport;
  /// ACS_PREVIEW_API_VERSION_…: allows the operations that only this preview of the API has; they use it, the others do
  /// not. Default: none, so that they fail without being sent.
  const char *preview;
} acs_client_options;

/// The options of a single call. Every member has 64 bits, for hosts that pass structs as arrays.
typedef struct acs_call_options {
  /// sizeof(acs_call_options).
  size_t struct_size;
  /// The call's deadline in place of the client's, in milliseconds.
  int64_t timeout_ms;
  /// The x-ms-client-request-id to send, to find the call in logs: 1 to 128 visible ASCII characters. Default: a random
  /// UUID.
  const char *client_request_id;
  /// Headers to add to the request; they replace those of the client of the same names. As acs_client_options.headers.
  const acs_header *headers;
  /// How many headers there are.
  size_t header_count;
  /// A text that is put in front of the client's User-Agent. Default: none.
  const char *user_agent;
  /// How often the request is sent at most, the first time included, in place of the client's.
  int64_t max_attempts;
  /// How long one attempt may take at most, in place of the client's, in milliseconds; the last has all the time left.
  int64_t attempt_timeout_ms;
  /// Where a function that waits writes the response of the call, which the caller frees with acs_call_response_free;
  /// nothing is written if the last attempt got none, so set the place to NULL before. A submission refuses it. Default:
  /// NULL.
  acs_call_response **response;
  /// 1 lets the completion of a submission lend the response: see acs_completion_call_response. Default 0.
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
 * Every call ends within its deadline (10 s unless set otherwise), retries what is worth retrying, follows no redirect,
 * and says why it failed. Make one client for a resource and keep it; any threads may use it at once. It may be used
 * before and after a fork, in the parent and in the child.
 */

/// A client of the ACS Identity service. Freed with acs_client_free.
typedef struct acs_client acs_client;

/// Makes a client. Connects to nothing yet.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING or ACS_STATUS_INVALID_ARGUMENT, target naming the part or option.
acs_status acs_client_new(const acs_client_options *options,
                          acs_client **client,
                          acs_error **error);

/// Makes a client for the resource of a connection string, with every option at its default.
///
/// Errors: as acs_client_new.
acs_status acs_client_from_connection_string(const char *connection_string,
                                             acs_client **client,
                                             acs_error **error);

/// The endpoint that requests go to.
const char *acs_client_endpoint(const acs_client *client);

/// How many seconds the service's clock is ahead of this machine's (negative: behind), as learned from a rejected
/// signature; 0 while there was none. Requests are signed with the corrected time; the machine's clock wants setting.
int64_t acs_client_clock_skew_seconds(const acs_client *client);

/// Replaces the access key in a client and in the exchangers that were made with it, and the secondary one if it is
/// given. The next signature uses the new key, and tokens cached for the former one are
/// not returned any more. secondary_access_key: NULL leaves it as it is. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or "secondary_access_key";
/// ACS_STATUS_INVALID_ARGUMENT where a token credential is used. Nothing is replaced then.
acs_status acs_client_update_access_key(const acs_client *client,
                                        const char *access_key,
                                        const char *secondary_access_key,
                                        acs_error **error);

/// Frees a client. Calls that are under way go on; so do the exchangers that were made with it. Nothing for NULL.
void acs_client_free(acs_client *client);

/*
 * The client's operations, each waiting on the calling thread until it has ended.
 *
 * options may be NULL: the client's own. Any error of acs_status may come. What a function gives is freed by its own
 * _free function.
 */

/// Creates an identity.
///
/// It is tried again only where the service cannot have processed it; the error's reason says when an identity may have
/// been created all the same.
acs_status acs_client_create_user(const acs_client *client,
                                  const acs_call_options *options,
                                  acs_user **user,
                                  acs_error **error);

/// Creates an identity and issues a first token for it.
///
/// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped, or ACS_DEFAULT for the service's own (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for no scope or an expiry out of range; else as acs_client_create_user.
acs_status acs_client_create_user_and_token(const acs_client *client,
                                            const char *const *scopes,
                                            size_t scope_count,
                                            int64_t token_expires_in_s,
                                            const acs_call_options *options,
                                            acs_user_token **user_token,
                                            acs_error **error);

/// Issues a token for an identity.
///
/// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped, or ACS_DEFAULT for the service's own (24 hours).
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for an unusable id, no scope or an expiry out of range.
acs_status acs_client_get_token(const acs_client *client,
                                const char *user_id,
                                const char *const *scopes,
                                size_t scope_count,
                                int64_t token_expires_in_s,
                                const acs_call_options *options,
                                acs_token **token,
                                acs_error **error);

/// Revokes all tokens of an identity. The service documents that it can take up to 15 minutes to take effect.
acs_status acs_client_revoke_tokens(const acs_client *client,
                                    const char *user_id,
                                    const acs_call_options *options,
                                    acs_error **error);

/// Deletes an identity and revokes its tokens.
acs_status acs_client_delete_user(const acs_client *client,
                                  const char *user_id,
                                  const acs_call_options *options,
                                  acs_error **error);

/// Exchanges a Microsoft 365 user's Entra token for an ACS access token of that Teams user.
///
/// aad_token is for the ACS resource with both Teams permissions, client_id the application that it was issued to,
/// user_object_id the user's oid. The ACS token expires with the Entra token.
///
/// Errors: ACS_STATUS_ENTRA_TOKEN_INVALID by the token check when it is enforced; ACS_STATUS_ENTRA_TOKEN_REJECTED and
/// ACS_STATUS_VALIDATION_FAILED by the service, with what the token check found.
acs_status acs_client_get_token_for_teams_user(const acs_client *client,
                                               const char *aad_token,
                                               const char *client_id,
                                               const char *user_object_id,
                                               const acs_call_options *options,
                                               acs_token **token,
                                               acs_error **error);

/// Exchanges an Entra user's token with the permission TeamsExtension.ManageCalls for an ACS access token.
///
/// The user's own token authenticates this request; the client's credential is not used.
///
/// Errors: as acs_client_get_token_for_teams_user.
acs_status acs_client_get_token_for_teams_extension_user(const acs_client *client,
                                                         const char *aad_token,
                                                         const acs_call_options *options,
                                                         acs_user_token **user_token,
                                                         acs_error **error);

/// Lets a principal use Teams Phone extensibility of this resource, or replaces its assignment.
///
/// principal_type is "user", "resourceAccount" or what else the service knows. client_ids are the applications that a user
/// may come through; none for a resource account.
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
/// Errors: ACS_STATUS_NOT_FOUND if the principal has none; else as acs_client_put_teams_extension_assignment.
acs_status acs_client_get_teams_extension_assignment(const acs_client *client,
                                                     const char *tenant_id,
                                                     const char *object_id,
                                                     const acs_call_options *options,
                                                     acs_teams_extension_assignment **teams_extension_assignment,
                                                     acs_error **error);

/// Deletes a principal's assignment. It gets no new tokens from then on, and those that were issued are revoked, after a time
/// that is not documented.
///
/// Errors: as acs_client_put_teams_extension_assignment.
acs_status acs_client_delete_teams_extension_assignment(const acs_client *client,
                                                        const char *tenant_id,
                                                        const char *object_id,
                                                        const acs_call_options *options,
                                                        acs_error **error);

/// Exchanges an Entra user's token for an ACS access token of that user, who needs no Teams licence. Preview: needs the
/// client's option preview.
///
/// aad_token is for "https://communication.azure.com/clients" with the permission VoIP or VoIP.Join. It authenticates this
/// request; the client's credential is not used.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set; else as
/// acs_client_get_token_for_teams_user.
acs_status acs_client_get_token_for_entra_user(const acs_client *client,
                                               const char *aad_token,
                                               const acs_call_options *options,
                                               acs_user_token **user_token,
                                               acs_error **error);

/// Creates an identity with a custom id, or finds the one that has it: the same custom id leads to the same identity. Preview:
/// needs the client's option preview.
///
/// custom_id is a name of your own for the identity, 1 to 256 characters.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set, or "custom_id".
acs_status acs_client_create_user_with_custom_id(const acs_client *client,
                                                 const char *custom_id,
                                                 const acs_call_options *options,
                                                 acs_user **user,
                                                 acs_error **error);

/// Creates an identity with a custom id, or finds the one that has it, and issues a token for it. Preview: needs the client's
/// option preview.
///
/// token_expires_in_s: 3600 to 86400 seconds, parts of a minute dropped, or ACS_DEFAULT for the service's own (24 hours).
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

/// Reads what the service knows of an identity. Preview: needs the client's option preview.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT with the target "preview" unless that is set, or for an unusable id.
acs_status acs_client_get_user_detail(const acs_client *client,
                                      const char *user_id,
                                      const acs_call_options *options,
                                      acs_user_detail **user_detail,
                                      acs_error **error);

/*
 * A caller whose bearer token was verified.
 */

/// A token of version 1.0: it names the application in appid.
#define ACS_TOKEN_VERSION_1 1

/// A token of version 2.0: it names the application in azp.
#define ACS_TOKEN_VERSION_2 2

/// The caller, as a verified token names it. The key to a user is tenant and object id together, and nothing else.
/// Freed with acs_verified_token_free.
typedef struct acs_verified_token acs_verified_token;

/// The user's tenant.
const char *acs_verified_token_tenant_id(const acs_verified_token *verified);

/// The user.
const char *acs_verified_token_object_id(const acs_verified_token *verified);

/// The application that calls for the user.
const char *acs_verified_token_client_id(const acs_verified_token *verified);

/// How many permissions the token holds.
size_t acs_verified_token_scope_count(const acs_verified_token *verified);

/// A permission; NULL out of range.
const char *acs_verified_token_scope(const acs_verified_token *verified,
                                     size_t index);

/// The form of the token: ACS_TOKEN_VERSION_…; 0 for NULL.
int32_t acs_verified_token_version(const acs_verified_token *verified);

/// When the token expires, in seconds since 1970; the verifier lets it through for the clock skew longer. 0 for NULL.
int64_t acs_verified_token_expires_on(const acs_verified_token *verified);

/// Frees a verified token; nothing for NULL.
void acs_verified_token_free(acs_verified_token *verified);

/*
 * HTTP messages of the handler: a request in, a response out.
 */

/// A response, to be sent as it is. Freed with acs_response_free, which wipes it.
typedef struct acs_response acs_response;

/// A request as the host's HTTP server has read it. Texts need not be UTF-8.
typedef struct acs_request {
  /// sizeof(acs_request).
  size_t struct_size;
  /// The method, such as "POST".
  const char *method;
  /// The request target as it came, such as "/api/token/teams".
  const char *path;
  /// The headers.
  const acs_header *headers;
  /// How many headers there are.
  size_t header_count;
  /// The body. More than 16 KiB is answered with 413.
  acs_bytes body;
} acs_request;

/// Fills the request with its defaults, which are NULL. struct_size is sizeof(acs_request).
void acs_request_init(acs_request *request,
                      size_t struct_size);

/// The HTTP status; 0 for NULL.
int32_t acs_response_status(const acs_response *response);

/// How many headers there are. The length of the body is the HTTP server's to add.
size_t acs_response_header_count(const acs_response *response);

/// A header, its name in lower case; NULLs out of range.
acs_header acs_response_header(const acs_response *response,
                               size_t index);

/// The first value of a header, whose name's case does not matter; NULL if there is none.
const char *acs_response_header_value(const acs_response *response,
                                      const char *name);

/// The body; it may hold a token.
acs_bytes acs_response_body(const acs_response *response);

/// Wipes and frees a response; nothing for NULL.
void acs_response_free(acs_response *response);

/*
 * Calls that do not block. A function whose name ends in _submit starts a call and returns at once. Its arguments are
 * copied: they need not live longer than the function runs.
 *
 * Each submission that returned ACS_STATUS_OK is completed exactly once, whatever becomes of it: success, failure,
 * cancelling, acs_queue_shutdown, acs_shutdown. Its completion goes to a callback or into a queue. A submission belongs
 * to the process that made it: a forked child gets no completion of its parent's.
 */

/// A submission, to cancel it. Freed with acs_call_free.
typedef struct acs_call acs_call;

/// What came of a submission. Freed with acs_completion_free.
typedef struct acs_completion acs_completion;

/// A queue of completions: see acs_queue_new. Any threads may use it at once. Freed with acs_queue_free.
typedef struct acs_queue acs_queue;

/// Takes a completion, which it owns: it, or whom it hands it to, frees it with acs_completion_free.
///
/// It runs on a thread of the library, with no lock held, perhaps before the function that submitted has returned; after
/// acs_call_cancel or acs_shutdown perhaps on the thread that called that. It may call any function of the library but
/// acs_shutdown; while that ends the threads, those that need them fail as ACS_STATUS_CANCELLED.
///
/// A callback that blocks delays other calls by some 20 ms, however long it takes. 16 may block at the same time; while
/// more do, other callbacks wait, but functions that wait and queues go on. acs_shutdown waits for callbacks that are
/// running, at most as long as its timeout_ms says.
typedef void (*acs_completion_callback)(void *user_data,
                                        acs_completion *completion);

/// Where the completion of a submission goes: to a queue or to a callback, not both.
typedef struct acs_delivery {
  /// sizeof(acs_delivery).
  size_t struct_size;
  /// A queue that is in use until the completion was taken; or NULL.
  acs_queue *queue;
  /// A callback; or NULL.
  acs_completion_callback callback;
  /// Handed to the callback, and had from the completion.
  void *user_data;
} acs_delivery;

/// Fills the delivery with its defaults, which are NULL. struct_size is sizeof(acs_delivery).
void acs_delivery_init(acs_delivery *delivery,
                       size_t struct_size);

/// Cancels a submission: it completes as ACS_STATUS_CANCELLED, unless it has completed. Any thread may do this, again
/// and again; nothing for NULL. What the service has begun by then is not undone.
void acs_call_cancel(const acs_call *call);

/// Frees the means to cancel; the submission goes on. Nothing for NULL.
void acs_call_free(acs_call *call);

/// How the submission ended; ACS_STATUS_INVALID_ARGUMENT for NULL.
acs_status acs_completion_status(const acs_completion *completion);

/// The error, borrowed from the completion; NULL for success, and once it was taken.
const acs_error *acs_completion_error(const acs_completion *completion);

/// The user_data of the delivery.
void *acs_completion_user_data(const acs_completion *completion);

/// The response of a call of the client, for successes and failures, borrowed from the completion; NULL if the last attempt
/// got none, if the option keep_response was not set, and for what is no call of the client.
const acs_call_response *acs_completion_call_response(const acs_completion *completion);

/// Takes the error, which the caller frees with acs_error_free; NULL for success, and once it was taken.
acs_error *acs_completion_take_error(acs_completion *completion);

/// Takes the identity, which the caller frees; NULL if the operation gives none, failed, or it was taken.
acs_user *acs_completion_take_user(acs_completion *completion);

/// Takes the token, which the caller frees; NULL if the operation gives none, failed, or it was taken.
acs_token *acs_completion_take_token(acs_completion *completion);

/// Takes the identity with its token, which the caller frees; NULL if the operation gives none, failed, or it was taken.
acs_user_token *acs_completion_take_user_token(acs_completion *completion);

/// Takes the identity's details, which the caller frees; NULL if the operation gives none, failed, or they were taken.
acs_user_detail *acs_completion_take_user_detail(acs_completion *completion);

/// Takes the assignment, which the caller frees; NULL if the operation gives none, failed, or it was taken.
acs_teams_extension_assignment *acs_completion_take_teams_extension_assignment(acs_completion *completion);

/// Takes the verified token, which the caller frees; NULL if the operation gives none, failed, or it was taken.
acs_verified_token *acs_completion_take_verified_token(acs_completion *completion);

/// Takes the response, which the caller frees; NULL if the operation gives none, failed, or it was taken.
acs_response *acs_completion_take_response(acs_completion *completion);

/// What acs_verifier_keys_reachable_submit or acs_exchanger_is_cache_reachable_submit found: 1 or 0;
/// ACS_NOT_APPLICABLE if there is no shared cache, for other operations, and if the operation failed.
int32_t acs_completion_reachable(const acs_completion *completion);

/// Frees a completion with all that was not taken of it; nothing for NULL.
void acs_completion_free(acs_completion *completion);

/*
 * Completion queues: where completions wait until an event loop, or a thread, takes them.
 *
 * The descriptor of acs_queue_fd is readable while a completion waits: give it to epoll, kqueue, poll, libuv or libevent,
 * and call acs_queue_next with a timeout of 0 until it gives NULL. On Windows it is an event, for WaitForMultipleObjects and
 * RegisterWaitForSingleObject.
 */

/// In place of a timeout of acs_queue_next: wait until a completion comes, or the queue is shut down and empty.
#define ACS_WAIT_FOREVER (-1)

/// Makes a queue.
///
/// Errors: ACS_STATUS_INTERNAL if the system gives no descriptor.
acs_status acs_queue_new(acs_queue **queue,
                         acs_error **error);

/// A descriptor that is readable while a completion waits, and is the queue's own: poll it, and neither read nor close
/// it. A forked child has another one. -1 for NULL, or if the system gives none.
///
/// On Linux it is an eventfd, on macOS the end of a pipe. On Windows it is a manual-reset event that is signalled while a
/// completion waits: (HANDLE)(intptr_t)acs_queue_fd(queue). Wait for it, and neither reset nor close it. It is no socket, so
/// select() and libuv's uv_poll_t do not take it.
int32_t acs_queue_fd(const acs_queue *queue);

/// Takes the next completion, which the caller frees with acs_completion_free.
///
/// It waits for timeout_ms milliseconds; 0 does not wait, and ACS_WAIT_FOREVER has no limit. NULL means that none came in
/// this time, or that the queue was shut down and is empty.
acs_completion *acs_queue_next(acs_queue *queue,
                               int64_t timeout_ms);

/// How many submissions to this queue have a completion that was not taken yet, those under way included.
size_t acs_queue_pending(const acs_queue *queue);

/// Lets the queue take no more submissions and cancels those under way; each is completed still, and can be taken. Who
/// waits in acs_queue_next is woken when there is nothing more to wait for. Nothing for NULL, and when done again.
void acs_queue_shutdown(acs_queue *queue);

/// Shuts a queue down and frees it with all completions that were not taken. No thread may be using it. Nothing for
/// NULL.
void acs_queue_free(acs_queue *queue);

/*
 * The client's operations, started at once and completed later: see acs_delivery and acs_completion.
 *
 * The arguments are those of the functions that wait, and are copied: they need not live longer than the call. call may
 * be NULL; otherwise the caller frees it with acs_call_free. An error that is returned here, such as
 * ACS_STATUS_INVALID_ARGUMENT, means that nothing was submitted and no completion comes.
 */

/// Starts acs_client_create_user.
///
/// Its completion gives the result by acs_completion_take_user.
acs_status acs_client_create_user_submit(const acs_client *client,
                                         const acs_call_options *options,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Starts acs_client_create_user_and_token.
///
/// Its completion gives the result by acs_completion_take_user_token.
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
/// Its completion gives the result by acs_completion_take_token.
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
/// Its completion has a status and no result.
acs_status acs_client_revoke_tokens_submit(const acs_client *client,
                                           const char *user_id,
                                           const acs_call_options *options,
                                           const acs_delivery *delivery,
                                           acs_call **call,
                                           acs_error **error);

/// Starts acs_client_delete_user.
///
/// Its completion has a status and no result.
acs_status acs_client_delete_user_submit(const acs_client *client,
                                         const char *user_id,
                                         const acs_call_options *options,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Starts acs_client_get_token_for_teams_user.
///
/// Its completion gives the result by acs_completion_take_token.
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
/// Its completion gives the result by acs_completion_take_user_token.
acs_status acs_client_get_token_for_teams_extension_user_submit(const acs_client *client,
                                                                const char *aad_token,
                                                                const acs_call_options *options,
                                                                const acs_delivery *delivery,
                                                                acs_call **call,
                                                                acs_error **error);

/// Starts acs_client_put_teams_extension_assignment.
///
/// Its completion gives the result by acs_completion_take_teams_extension_assignment.
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
/// Its completion gives the result by acs_completion_take_teams_extension_assignment.
acs_status acs_client_get_teams_extension_assignment_submit(const acs_client *client,
                                                            const char *tenant_id,
                                                            const char *object_id,
                                                            const acs_call_options *options,
                                                            const acs_delivery *delivery,
                                                            acs_call **call,
                                                            acs_error **error);

/// Starts acs_client_delete_teams_extension_assignment.
///
/// Its completion has a status and no result.
acs_status acs_client_delete_teams_extension_assignment_submit(const acs_client *client,
                                                               const char *tenant_id,
                                                               const char *object_id,
                                                               const acs_call_options *options,
                                                               const acs_delivery *delivery,
                                                               acs_call **call,
                                                               acs_error **error);

/// Starts acs_client_get_token_for_entra_user.
///
/// Its completion gives the result by acs_completion_take_user_token.
acs_status acs_client_get_token_for_entra_user_submit(const acs_client *client,
                                                      const char *aad_token,
                                                      const acs_call_options *options,
                                                      const acs_delivery *delivery,
                                                      acs_call **call,
                                                      acs_error **error);

/// Starts acs_client_create_user_with_custom_id.
///
/// Its completion gives the result by acs_completion_take_user.
acs_status acs_client_create_user_with_custom_id_submit(const acs_client *client,
                                                        const char *custom_id,
                                                        const acs_call_options *options,
                                                        const acs_delivery *delivery,
                                                        acs_call **call,
                                                        acs_error **error);

/// Starts acs_client_create_user_and_token_with_custom_id.
///
/// Its completion gives the result by acs_completion_take_user_token.
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
/// Its completion gives the result by acs_completion_take_user_detail.
acs_status acs_client_get_user_detail_submit(const acs_client *client,
                                             const char *user_id,
                                             const acs_call_options *options,
                                             const acs_delivery *delivery,
                                             acs_call **call,
                                             acs_error **error);

/*
 * Who calls: the bearer tokens of a back end's callers, verified by their signature, issuer, audience, lifetime, tenant,
 * application and scope.
 */

/// A verifier. It fetches Entra's keys when they are needed and keeps them. Freed with acs_verifier_free.
typedef struct acs_verifier acs_verifier;

/// The options of a verifier: a tenant, an audience and an application, or leave for any.
typedef struct acs_verifier_options {
  /// sizeof(acs_verifier_options).
  size_t struct_size;
  /// The cloud whose users call; NULL for the public one.
  const acs_cloud *cloud;
  /// The tenants whose users may call, by their GUIDs.
  const char *const *tenant_ids;
  /// How many tenant_ids there are.
  size_t tenant_id_count;
  /// What the tokens may be for: the API's client id (tokens of version 2) and "api://…" (version 1).
  const char *const *audiences;
  /// How many audiences there are.
  size_t audience_count;
  /// The client ids of the applications that may call.
  const char *const *allowed_client_ids;
  /// How many allowed_client_ids there are.
  size_t allowed_client_id_count;
  /// The permission that a token must hold. Default "access_as_user".
  const char *required_scope;
  /// More certificate authorities to trust, in PEM form: their text, not a path.
  const char *root_certificates_pem;
  /// The proxy, for ACS_PROXY_URL alone.
  const char *proxy_url;
  /// ACS_PROXY_ENVIRONMENT (default), ACS_PROXY_DIRECT or ACS_PROXY_URL.
  int32_t proxy;
  /// 1 lets users of every tenant call. Default 0.
  int32_t allow_any_tenant;
  /// 1 lets every application call. Default 0.
  int32_t allow_any_client;
  /// How far clocks may differ, in seconds. Default 300.
  int64_t clock_skew_s;
  /// The longest life that a token may have, in seconds. Default 100800 (28 hours).
  int64_t max_lifetime_s;
} acs_verifier_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_verifier_options).
void acs_verifier_options_init(acs_verifier_options *options,
                               size_t struct_size);

/// Makes a verifier. Fetches nothing yet.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option.
acs_status acs_verifier_new(const acs_verifier_options *options,
                            acs_verifier **verifier,
                            acs_error **error);

/// Frees a verifier; calls that are under way go on. Nothing for NULL.
void acs_verifier_free(acs_verifier *verifier);

/// Verifies a bearer token, without the word "Bearer".
///
/// The error is for the log: tell the caller its kind, not which check failed.
///
/// Errors: ACS_STATUS_UNAUTHORIZED for what is no good token for this API; ACS_STATUS_FORBIDDEN for a good one whose
/// tenant, application or permissions do not do; the code names the check. ACS_STATUS_TRANSPORT_ERROR with the code
/// "keys_unreachable" when the key is not known and Entra cannot be asked.
acs_status acs_verifier_verify(const acs_verifier *verifier,
                               const char *bearer_token,
                               acs_verified_token **verified_token,
                               acs_error **error);

/// Starts acs_verifier_verify.
///
/// Its completion gives the result by acs_completion_take_verified_token.
acs_status acs_verifier_verify_submit(const acs_verifier *verifier,
                                      const char *bearer_token,
                                      const acs_delivery *delivery,
                                      acs_call **call,
                                      acs_error **error);

/// Whether the keys to verify with are there: 1 or 0. Fetches them if they are not.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_verifier_keys_reachable(const acs_verifier *verifier,
                                       int32_t *reachable,
                                       acs_error **error);

/// Starts acs_verifier_keys_reachable.
///
/// Its completion gives the result by acs_completion_reachable.
acs_status acs_verifier_keys_reachable_submit(const acs_verifier *verifier,
                                              const acs_delivery *delivery,
                                              acs_call **call,
                                              acs_error **error);

/*
 * What a host may count and time: a callback that is told what happens in an exchanger or handler.
 */

/// A token was found in this process's cache.
#define ACS_EVENT_CACHE_HIT 0

/// A token was found in the cache that processes share.
#define ACS_EVENT_SHARED_CACHE_HIT 1

/// A caller got what another one's exchange brought.
#define ACS_EVENT_COALESCED 2

/// A cached rejection was returned.
#define ACS_EVENT_NEGATIVE_CACHE_HIT 3

/// An exchange waited for the limit, or was given up for it.
#define ACS_EVENT_LIMITED 4

/// The service said 429: all exchanges pause.
#define ACS_EVENT_PAUSED 5

/// The service was asked for a token.
#define ACS_EVENT_EXCHANGED 6

/// A user was signed out.
#define ACS_EVENT_SIGNED_OUT 7

/// A request was answered by the handler.
#define ACS_EVENT_REQUEST_COMPLETED 8

/// Events are missing here, because the observer was slower than they came.
#define ACS_EVENT_DROPPED 9

/// What happened. Members that do not belong to the kind are 0 or NULL. More kinds may be added.
typedef struct acs_event {
  /// The size of the struct as the library knows it.
  size_t struct_size;
  /// ACS_EVENT_….
  int32_t kind;
  /// Of ACS_EVENT_EXCHANGED: an acs_status, ACS_STATUS_OK for success.
  int32_t error;
  /// Of ACS_EVENT_LIMITED: 1 if its deadline was too close, so that it was not made.
  int32_t rejected;
  /// Of ACS_EVENT_REQUEST_COMPLETED: the HTTP status of the response.
  int32_t status;
  /// Of ACS_EVENT_LIMITED and ACS_EVENT_PAUSED: for how long, in microseconds.
  int64_t wait_us;
  /// Of ACS_EVENT_EXCHANGED, retries included, and ACS_EVENT_REQUEST_COMPLETED: how long it took, in microseconds.
  int64_t took_us;
  /// Of ACS_EVENT_REQUEST_COMPLETED: the route, such as "/api/token/teams"; "other" for what is none.
  const char *route;
  /// Of ACS_EVENT_DROPPED: how many events are missing.
  int64_t count;
} acs_event;

/// Who is told what happens. It is copied when it is given to an exchanger or handler.
typedef struct acs_observer {
  /// sizeof(acs_observer).
  size_t struct_size;
  /// Is told. The event is borrowed. Called on a thread of the library's own for this observer, one event at a time and
  /// in their order; a slow one delays no call. Up to 4096 events wait for it. Further ones are dropped, which an
  /// ACS_EVENT_DROPPED with their count says in their place. Freeing the exchanger or handler does not drop the events
  /// that are queued: they are delivered afterwards, and so are those of exchanges that are still running, so user_data
  /// must be valid until release is called. acs_shutdown delivers what waits.
  void (*on_event)(void *user_data,
                   const acs_event *event);
  /// Handed to on_event.
  void *user_data;
  /// Called once, after the last call of on_event, perhaps on the library's thread; or NULL. When acs_shutdown succeeds,
  /// it has been called for what was freed before. Not called if the function that the observer is given to fails, nor
  /// in a forked child for what its parent made.
  void (*release)(void *user_data);
} acs_observer;

/// Fills the observer with its defaults, which are NULL. struct_size is sizeof(acs_observer).
void acs_observer_init(acs_observer *observer,
                       size_t struct_size);

/*
 * The Redis that several processes share.
 */

/// The Redis that several processes share a cache and a limiter in: one server, a cluster or a primary that
/// sentinels watch, version 6.0 or later.
///
/// Values are sealed whatever the connection is, but a password goes over redis:// in clear text: use rediss:// where the
/// network is not your own.
typedef struct acs_redis_options {
  /// sizeof(acs_redis_options).
  size_t struct_size;
  /// "redis://host[:port][/database]", "redis+cluster://host[:port][,host[:port]]" or
  /// "redis+sentinel://host[:port][,host[:port]]/service[/database]"; "rediss" in place of "redis" means TLS. It may
  /// hold a user and a password, percent-encoded. With "?auth=entra" the password is a token of the client's token
  /// credential.
  const char *url;
  /// The user, unless the URL has one.
  const char *username;
  /// The password, unless the URL has one.
  const char *password;
  /// What all key and channel names begin with: letters, digits, '.', '_', '-' and ':', at most 64. Processes that share
  /// it share entries and the limit. Default "acs-auth".
  const char *key_prefix;
  /// What values are sealed with (AES-256-GCM): 32 random bytes in base64, the same in all processes.
  const char *sealing_key;
  /// The former sealing_key, while what was sealed with it is still to be read; or NULL.
  const char *previous_sealing_key;
  /// More certificate authorities to trust, in PEM form: their text, not a path.
  const char *root_certificates_pem;
  /// How long any single use of Redis may take, in milliseconds. Default 50.
  int64_t timeout_ms;
  /// How long making a connection may take in the background, in milliseconds. Default 1000.
  int64_t connect_timeout_ms;
  /// How long Redis is left alone first when it fails, in milliseconds; doubled at each further failure. Default 200.
  int64_t breaker_reset_timeout_ms;
  /// How long it is left alone at most, in milliseconds. Default 5000.
  int64_t breaker_max_reset_timeout_ms;
  /// After this many failures in a row it is left alone for a while. Default 3.
  int32_t breaker_max_failures;
} acs_redis_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_redis_options).
void acs_redis_options_init(acs_redis_options *options,
                            size_t struct_size);

/*
 * Exchanges of Teams users' tokens with what a back end wants around them: the token check, a cache, single flight, and
 * the limit that the service sets.
 *
 * A token that was exchanged is kept, in this process and, with Redis, for a fleet of them: only who brings the very same
 * Entra token gets it. Callers who bring it at the same time share one exchange. Exchanges keep under the service's
 * limit of 500 in 30 s. A rejection of the token is cached for seconds, a fault of the service not at all.
 */

/// An exchanger. Freed with acs_exchanger_free.
typedef struct acs_exchanger acs_exchanger;

/// The options of an exchanger.
typedef struct acs_exchanger_options {
  /// sizeof(acs_exchanger_options).
  size_t struct_size;
  /// The Redis that processes share their cache and limit through; NULL for none. Needs a cache_secret.
  const acs_redis_options *redis;
  /// Who is told what happens; or NULL.
  const acs_observer *observer;
  /// The 32 bytes that keys of the cache are made with. Default: random, for this process alone.
  acs_bytes cache_secret;
  /// ACS_TOKEN_CHECK_OFF, ACS_TOKEN_CHECK_WARN or ACS_TOKEN_CHECK_ENFORCE (default).
  int32_t token_check;
  /// 1 lets only one process at a time exchange a token that several are asked for. Default 0.
  int32_t distributed_lock;
  /// The deadline of a call, waiting for the limit and for others included, in milliseconds. Default 10000.
  int64_t timeout_ms;
  /// How many bytes the cache in memory may take, about; 0 for none. Default 67108864, some 15,000 tokens.
  int64_t cache_bytes;
  /// How long a token is cached at most, in seconds. Default 86400; it is evicted when it or its Entra token has less
  /// than 120 s left.
  int64_t max_ttl_s;
  /// How long a rejection is cached for the same token, in milliseconds: 1000 to 5000, or 0 for never. Default 3000.
  int64_t negative_ttl_ms;
  /// How many exchanges are begun in limit_window_ms at most, retries included. Default 400, 80 % of what the service
  /// documents. Without Redis, and while it is away, each process counts for itself.
  int64_t limit;
  /// How many exchanges may begin at once after a rest. Default an eighth of the limit.
  int64_t limit_burst;
  /// The window of the limit, in milliseconds. Default 30000.
  int64_t limit_window_ms;
  /// How many new exchanges of one user are begun in limit_window_ms at most; 0 for any number. Default 25. Beyond it a
  /// call fails as ACS_STATUS_THROTTLED with the code "user_limited" and uses nothing of the limit.
  int64_t user_limit;
} acs_exchanger_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_exchanger_options).
void acs_exchanger_options_init(acs_exchanger_options *options,
                                size_t struct_size);

/// Makes an exchanger for the resource of a client, which may be freed afterwards. options may be NULL: the defaults.
/// Connects to nothing yet. A forked child begins with an empty cache.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option.
acs_status acs_exchanger_new(const acs_client *client,
                             const acs_exchanger_options *options,
                             acs_exchanger **exchanger,
                             acs_error **error);

/// Replaces the access key of the client that the exchanger was made with, and the secondary one if it is given.
/// The next signature uses the new key, and tokens cached for the former one are
/// not returned any more. secondary_access_key: NULL leaves it as it is. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or "secondary_access_key";
/// ACS_STATUS_INVALID_ARGUMENT where a token credential is used. Nothing is replaced then.
acs_status acs_exchanger_update_access_key(const acs_exchanger *exchanger,
                                           const char *access_key,
                                           const char *secondary_access_key,
                                           acs_error **error);

/// Frees an exchanger with its cache; calls that are under way go on. Nothing for NULL.
void acs_exchanger_free(acs_exchanger *exchanger);

/*
 * What an exchanger does, waiting and not.
 */

/// The ACS token for a Teams user's Entra token: a kept one, or exchanged now. The caller frees it with acs_token_free.
///
/// timeout_ms: the deadline of this call alone in milliseconds, or ACS_DEFAULT for the exchanger's; others who wait for
/// the same exchange go on.
///
/// Errors: as acs_client_get_token_for_teams_user; ACS_STATUS_ENTRA_TOKEN_INVALID by the token check unless it is off or
/// only warns; ACS_STATUS_THROTTLED with the code "limited" when the wait for the limit and the exchange do not fit
/// before the deadline, and with the code "user_limited" when the user's share is used up.
acs_status acs_exchanger_exchange(const acs_exchanger *exchanger,
                                  const char *aad_token,
                                  const char *client_id,
                                  const char *user_object_id,
                                  int64_t timeout_ms,
                                  acs_token **token,
                                  acs_error **error);

/// Starts acs_exchanger_exchange.
///
/// Its completion gives the result by acs_completion_take_token.
acs_status acs_exchanger_exchange_submit(const acs_exchanger *exchanger,
                                         const char *aad_token,
                                         const char *client_id,
                                         const char *user_object_id,
                                         int64_t timeout_ms,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// The ACS token of Teams Phone extensibility for an Entra user's token, with the identity that it is of: a cached one, or
/// exchanged now. The caller frees it with acs_user_token_free.
///
/// timeout_ms: as for acs_exchanger_exchange, whose cache, limit and single flight are used. The user is the one that the
/// Entra token names; a token that cannot be read is of nobody, and acs_exchanger_sign_out does not evict what was exchanged
/// for it.
///
/// Errors: as acs_client_get_token_for_teams_extension_user and acs_exchanger_exchange.
acs_status acs_exchanger_exchange_teams_extension(const acs_exchanger *exchanger,
                                                  const char *aad_token,
                                                  int64_t timeout_ms,
                                                  acs_user_token **user_token,
                                                  acs_error **error);

/// Starts acs_exchanger_exchange_teams_extension.
///
/// Its completion gives the result by acs_completion_take_user_token.
acs_status acs_exchanger_exchange_teams_extension_submit(const acs_exchanger *exchanger,
                                                         const char *aad_token,
                                                         int64_t timeout_ms,
                                                         const acs_delivery *delivery,
                                                         acs_call **call,
                                                         acs_error **error);

/// Forgets all tokens of a user, in this process and in those that share a cache with it. The tokens themselves stay good
/// until they expire.
///
/// Errors: ACS_STATUS_TRANSPORT_ERROR when Redis cannot be reached: other processes may keep tokens still.
acs_status acs_exchanger_sign_out(const acs_exchanger *exchanger,
                                  const char *tenant_id,
                                  const char *user_object_id,
                                  acs_error **error);

/// Starts acs_exchanger_sign_out.
///
/// Its completion has a status and no result.
acs_status acs_exchanger_sign_out_submit(const acs_exchanger *exchanger,
                                         const char *tenant_id,
                                         const char *user_object_id,
                                         const acs_delivery *delivery,
                                         acs_call **call,
                                         acs_error **error);

/// Whether the shared cache answers: 1 or 0; ACS_NOT_APPLICABLE when there is none.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_exchanger_is_cache_reachable(const acs_exchanger *exchanger,
                                            int32_t *reachable,
                                            acs_error **error);

/// Starts acs_exchanger_is_cache_reachable.
///
/// Its completion gives the result by acs_completion_reachable.
acs_status acs_exchanger_is_cache_reachable_submit(const acs_exchanger *exchanger,
                                                   const acs_delivery *delivery,
                                                   acs_call **call,
                                                   acs_error **error);

/*
 * A user's ACS token that renews itself, for chat and calling clients.
 *
 * It is fed by a refresher, a callback that gets the user's next ACS token; by a credential of Entra, whose tokens a
 * client or an exchanger exchanges; or it holds one token. A good token is returned at once. With less than 10 minutes left
 * it is renewed in the background; with less than 2 minutes left a call waits for the renewal, for half of its timeout and 15
 * seconds at most, and gets the former token if that fails. There is one renewal at a time, shared by all who wait. A
 * renewal that fails is tried again after 0.5 seconds, then after twice as long each time, up to 30 seconds.
 */

/// A user's token credential. Freed with acs_user_credential_free.
typedef struct acs_user_credential acs_user_credential;

/// The options of a user's token credential: a token, a refresher, or a credential of Entra and what exchanges its tokens.
/// Every member has 64 bits, for hosts that pass structs as arrays.
typedef struct acs_user_credential_options {
  /// sizeof(acs_user_credential_options).
  size_t struct_size;
  /// The user's ACS token: the only one, or the one to begin with. Default: the first one is requested when it is needed.
  const char *token;
  /// When the token stops working, in seconds since 1970. Default: as it says itself, without trust; 10 minutes from now if
  /// it cannot be read, as the service does not promise the format of its tokens.
  int64_t token_expires_on;
  /// Gets the user's next ACS token; its requests have no scopes.
  const acs_token_credential *refresher;
  /// In its place, a credential that gets the user's Entra tokens,
  const acs_token_credential *entra_credential;
  /// with the client that exchanges them; its own credential is not used.
  const acs_client *client;
  /// What the client exchanges Entra tokens for: scopes that begin all with "https://communication.azure.com/clients/" (an
  /// Entra user; a preview, for which the client needs its option preview) or all with
  /// "https://auth.msft.communication.azure.com/" (a user of Teams Phone extensibility; .us in place of .com for the US
  /// government). Default: "https://communication.azure.com/clients/.default".
  const char *const *scopes;
  /// How many scopes there are.
  size_t scope_count;
  /// In place of the client, an exchanger for a Teams user's tokens,
  const acs_exchanger *exchanger;
  /// with the client id of the application that got the Entra token,
  const char *client_id;
  /// and the user's object id.
  const char *user_object_id;
  /// 1 renews the token ahead of time when nobody asks for it, from the first call or acs_user_credential_start on.
  /// Default 0.
  int64_t refresh_proactively;
  /// How long before it expires the token is renewed, in seconds. Default 600; one that has less left when it is new is
  /// renewed after half of that.
  int64_t refresh_time_before_expiry_s;
  /// How long a call waits for a token, in milliseconds. Default 30000.
  int64_t timeout_ms;
} acs_user_credential_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_user_credential_options).
void acs_user_credential_options_init(acs_user_credential_options *options,
                                      size_t struct_size);

/// Makes a user's token credential. The client and the exchanger may be freed afterwards; the callbacks of the refresher or of
/// the credential of Entra are the library's until their release is called. Requests nothing yet. A forked child requests a
/// token of its own.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the option: one that does not go with the others, or scopes that no
/// exchange takes.
acs_status acs_user_credential_new(const acs_user_credential_options *options,
                                   acs_user_credential **credential,
                                   acs_error **error);

/// Begins to renew ahead of time, as the first call does. Nothing without refresh_proactively, and when it has begun. A
/// forked child, and the library after acs_shutdown, begin anew.
///
/// Errors: ACS_STATUS_CANCELLED while the library's threads are being shut down.
acs_status acs_user_credential_start(const acs_user_credential *credential,
                                     acs_error **error);

/// Ends renewals and forgets the token: calls that wait, and later ones, fail as ACS_STATUS_CANCELLED. Any thread may do
/// this, again and again; nothing for NULL. A callback that is running is waited for by nobody; its answer is dropped.
void acs_user_credential_close(const acs_user_credential *credential);

/// Frees a credential. Calls that are under way go on; renewals end with the last of them. Nothing for NULL.
void acs_user_credential_free(acs_user_credential *credential);

/// The user's token: the present one while it is good, else the next one. The caller frees it with acs_token_free.
///
/// Errors: ACS_STATUS_CANCELLED once the credential is closed; ACS_STATUS_TIMEOUT when no token came within the timeout, and
/// when two former calls of the callback have not returned; else what the refresher, the credential of Entra or the exchange
/// returned. After a failure, calls get the same error at once for 0.5 to 5 seconds.
acs_status acs_user_credential_get_token(const acs_user_credential *credential,
                                         acs_token **token,
                                         acs_error **error);

/// Starts acs_user_credential_get_token.
///
/// Its completion gives the result by acs_completion_take_token.
acs_status acs_user_credential_get_token_submit(const acs_user_credential *credential,
                                                const acs_delivery *delivery,
                                                acs_call **call,
                                                acs_error **error);

/*
 * The settings of a handler, from a file or the environment, or set by name, under the names that every host has.
 */

/// Settings. Any threads may use them at once, but none while a value is set. Freed with acs_handler_settings_free.
typedef struct acs_handler_settings acs_handler_settings;

/// Gives the value of a variable, or NULL if it is not set. The text must live until the next call of the function, or
/// until acs_handler_settings_from_env returns.
typedef const char *(*acs_variable_lookup)(void *user_data,
                                           const char *name);

/// Makes settings without a value, for acs_handler_settings_set_text and the like.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_new(acs_handler_settings **settings,
                                    acs_error **error);

/// Reads settings from the text of a TOML file.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the setting. No value is shown that may be secret.
acs_status acs_handler_settings_from_toml(const char *toml,
                                          acs_handler_settings **settings,
                                          acs_error **error);

/// Reads settings from variables. lookup: NULL for the process's environment. A variable that is not UTF-8 counts as not
/// set.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target naming the variable. No value is shown that may be secret.
acs_status acs_handler_settings_from_env(acs_variable_lookup lookup,
                                         void *user_data,
                                         acs_handler_settings **settings,
                                         acs_error **error);

/// Sets a setting that is a text, in place of its former value. name: a name of acs_setting_toml, in which an underscore
/// does for a dot ("redis_url").
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT, target being the name: for a name that is not known (the reason suggests the nearest
/// one), and for a setting that is no text. No value is shown.
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

/// Sets a setting that is a number (of milliseconds, where its name ends in "_ms"), as acs_handler_settings_set_text does.
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

/// The first settings, and from the other those that the first lack. Both stay as they are and are freed by themselves.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_handler_settings_or(const acs_handler_settings *first,
                                   const acs_handler_settings *other,
                                   acs_handler_settings **settings,
                                   acs_error **error);

/// Frees settings; nothing for NULL.
void acs_handler_settings_free(acs_handler_settings *settings);

/// How many settings there are.
size_t acs_setting_count(void);

/// The name of a setting in TOML, where a dot stands for a table; NULL out of range. Static: it is not freed.
const char *acs_setting_toml(size_t index);

/// What a setting is for; NULL out of range. Static: it is not freed.
const char *acs_setting_about(size_t index);

/// How many variables a setting has.
size_t acs_setting_environment_count(size_t index);

/// A variable of a setting: the first of them that is set counts. NULL out of range. Static: it is not freed.
const char *acs_setting_environment(size_t index,
                                    size_t which);

/*
 * The options of a handler.
 */

/// The options of a handler: its settings, which are plain values, and what is none.
typedef struct acs_handler_options {
  /// sizeof(acs_handler_options).
  size_t struct_size;
  /// Settings from a file or the environment, or set by name; they may be freed once the handler is made. NULL for none.
  const acs_handler_settings *settings;
  /// A credential of the host's own in place of an access key; needs an endpoint.
  const acs_token_credential *token_credential;
  /// The cloud, in place of the settings' cloud and authority; or NULL.
  const acs_cloud *cloud;
  /// Who is told what happens; or NULL.
  const acs_observer *observer;
} acs_handler_options;

/// Fills the options with their defaults. struct_size is sizeof(acs_handler_options).
void acs_handler_options_init(acs_handler_options *options,
                              size_t struct_size);

/*
 * The back end's endpoint, for any HTTP server: /api/token/teams, /healthz, and /api/user and /api/token where Microsoft
 * Graph may be called.
 *
 * It verifies the caller's bearer token, compares it with the Teams token, explains a bad one, caches, lets a thousand
 * callers with one token make one exchange, and answers with application/problem+json. There is always an answer.
 */

/// A handler. Freed with acs_handler_free.
typedef struct acs_handler acs_handler;

/// Makes a handler. Connects to nothing yet. A forked child begins with an empty cache.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT or ACS_STATUS_INVALID_CONNECTION_STRING, target naming the option, or the setting as
/// it was written. No value is shown that may be secret.
acs_status acs_handler_new(const acs_handler_options *options,
                           acs_handler **handler,
                           acs_error **error);

/// Replaces the access key of the ACS resource, and the secondary one if it is given.
/// The next signature uses the new key, and tokens cached for the former one are
/// not returned any more. secondary_access_key: NULL leaves it as it is. A forked child, and the library after
/// acs_shutdown, use the new keys too.
///
/// Errors: ACS_STATUS_INVALID_CONNECTION_STRING with the target "access_key" or "secondary_access_key";
/// ACS_STATUS_INVALID_ARGUMENT where a token credential is used. Nothing is replaced then.
acs_status acs_handler_update_access_key(const acs_handler *handler,
                                         const char *access_key,
                                         const char *secondary_access_key,
                                         acs_error **error);

/// Frees a handler with its cache; requests that are under way are answered still. Nothing for NULL.
void acs_handler_free(acs_handler *handler);

/// Answers a request. The caller frees the response with acs_response_free. A rejection is a response, not an error.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for a request that is none.
acs_status acs_handler_handle(const acs_handler *handler,
                              const acs_request *request,
                              acs_response **response,
                              acs_error **error);

/// Starts acs_handler_handle.
///
/// Its completion gives the result by acs_completion_take_response.
acs_status acs_handler_handle_submit(const acs_handler *handler,
                                     const acs_request *request,
                                     const acs_delivery *delivery,
                                     acs_call **call,
                                     acs_error **error);

/*
 * The library's log: a callback that gets its records. Without one nothing is written anywhere.
 *
 * The callback runs on a thread of the library's own for it, one record at a time and in their order; a slow one delays no
 * call. Up to 1024 records, or 1 MiB of them, wait for it. Further ones are dropped, and a record says in their place
 * "N log records were dropped", with N as its field "dropped". acs_shutdown delivers what waits.
 *
 * Whatever the level, a record of a request to a handler has the fields "correlation_id" and "route", and one of a
 * client's operation "client_request_id".
 *
 * No record holds a key or a token. Levels and fields are those that the handler's documentation lists.
 */

/// No records.
#define ACS_LOG_OFF 0

/// Bugs.
#define ACS_LOG_ERROR 1

/// What an operator should know of: rejected callers, failed exchanges, a wrong clock.
#define ACS_LOG_WARN 2

/// What is worth counting.
#define ACS_LOG_INFO 3

/// Each call, attempt and answer.
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

/// A record, borrowed for the call of the callback.
typedef struct acs_log_record {
  /// The size of the struct as the library knows it.
  size_t struct_size;
  /// ACS_LOG_ERROR to ACS_LOG_TRACE.
  int32_t level;
  /// Where it comes from, such as "acs_auth::handler".
  const char *target;
  /// What happened, for a person.
  const char *message;
  /// The fields of the record, and then those of the operation that it belongs to.
  const acs_log_field *fields;
  /// How many fields there are.
  size_t field_count;
  /// When it was made, in microseconds since 1970.
  int64_t time_us;
} acs_log_record;

/// Gets a record, on a thread of the library's own.
typedef void (*acs_log_callback)(void *user_data,
                                 const acs_log_record *record);

/// Sends the log to a callback, in place of the one before. callback NULL, or ACS_LOG_OFF, ends it.
///
/// Records of at most this level are sent, to one callback for the whole library. release, if it is not NULL, is called
/// with user_data after the last call of the callback with it. Records that are queued are delivered first, so this may be
/// after this function has returned; when acs_shutdown succeeds, it has been called for callbacks that were replaced before.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT for a level that is none; release is then not called.
acs_status acs_log_set(int32_t level,
                       acs_log_callback callback,
                       void *user_data,
                       void (*release)(void *user_data),
                       acs_error **error);

/*
 * The library's own threads. They start at the first call that needs them, never when the library is loaded, block all
 * signals, and can be ended.
 */

/// Sets how many threads serve calls: 1 (default) to 64, from the next start of the threads on. One thread is enough for
/// some thousand exchanges a second. A further one sleeps until a callback blocks one of these.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT.
acs_status acs_set_worker_threads(int32_t count,
                                  acs_error **error);

/// Ends the library's threads. Submissions that are under way complete as ACS_STATUS_CANCELLED before it returns, and
/// functions that wait end with ACS_STATUS_CANCELLED. Everything can be used afterwards: the threads then start anew, and
/// clients make new connections. A cache begins empty. What waits for the log's callback and for observers is delivered.
///
/// timeout_ms: how long to wait for host callbacks that are running, in milliseconds, or ACS_DEFAULT for 5000.
///
/// Errors: ACS_STATUS_INVALID_ARGUMENT when it is called in a callback of the library; ACS_STATUS_TIMEOUT when callbacks
/// run on.
acs_status acs_shutdown(int64_t timeout_ms,
                        acs_error **error);

#ifdef __cplusplus
}
#endif

#endif /* ACS_AUTH_H */
