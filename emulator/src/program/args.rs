//! The arguments of the program.

use std::ffi::OsString;
use std::str::FromStr;

use super::trust::Runtime;
use crate::entra::IssuerMode;
use crate::options::{Limit, Options};
use crate::seed::{Secret, Seed};

const HELP: &str = "\
An offline emulator of Azure Communication Services Identity and Microsoft Entra ID.

It prints one line of JSON on standard output as soon as it answers: its addresses, the file with its CA
certificate, a connection string, the authority, and the users and apps that exist. It ends on SIGTERM and
SIGINT.

  acs-emulator [OPTIONS]

  --http-port N              the port of plain HTTP (default: a free one)
  --https-port N             the port of HTTPS (default: a free one)
  --seed FILE                tenants, users and apps, as JSON (default: generated)
  --env RUNTIME              after the JSON, print shell lines that make a runtime trust the CA:
                             curl, dotnet, go, java, node, openssl, python, ruby or rust
  --until-stdin-closes       end when standard input is closed, too
  --rng-seed N               draw the same lifetimes and identities at each start
  --access-key-file FILE     the resource's access key, in base64 (default: random)
  --resource-id GUID         the resource's id (default: random)
  --issuer WHO               what tokens name as their issuer: host, the address that the client used
                             (default), or production, the names of the public cloud
  --intercept                put the real services' names into the certificate
  --name NAME                put this name into the certificate; may be repeated
  --keep N                   how many requests are kept for the explanation (default: 1000)
  --max-body BYTES           the largest request body (default: 1 MiB)

Where the real service is not known, or for tests of its limits:

  --date-window SECONDS|any  how far x-ms-date may be off (default: 300)
  --licence RULE             a user without a Teams licence: forbidden (default), invalid_token, ignored
  --missing-scope RULE       a token without both Teams scopes: invalid_token (default), ignored
  --unknown-identity RULE    an identity that does not exist: not_found (default), not_owned, accepted
  --exchange-limit N/SECONDS the service limit, such as 500/30 (default: none)
  --extension-conflict N     Graph's status for an extension whose name is taken (default: 409)

Example:

  acs-emulator --https-port 8443 --env python
";

/// What the arguments ask for.
#[derive(Debug)]
pub(super) enum Command {
    Run(Box<Arguments>),
    /// Print this and end.
    Say(String),
}

/// How to run.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) options: Options,
    pub(super) env: Option<Runtime>,
    pub(super) until_stdin_closes: bool,
}

/// Reads the arguments, or says which of them is wrong.
pub(super) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut args = args.into_iter().map(|arg| {
        arg.into_string()
            .map_err(|arg| format!("{} is not UTF-8", arg.to_string_lossy()))
    });
    let mut arguments = Arguments::default();
    while let Some(arg) = args.next() {
        let arg = arg?;
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        match name.as_str() {
            "--help" | "-h" => return Ok(Command::Say(HELP.trim_end().to_owned())),
            "--version" | "-V" => {
                return Ok(Command::Say(
                    concat!("acs-emulator ", env!("CARGO_PKG_VERSION")).to_owned(),
                ));
            }
            "--intercept" if inline.is_none() => arguments.options.intercept = true,
            "--until-stdin-closes" if inline.is_none() => arguments.until_stdin_closes = true,
            _ => {
                let value = || match inline {
                    Some(value) => Ok(value),
                    None => args.next().ok_or_else(|| format!("{name} needs a value"))?,
                };
                set(&mut arguments, &name, value)?;
            }
        }
    }
    Ok(Command::Run(Box::new(arguments)))
}

