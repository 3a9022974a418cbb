//! The texts at the end of each `--help`: examples, and notes for scripts.

pub(crate) const TOP: &str = "\
Example:
  acs-auth demo

Environment:
  COMMUNICATION_SERVICES_CONNECTION_STRING, or else AZURE_COMMUNICATION_CONNECTION_STRING
                  endpoint=https://…;accesskey=… of the resource
  ACS_ACCESS_KEY  the key that `sign` signs with, in base64
  NO_COLOR        no colours, even on a terminal

Exit codes: 0 success; 1 to 15 and 99 the kind of the error (1 InvalidArgument, 2 InvalidConnectionString, \
3 EntraTokenInvalid, 4 EntraTokenRejected, 5 ValidationFailed, 6 CredentialDenied, 7 NotFound, 8 Throttled, \
9 ServiceError, 10 TransportError, 11 Timeout, 12 Cancelled, 13 UnexpectedResponse, 14 Unauthorized, 15 Forbidden, \
99 Internal); 64 an invalid command line.

With --json, errors are printed on standard output instead of standard error:
  {\"error\": {\"kind\", \"value\", \"status\", \"code\", \"target\", \"reason\", \"retry_after_ms\", \
\"client_request_id\", \"ms_cv\"}}";

pub(crate) const DEMO: &str = "\
Without a token, everything runs on this machine, with an emulator of Entra ID and ACS inside the command. With a token \
and a connection string in the environment, the demo uses your own resource.

Examples:
  acs-auth demo
  acs-auth demo --keep-open
  acs-auth demo --token-file entra.jwt --client-id 1fec8e78-… --user-id 2be7fa0b-…";

pub(crate) const SERVE: &str = "\
The first line on standard output is JSON: {\"url\", \"emulator\"}, the latter the emulator's own start line with \
--emulator and null without. Settings come from the file, and from the environment, which overrides it; \
core/src/handler/settings/names.md lists all of them with their variables. For each variable NAME, NAME_FILE may \
contain the path of a file with the value instead, such as a mounted secret.

Files that change (--config, NAME_FILE, --endpoint-ca, --tls-cert, --tls-key) are reloaded, on SIGHUP at once. Valid \
contents are used for new requests and handshakes; otherwise the former contents stay in use and the reason is logged.

Headers may have 64 KiB in total and a body 16 KiB, in HTTP/1.1 and HTTP/2.

Examples:
  acs-auth serve --emulator
  acs-auth serve --config serve.toml --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem
  acs-auth serve --emulator --log acs_auth=debug,info --log-format json";

pub(crate) const EXCHANGE: &str = "\
Prints only the token on standard output; with --json:
  {\"token\": \"…\", \"expires_on\": \"2026-01-31T12:00:00Z\", \"expires_on_unix\": 1769860800}
and, with --teams-extension or --entra-user, \"id\".

Examples:
  TOKEN=$(acs-auth exchange --token-file entra.jwt --client-id 1fec8e78-… --user-id 2be7fa0b-…)
  acs-auth exchange --token-file entra.jwt --teams-extension --json
  acs-auth exchange --token-file entra.jwt --entra-user --preview 2025-03-02-preview --json";

pub(crate) const USERS: &str = "\
Example:
  acs-auth users create --scope chat";

pub(crate) const USERS_CREATE: &str = "\
Prints the id on standard output and, with scopes, the token on a second line; with --json:
  {\"id\": \"8:acs:…\", \"token\": \"…\", \"expires_on\": \"2026-01-31T12:00:00Z\"}

Examples:
  acs-auth users create --scope chat --scope voip --expires-in-minutes 60 --json
  acs-auth users create --custom-id customer-42 --preview 2025-03-02-preview";

pub(crate) const USERS_GET: &str = "\
Needs a preview of the API: --preview 2025-03-02-preview. Prints the id on standard output, then the other details, one per \
line; with --json, unknown members are null:
  {\"id\": \"8:acs:…\", \"custom_id\": \"customer-42\", \"last_token_issued_at\": \"2026-01-31T12:00:00Z\"}

Example:
  acs-auth users get 8:acs:3b0e0c6e-…_00000024-… --preview 2025-03-02-preview";

pub(crate) const USERS_DELETE: &str = "\
Prints nothing on standard output; with --json, {}.

Example:
  acs-auth users delete 8:acs:3b0e0c6e-…_00000024-…";

pub(crate) const TOKENS: &str = "\
Example:
  acs-auth tokens issue 8:acs:3b0e0c6e-…_00000024-… --scope voip";

pub(crate) const TOKENS_ISSUE: &str = "\
Prints only the token on standard output; with --json:
  {\"token\": \"…\", \"expires_on\": \"2026-01-31T12:00:00Z\", \"expires_on_unix\": 1769860800}

Example:
  acs-auth tokens issue 8:acs:3b0e0c6e-…_00000024-… --scope chat --expires-in-minutes 90";

pub(crate) const TOKENS_REVOKE: &str = "\
Prints nothing on standard output; with --json, {}. It can take up to 15 minutes to take effect.

Example:
  acs-auth tokens revoke 8:acs:3b0e0c6e-…_00000024-…";

pub(crate) const ASSIGNMENTS: &str = "\
Example:
  acs-auth assignments put --tenant-id 72f988bf-… --object-id 2be7fa0b-… --client-id 1fec8e78-…";

pub(crate) const ASSIGNMENTS_PUT: &str = "\
Prints the principal's type on standard output, then the client ids, one per line; with --json:
  {\"tenant_id\", \"object_id\", \"principal_type\", \"client_ids\"}

Examples:
  acs-auth assignments put --tenant-id 72f988bf-… --object-id 2be7fa0b-… --client-id 1fec8e78-…
  acs-auth assignments put --tenant-id 72f988bf-… --object-id 5d3f1c22-… --principal-type resourceAccount";

pub(crate) const ASSIGNMENTS_GET: &str = "\
Prints what `assignments put` prints. Exit code 7 if there is no assignment.

Example:
  acs-auth assignments get --tenant-id 72f988bf-… --object-id 2be7fa0b-… --json";

pub(crate) const ASSIGNMENTS_DELETE: &str = "\
Prints nothing on standard output; with --json, {}.

Example:
  acs-auth assignments delete --tenant-id 72f988bf-… --object-id 2be7fa0b-…";

pub(crate) const INSPECT: &str = "\
Nothing is sent and no signature is verified. Exit code 3 when a check fails. With --json:
  {\"ok\": false, \"checks\": [{\"name\", \"outcome\", \"explanation\"}, …], \"token\": {…}}

Example:
  acs-auth inspect --token-file entra.jwt --client-id 1fec8e78-… --user-id 2be7fa0b-…";

pub(crate) const SIGN: &str = "\
The key comes from ACS_ACCESS_KEY. Prints, as JSON:
  {\"x-ms-date\", \"x-ms-content-sha256\", \"authorization\", \"string_to_sign\"}

Example:
  acs-auth sign --method POST --url 'https://contoso.communication.azure.com/identities?api-version=2023-10-01'";

pub(crate) const EMULATOR: &str = "\
Example:
  acs-auth emulator --https-port 8443 --env python";
