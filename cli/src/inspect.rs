//! `acs-auth inspect`

use std::process::ExitCode;
use std::time::SystemTime;

use acs_auth::entra::{Expectations, Inspection, Outcome, inspect};
use acs_auth::{Cloud, ErrorKind};

use crate::args::{Exchange, InspectArgs};
use crate::failure::{Failure, exit_code};
use crate::{input, output, service, style};

/// The width of the longest name of a check or claim, and two spaces.
const COLUMN: usize = 11;

pub(crate) fn run(args: &InspectArgs) -> Result<ExitCode, Failure> {
    let token = input::token(&args.token_file)?;
    let expected = Expectations {
        client_id: args.client_id.clone(),
        user_object_id: args.user_id.clone(),
        tenant_id: args.tenant_id.clone(),
        ..expectations(
            Exchange::of(args.teams_extension, args.entra_user),
            &Cloud::public(),
        )
    };
    let inspection = inspect(token.expose(), &expected, SystemTime::now());
    if args.json.json {
        output::json(&inspection)?;
    } else {
        for line in checks(&inspection, 2)
            .iter()
            .chain([&String::new()])
            .chain(&claims(&inspection))
        {
            output::styled(line)?;
        }
    }
    Ok(match inspection.is_ok() {
        true => ExitCode::SUCCESS,
        false => exit_code(ErrorKind::EntraTokenInvalid),
    })
}

/// What an exchange requires of a token.
pub(crate) fn expectations(exchange: Exchange, cloud: &Cloud) -> Expectations {
    match exchange {
        Exchange::TeamsUser => Expectations::teams_user(cloud),
        Exchange::TeamsExtension => Expectations::teams_extension(cloud),
        Exchange::EntraUser => Expectations::entra_user(),
    }
}

/// One line per check: its outcome, name and explanation.
pub(crate) fn checks(inspection: &Inspection, indent: usize) -> Vec<String> {
    let blank = " ".repeat(indent);
    let lines = inspection.checks().iter().map(|check| {
        let mark = match check.outcome {
            Outcome::Passed => style::mark(true),
            Outcome::Failed => style::mark(false),
            Outcome::NotChecked => style::quiet(style::signs().none),
        };
        let explanation = style::wrapped(&check.explanation, indent + 2 + COLUMN);
        let explanation = match check.outcome {
            Outcome::NotChecked => style::quiet(explanation),
            Outcome::Passed | Outcome::Failed => explanation,
        };
        format!("{blank}{mark} {:COLUMN$}{explanation}", check.name.as_str())
    });
    lines.collect()
}

/// One line per claim of the token.
fn claims(inspection: &Inspection) -> Vec<String> {
    let claims = inspection.claims();
    let time = |seconds: Option<i64>| seconds.map(service::time);
    let scopes = (!claims.scopes.is_empty()).then(|| claims.scopes.join(" "));
    let rows = [
        ("tenant", claims.tenant_id.clone()),
        ("user", claims.object_id.clone()),
        ("app", claims.app_id.clone()),
        ("audience", claims.audience.clone()),
        ("scopes", scopes),
        ("version", claims.version.clone()),
        ("issued", time(claims.issued_at)),
        ("expires", time(claims.expires_at)),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| {
        let name = style::quiet(format_args!("{name:COLUMN$}"));
        Some(format!("    {name}{}", style::harmless(&value?)))
    });
    rows.collect()
}
