//! The pages of a sign-in: password, choice of account, second factor, consent.

use super::layout::{escape, page};
use crate::entra::consent::Permission;
use crate::http::Reply;
use crate::seed::User;

const TICK: &str = "<svg viewBox=\"0 0 20 20\" aria-hidden=\"true\"><path d=\"m4 10.5 4 4 8-9\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.2\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>";

/// What all of these pages show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    /// The app's name.
    pub(crate) app: &'a str,
    /// The tenant's name, if the request names a single tenant.
    pub(crate) tenant: Option<&'a str>,
    /// The form's `action`.
    pub(crate) action: &'a str,
}

/// The page that asks for the password.
pub(crate) fn sign_in(
    view: &View<'_>,
    typed: Option<&str>,
    domain: Option<&str>,
    problem: Option<&str>,
    status: u16,
) -> Reply {
    let to = match view.tenant {
        Some(tenant) => format!("{} at {}", escape(view.app), escape(tenant)),
        None => escape(view.app),
    };
    let alert = problem
        .map(|text| {
            format!(
                "<p class=\"alert\" role=\"alert\" id=\"problem\">{}</p>\n",
                escape(text)
            )
        })
        .unwrap_or_default();
    let invalid = if problem.is_some() {
        " aria-invalid=\"true\" aria-describedby=\"problem\""
    } else {
        ""
    };
    let (name_focus, password_focus) = if typed.is_some() {
        ("", " autofocus")
    } else {
        (" autofocus", "")
    };
    let content = format!(
        "<h1>Sign in</h1>\n<p class=\"quiet\">to continue to {to}</p>\n{alert}\
         <form method=\"post\" action=\"{action}\">\n\
         <label for=\"username\">Username</label>\n\
         <input type=\"text\" id=\"username\" name=\"username\" value=\"{typed}\" placeholder=\"name@{domain}\" \
         autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required{name_focus}{invalid}>\n\
         <label for=\"password\">Password</label>\n\
         <input type=\"password\" id=\"password\" name=\"password\" autocomplete=\"current-password\" \
         required{password_focus}{invalid}>\n\
         <button class=\"primary full\">Sign in</button>\n</form>",
        action = escape(view.action),
        typed = escape(typed.unwrap_or_default()),
        domain = escape(domain.unwrap_or("contoso.example")),
    );
    page(status, &format!("Sign in to {}", view.app), false, &content)
}

/// The page on which one of several accounts is chosen.
pub(crate) fn picker(view: &View<'_>, users: &[&User]) -> Reply {
    let accounts: String = users
        .iter()
        .map(|user| {
            format!(
                "<button class=\"plain\" name=\"account\" value=\"{}\">{}<span>{}<small>{}</small></span></button>\n",
                escape(&user.object_id),
                face(user),
                escape(&user.name),
                escape(&user.username)
            )
        })
        .collect();
    let content = format!(
        "<h1>Choose an account</h1>\n<p class=\"quiet\">to continue to {}</p>\n\
         <form method=\"post\" action=\"{}\" class=\"accounts\">\n{accounts}\
         <button class=\"plain\" name=\"account\" value=\"other\"><span class=\"face\" aria-hidden=\"true\">+</span>\
         <span>Use another account</span></button>\n</form>",
        escape(view.app),
        escape(view.action)
    );
    page(200, "Choose an account", false, &content)
}

/// The page that lists the permissions the app requests.
pub(crate) fn consent(
    view: &View<'_>,
    user: &User,
    permissions: &[Permission],
    flow: &str,
    for_organization: bool,
) -> Reply {
    let mut list = String::new();
    let mut resource = "";
    for permission in permissions {
        if permission.resource != resource {
            if !resource.is_empty() {
                list.push_str("</ul>\n");
            }
            resource = &permission.resource;
            list.push_str(&format!(
                "<h2>{}</h2>\n<ul class=\"permissions\">\n",
                escape(resource)
            ));
        }
        let admin = if permission.admin_only {
            " (administrators only)"
        } else {
            ""
        };
        list.push_str(&format!(
            "<li>{TICK}<span>{}{admin}<code>{}</code></span></li>\n",
            escape(&permission.description),
            escape(&permission.name)
        ));
    }
    if !resource.is_empty() {
        list.push_str("</ul>\n");
    }
    let (question, lead) = if for_organization {
        (
            "Allow this for your whole organization?",
            "asks, for everybody in your organization, to:",
        )
    } else {
        ("Allow this?", "asks to:")
    };
    let everybody = if user.admin && !for_organization {
        "<label class=\"check\"><input type=\"checkbox\" name=\"organization\" value=\"on\">\
         <span>Consent for everybody in the organization</span></label>\n"
    } else {
        ""
    };
    let content = format!(
        "<p class=\"who\">{face}<span>{who}</span></p>\n<h1>{question}</h1>\n\
         <p class=\"quiet\"><strong>{app}</strong> {lead}</p>\n{list}\
         <form method=\"post\" action=\"{action}\">\n<input type=\"hidden\" name=\"flow\" value=\"{flow}\">\n\
         {everybody}<div class=\"buttons\">\n\
         <button class=\"plain\" name=\"consent\" value=\"decline\">Cancel</button>\n\
         <button class=\"primary\" name=\"consent\" value=\"accept\">Accept</button>\n</div>\n</form>",
        face = face(user),
        who = escape(&user.username),
        app = escape(view.app),
        action = escape(view.action),
        flow = escape(flow),
    );
    page(200, &format!("{} asks for permission", view.app), true, &content)
}

/// The page that stands for the second factor: a button to approve the sign-in.
pub(crate) fn second_factor(view: &View<'_>, user: &User, flow: &str) -> Reply {
    let lead = match user.mfa_registered {
        true => "asks for more than your password. On a real account your phone would now ring.",
        false => "asks for more than your password, and you have not set anything up yet. Approving does.",
    };
    let content = format!(
        "<p class=\"who\">{face}<span>{who}</span></p>\n<h1>Approve this sign-in?</h1>\n\
         <p class=\"quiet\"><strong>{app}</strong> {lead}</p>\n\
         <form method=\"post\" action=\"{action}\">\n<input type=\"hidden\" name=\"flow\" value=\"{flow}\">\n\
         <div class=\"buttons\">\n<button class=\"plain\" name=\"mfa\" value=\"deny\">Deny</button>\n\
         <button class=\"primary\" name=\"mfa\" value=\"approve\" autofocus>Approve</button>\n</div>\n</form>",
        face = face(user),
        who = escape(&user.username),
        app = escape(view.app),
        action = escape(view.action),
        flow = escape(flow),
    );
    page(200, "Approve this sign-in", false, &content)
}

fn face(user: &User) -> String {
    let initials: String = user
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect();
    format!(
        "<span class=\"face\" aria-hidden=\"true\">{}</span>",
        escape(&initials)
    )
}
