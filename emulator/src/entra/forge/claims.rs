//! Attacks whose claims are wrong, under a valid signature.

use super::good;
use crate::entra::attack::Attack;
use crate::entra::issue::Access;
use crate::entra::mint::{MintKind, Spec};
use crate::seed::{ACS_DATA_URI, ACS_TEAMS_URI, GRAPH_URI};
use serde_json::{Value, json};

const HOUR: i64 = 3600;
/// An audience that no app has.
const OTHER_API: &str = "0ddba110-0000-4000-8000-00000000000d";

/// The claims and the version of a token with this attack; `None` without an attack.
pub(super) fn of(spec: &Spec<'_>, attack: Option<Attack>) -> Result<Option<(Value, u8)>, String> {
    let Some(attack) = attack else { return Ok(None) };
    if let Some(access) = another(spec, attack)? {
        return Ok(Some((
            spec.entra.access_claims(spec.base, &access),
            access.version,
        )));
    }
    if let Some(claims) = id_token(spec, attack)? {
        return Ok(Some((claims, 2)));
    }
    let (mut claims, version) = good(spec);
    spoil(spec, attack, &mut claims, version)?;
    Ok(Some((claims, version)))
}

/// Tokens that Entra could have issued, but for another user or in another form.
fn another<'a>(spec: &Spec<'a>, attack: Attack) -> Result<Option<Access<'a>>, String> {
    let home = spec.access.tid;
    let me = spec.access.user.map(|user| user.object_id.as_str());
    let other = |same_tenant: bool| {
        let fits = |user: &&crate::seed::User| {
            (user.tenant == home) == same_tenant && Some(user.object_id.as_str()) != me
        };
        spec.seed
            .users
            .iter()
            .find(fits)
            .ok_or_else(|| "the seed has no other user for this attack".to_owned())
    };
    Ok(match attack {
        Attack::OtherUser => Some(spec.for_user(other(true)?)),
        Attack::OtherTenant => Some(spec.for_user(other(false)?)),
        Attack::V1ForV2 => Some(Access {
            version: 1,
            ..spec.access.clone()
        }),
        Attack::V2ForV1 => Some(Access {
            version: 2,
            ..spec.access.clone()
        }),
        Attack::ExpiresSoon => Some(Access {
            lifetime: 9 * 60,
            ..spec.access.clone()
        }),
        _ => None,
    })
}

fn id_token(spec: &Spec<'_>, attack: Attack) -> Result<Option<Value>, String> {
    let audience = match attack {
        Attack::IdTokenAsAccessToken => spec.access.app.client_id.clone(),
        Attack::IdTokenSharedRegistration => match spec.kind {
            MintKind::Api => spec.access.asked.app_id.clone(),
            _ => spec.access.asked.identifier.clone(),
        },
        _ => return Ok(None),
    };
    let user = spec.access.user.ok_or("an id_token needs a user")?;
    Ok(Some(spec.entra.id_claims(spec.base, &audience, user, 2)))
}

fn spoil(spec: &Spec<'_>, attack: Attack, claims: &mut Value, version: u8) -> Result<(), String> {
    let now = spec.entra.now();
    let issuer = claims["iss"].as_str().unwrap_or_default().to_owned();
    match attack {
        Attack::WrongAudGraph => claims["aud"] = GRAPH_URI.into(),
        Attack::WrongAudAcs => {
            let teams = matches!(spec.kind, MintKind::Teams | MintKind::TeamsExtension);
            claims["aud"] = if teams { ACS_DATA_URI } else { ACS_TEAMS_URI }.into();
        }
        Attack::WrongAudOtherApi => {
            claims["aud"] = if version == 1 {
                format!("api://{OTHER_API}")
            } else {
                OTHER_API.into()
            }
            .into();
        }
        Attack::IssSuffix => {
            let host_end = issuer.find(spec.access.tid).ok_or("the issuer names no tenant")? - 1;
            let (host, rest) = issuer.split_at(host_end);
            claims["iss"] = format!("{host}.attacker.example{rest}").into();
        }
        Attack::IssNoSlash => {
            let at = issuer.rfind('/').ok_or("the issuer has no slash")?;
            claims["iss"] = format!("{}{}", &issuer[..at], &issuer[at + 1..]).into();
        }
        Attack::IssCase => claims["iss"] = issuer.to_ascii_uppercase().into(),
        Attack::TidMismatch => {
            let other = spec
                .seed
                .tenants
                .iter()
                .find(|tenant| tenant.id != spec.access.tid);
            claims["tid"] = other.ok_or("the seed has no other tenant")?.id.as_str().into();
        }
        Attack::Expired => {
            claims["iat"] = (now - 2 * HOUR).into();
            claims["nbf"] = (now - 2 * HOUR).into();
            claims["exp"] = (now - HOUR).into();
        }
        Attack::NbfFuture => {
            claims["nbf"] = (now + HOUR).into();
            claims["exp"] = (now + 2 * HOUR).into();
        }
        Attack::ExpHuge => claims["exp"] = (now + 100 * 365 * 24 * HOUR).into(),
        Attack::ExpString => claims["exp"] = claims["exp"].to_string().into(),
        Attack::ExpFloat => claims["exp"] = json!(claims["exp"].as_f64().unwrap_or_default() + 0.5),
        Attack::Oversize => claims["wids"] = "0".repeat(16 * 1024).into(),
        Attack::ExpMissing => remove(claims, "exp"),
        Attack::OidMissing => remove(claims, "oid"),
        Attack::ScpMissing => remove(claims, "scp"),
        Attack::ScpPartial => {
            let kept = spec.access.scopes.split_last().map_or(&[][..], |(_, kept)| kept);
            claims["scp"] = kept.join(" ").into();
        }
        Attack::ScpSubstring => {
            let longer: Vec<_> = spec
                .access
                .scopes
                .iter()
                .map(|scope| format!("{scope}2"))
                .collect();
            claims["scp"] = longer.join(" ").into();
        }
        Attack::RolesOnly => {
            remove(claims, "scp");
            claims["idtyp"] = "app".into();
            claims["roles"] = json!(spec.access.scopes);
        }
        _ => {}
    }
    Ok(())
}

fn remove(claims: &mut Value, name: &str) {
    if let Some(members) = claims.as_object_mut() {
        members.remove(name);
    }
}
