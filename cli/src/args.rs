//! The commands and their options.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use acs_auth::entra::TokenCheck;
use acs_auth::{CommunicationTokenScope, PreviewApiVersion, TeamsExtensionPrincipalType};
use clap::builder::Resettable;
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::help;
use crate::serve::args::ServeArgs;

/// Exchanges Microsoft Entra user tokens for Azure Communication Services access tokens, and signs the requests.
#[derive(Debug, Parser)]
#[command(name = "acs-auth", version, max_term_width = 100, after_help = help::TOP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign a user in and exchange the token, step by step, offline
    #[command(after_help = help::DEMO)]
    Demo(DemoArgs),
    /// Serve /api/token/teams: verify the caller, exchange the token, answer
    #[command(after_help = help::SERVE)]
    Serve(ServeArgs),
    /// Exchange a user's Entra token for an ACS access token
    #[command(after_help = help::EXCHANGE)]
    Exchange(ExchangeArgs),
    /// Create and delete identities
    #[command(subcommand, after_help = help::USERS)]
    Users(UsersCommand),
    /// Issue and revoke tokens of identities
    #[command(subcommand, after_help = help::TOKENS)]
    Tokens(TokensCommand),
    /// Manage who may use Teams Phone extensibility, and through which apps
    #[command(subcommand, after_help = help::ASSIGNMENTS)]
    Assignments(AssignmentsCommand),
    /// Report what the service would reject in an Entra token, offline
    #[command(after_help = help::INSPECT)]
    Inspect(InspectArgs),
    /// Sign a request and print the headers to add
    #[command(after_help = help::SIGN)]
    Sign(SignArgs),
    /// Run the offline emulator of ACS Identity and Entra ID
    #[command(after_help = help::EMULATOR, disable_help_flag = true)]
    Emulator {
        /// The emulator's own options; see `acs-auth emulator --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
        args: Vec<OsString>,
    },
}

/// Parses the command line and the environment variables of its options. An empty variable counts as not set.
pub(crate) fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let set = |arg: Arg| {
        let value = arg.get_env().and_then(std::env::var_os);
        if value.is_some_and(|value| value.is_empty()) {
            arg.env(Resettable::Reset)
        } else {
            arg
        }
    };
    let command = Cli::command().mut_subcommands(|command| command.mut_args(set));
    Cli::from_arg_matches(&command.try_get_matches_from(args)?)
}

impl Command {
    /// Whether `--json` was given. It is false for commands that have no such option.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Exchange(args) => args.json.json,
            Self::Users(UsersCommand::Create(args)) => args.json.json,
            Self::Users(UsersCommand::Get(args) | UsersCommand::Delete(args)) => args.json.json,
            Self::Tokens(TokensCommand::Issue(args)) => args.json.json,
            Self::Tokens(TokensCommand::Revoke(args)) => args.json.json,
            Self::Assignments(AssignmentsCommand::Put(args)) => args.principal.json.json,
            Self::Assignments(AssignmentsCommand::Get(args) | AssignmentsCommand::Delete(args)) => {
                args.json.json
            }
            Self::Inspect(args) => args.json.json,
            Self::Demo(_) | Self::Serve(_) | Self::Sign(_) | Self::Emulator { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Json {
    /// Print results and errors as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Service {
    /// A file with certificate authorities to trust in addition to the system's, in PEM form
    #[arg(long, value_name = "PEM")]
    pub(crate) endpoint_ca: Option<PathBuf>,
    /// The timeout of the call, including retries [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: Option<u64>,
    /// The version of the service's API [default: 2023-10-01; for Teams Phone extensibility 2025-06-30]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// Allow what only this preview of the API has: 2025-03-02-preview
    #[arg(long, value_name = "VERSION", value_parser = preview)]
    pub(crate) preview: Option<PreviewApiVersion>,
}

/// Parses a preview's version. It must be written out, since a preview may change or end at any time.
fn preview(version: &str) -> Result<PreviewApiVersion, String> {
    PreviewApiVersion::from_text(version).ok_or_else(|| {
        let known: Vec<&str> = PreviewApiVersion::KNOWN
            .iter()
            .map(|known| known.as_str())
            .collect();
        format!("known previews: {}", known.join(", "))
    })
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The user's Entra token for your own resource: a file, or - for standard input
    #[arg(long, value_name = "PATH", requires_all = ["client_id", "user_id"])]
    pub(crate) token_file: Option<PathBuf>,
    /// The application (client) id that the token was issued to
    #[arg(long, value_name = "GUID", requires = "token_file")]
    pub(crate) client_id: Option<String>,
    /// The user's object id
    #[arg(long, value_name = "GUID", requires = "token_file")]
    pub(crate) user_id: Option<String>,
    /// Keep the emulator running at the end, to look at its explanation of each request
    #[arg(long, conflicts_with = "token_file")]
    pub(crate) keep_open: bool,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Debug, Args)]
pub(crate) struct ExchangeArgs {
    /// The user's Entra token: a file, or - for standard input
    #[arg(long, value_name = "PATH")]
    pub(crate) token_file: PathBuf,
    /// The application (client) id that the token was issued to
    #[arg(long, value_name = "GUID", required_unless_present_any = ["teams_extension", "entra_user"])]
    pub(crate) client_id: Option<String>,
    /// The user's object id (the token's oid)
    #[arg(long, value_name = "GUID", required_unless_present_any = ["teams_extension", "entra_user"])]
    pub(crate) user_id: Option<String>,
    /// Exchange for Teams Phone extensibility instead (permission TeamsExtension.ManageCalls)
    #[arg(long, conflicts_with_all = ["client_id", "user_id"])]
    pub(crate) teams_extension: bool,
    /// Exchange for an Entra user without a Teams licence instead (permission VoIP or VoIP.Join); needs --preview
    #[arg(long, conflicts_with_all = ["client_id", "user_id", "teams_extension"], requires = "preview")]
    pub(crate) entra_user: bool,
    /// How to treat a token that the token check rejects
    #[arg(long, value_enum, default_value_t = TokenCheckMode::Warn, value_name = "MODE")]
    pub(crate) token_check: TokenCheckMode,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// Which exchange a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exchange {
    TeamsUser,
    TeamsExtension,
    EntraUser,
}

impl Exchange {
    /// The exchange that the two flags select; clap accepts at most one of them.
    pub(crate) fn of(teams_extension: bool, entra_user: bool) -> Self {
        match (teams_extension, entra_user) {
            (true, _) => Self::TeamsExtension,
            (_, true) => Self::EntraUser,
            _ => Self::TeamsUser,
        }
    }
}

/// [`TokenCheck`] by the names of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenCheckMode {
    /// It is not checked
    Off,
    /// A warning, and the service decides
    Warn,
    /// It is not sent
    Enforce,
}

