//! The arguments of the program.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Parser;

use super::trust::Runtime;
use crate::entra::{EntraOptions, IssuerMode};
use crate::options::{
    AccessRejection, AssignmentRule, Behaviour, ErrorBody, LicenceRule, Limit, Options, ScopeRule,
    UnknownIdentity, UnknownMember,
};
use crate::seed::{Secret, Seed};

const ABOUT: &str = "\
It prints one line of JSON on standard output as soon as it answers: its addresses, the file with its CA certificate, a \
connection string, the authority, and the users and apps that exist. It ends on SIGTERM and SIGINT, on Windows on Ctrl-C and Ctrl-Break.";

const EXAMPLE: &str = "\
Example:
  acs-emulator --https-port 8443 --env python";

const UNKNOWN: &str = "Where the real service is not known, or for tests of its limits";

/// An offline emulator of Azure Communication Services Identity and Microsoft Entra ID.
#[derive(Debug, Parser)]
#[command(name = "acs-emulator", version, max_term_width = 100, before_help = ABOUT, after_help = EXAMPLE)]
pub(super) struct Arguments {
    /// The port of plain HTTP [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    http_port: u16,
    /// The port of HTTPS [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    https_port: u16,
    /// Tenants, users and apps, as JSON [default: generated]
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// After the JSON, print shell lines that make a runtime trust the CA
    #[arg(long, value_name = "RUNTIME", value_enum)]
    pub(super) env: Option<Runtime>,
    /// Exit when standard input is closed, too
    #[arg(long)]
    pub(super) until_stdin_closes: bool,
    /// The seed of lifetimes and identities: the same seed gives the same ones [default: random]
    #[arg(long, value_name = "N")]
    rng_seed: Option<u64>,
    /// A file with the resource's access key, in base64 [default: random]
    #[arg(long, value_name = "FILE")]
    access_key_file: Option<PathBuf>,
    /// The resource's id [default: random]
    #[arg(long, value_name = "GUID")]
    resource_id: Option<String>,
    /// What tokens name as their issuer: host, the address that the client used, or production, the names of
    /// the public cloud
    #[arg(long, value_name = "WHO", value_enum, default_value_t = IssuerMode::Host, hide_possible_values = true)]
    issuer: IssuerMode,
    /// Put the real services' names into the certificate
    #[arg(long)]
    intercept: bool,
    /// Put this name into the certificate; may be repeated
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
    /// The maximum number of recorded requests
    #[arg(long, value_name = "N", default_value_t = 1000)]
    keep: usize,
    /// The maximum size of a request's body; a larger one is a 413
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    max_body: usize,
    /// The maximum difference of x-ms-date to the emulator's clock
    #[arg(long, value_name = "SECONDS|any", default_value = "300", help_heading = UNKNOWN)]
    date_window: Window,
    /// The response for a user without a Teams licence
    #[arg(long, value_name = "RULE", value_enum, default_value_t = LicenceRule::Forbidden, help_heading = UNKNOWN)]
    licence: LicenceRule,
    /// The response to a token without both Teams scopes
    #[arg(long, value_name = "RULE", value_enum, default_value_t = ScopeRule::InvalidToken, help_heading = UNKNOWN)]
    missing_scope: ScopeRule,
    /// The response for an identity that does not exist
    #[arg(long, value_name = "RULE", value_enum, default_value_t = UnknownIdentity::NotFound, help_heading = UNKNOWN)]
    unknown_identity: UnknownIdentity,
    /// The response for a Teams extension user without an assignment
    #[arg(long, value_name = "RULE", value_enum, default_value_t = AssignmentRule::Ignored, help_heading = UNKNOWN)]
    assignment: AssignmentRule,
    /// The response to a token that is not for the exchanges under /access
    #[arg(long, value_name = "RULE", value_enum, default_value_t = AccessRejection::Denied, help_heading = UNKNOWN)]
    access_rejection: AccessRejection,
    /// The body of errors of which no recording exists
    #[arg(long, value_name = "BODY", value_enum, default_value_t = ErrorBody::Code, help_heading = UNKNOWN)]
    unrecorded_errors: ErrorBody,
    /// The treatment of unknown members in a body
    #[arg(long, value_name = "RULE", value_enum, default_value_t = UnknownMember::Noted, help_heading = UNKNOWN)]
    unknown_member: UnknownMember,
    /// The status for creating a custom id that exists, 200 or 201
    #[arg(long, value_name = "N", default_value_t = 201, value_parser = clap::value_parser!(u16).range(200..=201), help_heading = UNKNOWN)]
    existing_custom_id: u16,
    /// The limit for exchanges, such as 500/30, in a window of 1 to 86400 s [default: none]
    #[arg(long, value_name = "N/SECONDS", help_heading = UNKNOWN)]
    exchange_limit: Option<Limit>,
    /// Graph's status for an extension whose name is taken, 400 to 499
    #[arg(long, value_name = "N", default_value_t = 409, value_parser = clap::value_parser!(u16).range(400..=499), help_heading = UNKNOWN)]
    extension_conflict: u16,
}

/// Parses the arguments, without the program's name.
pub(super) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(std::iter::once("acs-emulator".into()).chain(args))
}