fn set(
    arguments: &mut Arguments,
    name: &str,
    value: impl FnOnce() -> Result<String, String>,
) -> Result<(), String> {
    let options = &mut arguments.options;
    let behaviour = &mut options.behaviour;
    match name {
        "--http-port" => options.http_port = number(name, &value()?)?,
        "--https-port" => options.https_port = number(name, &value()?)?,
        "--rng-seed" => options.rng_seed = Some(number(name, &value()?)?),
        "--keep" => options.keep_requests = number(name, &value()?)?,
        "--max-body" => options.max_body = number(name, &value()?)?,
        "--issuer" => {
            options.entra.issuer = match value()?.as_str() {
                "host" => IssuerMode::Host,
                "production" => IssuerMode::Production,
                other => return Err(format!("{name} {other}: neither host nor production")),
            };
        }
        "--resource-id" => options.resource_id = Some(value()?),
        "--name" => options.extra_names.push(value()?),
        "--seed" => {
            let text = read(&value()?)?;
            options.seed = Some(Seed::from_json(&text).map_err(|error| error.to_string())?);
        }
        "--access-key-file" => options.access_key = Some(Secret::new(read(&value()?)?.trim())),
        "--env" => {
            let value = value()?;
            let runtime = Runtime::NAMES.iter().find(|(name, _)| *name == value);
            let names = || Runtime::NAMES.map(|(name, _)| name).join(", ");
            let (_, runtime) = runtime.ok_or_else(|| format!("{name} {value}: none of {}", names()))?;
            arguments.env = Some(*runtime);
        }
        "--date-window" => {
            let value = value()?;
            behaviour.date_window_seconds = if value == "any" {
                None
            } else {
                Some(number(name, &value)?)
            };
        }
        "--licence" => behaviour.licence = rule(name, value()?)?,
        "--missing-scope" => behaviour.missing_scope = rule(name, value()?)?,
        "--unknown-identity" => behaviour.unknown_identity = rule(name, value()?)?,
        "--exchange-limit" => {
            let value = value()?;
            let (count, seconds) = value
                .split_once('/')
                .ok_or_else(|| format!("{name} {value}: not of the form 500/30"))?;
            behaviour.exchange_limit = Some(Limit {
                count: number(name, count)?,
                per_seconds: number(name, seconds)?,
            });
        }
        "--extension-conflict" => behaviour.extension_conflict = number(name, &value()?)?,
        _ => return Err(format!("{name} is no option")),
    }
    Ok(())
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("{name} {value}: not a number that it can be"))
}

/// A rule by the name that the control API has for it.
fn rule<T: serde::de::DeserializeOwned>(name: &str, value: String) -> Result<T, String> {
    serde_json::from_value(value.clone().into()).map_err(|_| format!("{name} {value}: no such rule"))
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LicenceRule;

    fn parsed(args: &[&str]) -> Result<Arguments, String> {
        match parse(args.iter().map(OsString::from))? {
            Command::Run(arguments) => Ok(*arguments),
            Command::Say(text) => Err(text),
        }
    }

    #[test]
    fn both_ways_to_give_a_value() {
        let arguments = parsed(&[
            "--http-port=81",
            "--https-port",
            "444",
            "--licence",
            "ignored",
            "--exchange-limit=5/30",
            "--date-window=any",
            "--issuer=production",
            "--env",
            "node",
            "--until-stdin-closes",
        ])
        .expect("arguments");
        assert_eq!(
            (arguments.options.http_port, arguments.options.https_port),
            (81, 444)
        );
        assert_eq!(arguments.options.entra.issuer, IssuerMode::Production);
        let behaviour = arguments.options.behaviour;
        assert_eq!(behaviour.licence, LicenceRule::Ignored);
        assert_eq!(
            behaviour.exchange_limit,
            Some(Limit {
                count: 5,
                per_seconds: 30
            })
        );
        assert_eq!(behaviour.date_window_seconds, None);
        assert_eq!(arguments.env, Some(Runtime::Node));
        assert!(arguments.until_stdin_closes);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (args, named) in [
            (&["--http-port", "70000"][..], "--http-port 70000"),
            (&["--seed"], "--seed needs a value"),
            (&["--env", "cobol"], "curl"),
            (&["--licence", "maybe"], "--licence maybe"),
            (&["--exchange-limit", "5"], "500/30"),
            (&["--issuer", "me"], "--issuer me"),
            (&["extra"], "extra is no option"),
            (&["--intercept=yes"], "--intercept is no option"),
        ] {
            let problem = parsed(args).expect_err("a problem");
            assert!(problem.contains(named), "{problem}");
        }
    }
}