impl From<TokenCheckMode> for TokenCheck {
    fn from(mode: TokenCheckMode) -> Self {
        match mode {
            TokenCheckMode::Off => Self::Off,
            TokenCheckMode::Warn => Self::Warn,
            TokenCheckMode::Enforce => Self::Enforce,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// Create an identity, with a token if scopes are given
    #[command(after_help = help::USERS_CREATE)]
    Create(CreateArgs),
    /// Print the details of an identity (preview)
    #[command(after_help = help::USERS_GET)]
    Get(IdentityArgs),
    /// Delete an identity and revoke its tokens
    #[command(after_help = help::USERS_DELETE)]
    Delete(IdentityArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokensCommand {
    /// Issue a token for an identity
    #[command(after_help = help::TOKENS_ISSUE)]
    Issue(IssueArgs),
    /// Revoke all tokens of an identity
    #[command(after_help = help::TOKENS_REVOKE)]
    Revoke(IdentityArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AssignmentsCommand {
    /// Assign a user or a resource account, or replace its assignment
    #[command(after_help = help::ASSIGNMENTS_PUT)]
    Put(PutAssignmentArgs),
    /// Print an assignment
    #[command(after_help = help::ASSIGNMENTS_GET)]
    Get(PrincipalArgs),
    /// Delete an assignment and revoke the tokens that were issued by it
    #[command(after_help = help::ASSIGNMENTS_DELETE)]
    Delete(PrincipalArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PrincipalArgs {
    /// The principal's tenant
    #[arg(long, value_name = "GUID")]
    pub(crate) tenant_id: String,
    /// The principal's object id
    #[arg(long, value_name = "GUID")]
    pub(crate) object_id: String,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct PutAssignmentArgs {
    /// The principal's type: user or resourceAccount
    #[arg(long, value_name = "TYPE", default_value = "user")]
    pub(crate) principal_type: TeamsExtensionPrincipalType,
    /// The client id of an application that the principal may use; may be repeated
    #[arg(long = "client-id", value_name = "GUID")]
    pub(crate) client_ids: Vec<String>,
    #[command(flatten)]
    pub(crate) principal: PrincipalArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// What the token is for: chat, voip, chat.join, chat.join.limited, voip.join; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<CommunicationTokenScope>,
    /// The token's lifetime, 60 to 1440 [default: the service's, 24 hours]
    #[arg(long, value_name = "N", requires = "scopes")]
    pub(crate) expires_in_minutes: Option<u32>,
    /// A name of your own for the identity, 1 to 256 characters: the same name, the same identity; needs --preview
    #[arg(long, value_name = "ID", requires = "preview")]
    pub(crate) custom_id: Option<String>,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct IssueArgs {
    /// The identity's raw id, 8:acs:…
    pub(crate) id: String,
    /// What the token is for: chat, voip, chat.join, chat.join.limited, voip.join; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub(crate) scopes: Vec<CommunicationTokenScope>,
    /// The token's lifetime, 60 to 1440 [default: the service's, 24 hours]
    #[arg(long, value_name = "N")]
    pub(crate) expires_in_minutes: Option<u32>,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// Converts minutes to the library's type.
pub(crate) fn lifetime(minutes: Option<u32>) -> Option<Duration> {
    minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60))
}

#[derive(Debug, Args)]
pub(crate) struct IdentityArgs {
    /// The identity's raw id, 8:acs:…
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) service: Service,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The user's Entra token: a file, or - for standard input
    #[arg(long, value_name = "PATH")]
    pub(crate) token_file: PathBuf,
    /// The application (client) id to expect
    #[arg(long, value_name = "GUID")]
    pub(crate) client_id: Option<String>,
    /// The object id of the user to expect
    #[arg(long, value_name = "GUID")]
    pub(crate) user_id: Option<String>,
    /// The tenant to expect
    #[arg(long, value_name = "GUID")]
    pub(crate) tenant_id: Option<String>,
    /// Expect the permission of Teams Phone extensibility instead of the two of a Teams user
    #[arg(long)]
    pub(crate) teams_extension: bool,
    /// Expect a token of an Entra user without a Teams licence instead
    #[arg(long, conflicts_with = "teams_extension")]
    pub(crate) entra_user: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The method
    #[arg(long)]
    pub(crate) method: String,
    /// The absolute URL, exactly as it will be sent
    #[arg(long)]
    pub(crate) url: String,
    /// The body: a file, or - for standard input [default: none]
    #[arg(long, value_name = "PATH")]
    pub(crate) body_file: Option<PathBuf>,
    /// The time to sign with, as an HTTP date [default: now]
    #[arg(long, value_name = "RFC1123")]
    pub(crate) date: Option<String>,
}