impl Arguments {
    /// The emulator's options. Reads the files that the arguments name.
    pub(super) fn options(&self) -> Result<Options, String> {
        let seed = match &self.seed {
            Some(path) => Some(Seed::from_json(&read(path)?).map_err(|error| error.to_string())?),
            None => None,
        };
        let access_key = match &self.access_key_file {
            Some(path) => Some(Secret::new(read(path)?.trim())),
            None => None,
        };
        Ok(Options {
            http_port: self.http_port,
            https_port: self.https_port,
            seed,
            access_key,
            resource_id: self.resource_id.clone(),
            rng_seed: self.rng_seed,
            entra: EntraOptions {
                issuer: self.issuer,
                ..EntraOptions::default()
            },
            intercept: self.intercept,
            extra_names: self.names.clone(),
            max_body: self.max_body,
            client_timeout: Options::default().client_timeout,
            keep_requests: self.keep,
            behaviour: Behaviour {
                date_window_seconds: self.date_window.0,
                licence: self.licence,
                missing_scope: self.missing_scope,
                unknown_identity: self.unknown_identity,
                assignment: self.assignment,
                access_rejection: self.access_rejection,
                unrecorded_errors: self.unrecorded_errors,
                unknown_member: self.unknown_member,
                existing_custom_id: self.existing_custom_id,
                exchange_limit: self.exchange_limit,
                extension_conflict: self.extension_conflict,
            },
        })
    }
}

/// A number of seconds, or `any`.
#[derive(Debug, Clone, Copy)]
struct Window(Option<u64>);

impl FromStr for Window {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(match text {
            "any" => None,
            seconds => Some(seconds.parse()?),
        }))
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "not of the form 500/30";
        let (count, seconds) = text.split_once('/').ok_or(wrong)?;
        let limit = Self {
            count: count.parse().map_err(|_| wrong)?,
            per_seconds: seconds.parse().map_err(|_| wrong)?,
        };
        limit.check()?;
        Ok(limit)
    }
}

fn read(path: &Path) -> Result<String, String> {
    let named = |error: &dyn Display| format!("{}: {error}", path.display());
    std::fs::read_to_string(path).map_err(|error| named(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Arguments, String> {
        parse(args.iter().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn both_ways_to_give_a_value() {
        let arguments = parsed(&[
            "--http-port=81",
            "--https-port",
            "444",
            "--licence",
            "ignored",
            "--missing-scope=invalid_token",
            "--unknown-identity",
            "not_owned",
            "--exchange-limit=5/30",
            "--date-window=any",
            "--issuer=production",
            "--env",
            "openssl",
            "--until-stdin-closes",
        ])
        .expect("arguments");
        let options = arguments.options().expect("options");
        assert_eq!((options.http_port, options.https_port), (81, 444));
        assert_eq!(options.entra.issuer, IssuerMode::Production);
        let behaviour = options.behaviour;
        assert_eq!(behaviour.licence, LicenceRule::Ignored);
        assert_eq!(behaviour.unknown_identity, UnknownIdentity::NotOwned);
        assert_eq!(
            behaviour.exchange_limit,
            Some(Limit {
                count: 5,
                per_seconds: 30
            })
        );
        assert_eq!(behaviour.date_window_seconds, None);
        assert_eq!(arguments.env, Some(Runtime::Openssl));
        assert!(arguments.until_stdin_closes);
    }

    #[test]
    fn the_defaults_are_those_of_the_library() {
        let options = parsed(&[])
            .and_then(|arguments| arguments.options())
            .expect("options");
        assert_eq!(format!("{options:?}"), format!("{:?}", Options::default()));
    }

    /// The control API and the command line use the same names for a rule.
    #[test]
    fn rules_have_the_names_of_the_control_api() {
        use clap::ValueEnum;
        fn agree<T: ValueEnum + serde::Serialize>() {
            for rule in T::value_variants() {
                let name = rule.to_possible_value().expect("a value");
                assert_eq!(serde_json::to_value(rule).expect("JSON"), name.get_name());
            }
        }
        agree::<LicenceRule>();
        agree::<ScopeRule>();
        agree::<UnknownIdentity>();
        agree::<AssignmentRule>();
        agree::<UnknownMember>();
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (args, named) in [
            (&["--http-port", "70000"][..], &["--http-port", "70000"][..]),
            (&["--seed"], &["--seed"]),
            (&["--env", "cobol"], &["cobol", "curl"]),
            (&["--licence", "maybe"], &["--licence", "maybe", "invalid_token"]),
            (&["--exchange-limit", "5"], &["--exchange-limit", "500/30"]),
            (&["--exchange-limit", "5/0"], &["--exchange-limit", "per_seconds"]),
            (&["--existing-custom-id", "202"], &["--existing-custom-id", "202"]),
            (&["--extension-conflict", "200"], &["--extension-conflict", "200"]),
            (&["--date-window", "soon"], &["--date-window", "soon"]),
            (&["--issuer", "me"], &["--issuer", "me"]),
            (&["extra"], &["extra"]),
            (&["--intercept=yes"], &["--intercept"]),
        ] {
            let problem = parsed(args).expect_err("a problem");
            assert!(named.iter().all(|part| problem.contains(part)), "{problem}");
        }
    }
}
