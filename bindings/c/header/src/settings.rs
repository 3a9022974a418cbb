//! Generates from the table of the handler's settings: their documentation, keywords for Python's type
//! checkers, and properties of the Spring Boot starter.

use std::fmt::Write as _;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, Item, LitStr, Token, braced, bracketed};

/// The settings whose type in Python accepts more than their form in the table.
const IN_PYTHON: [(&str, &str); 3] = [
    ("cloud", "Cloud | str | None"),
    ("token_check", "TokenCheck | str | None"),
    ("secondary_access_key", "str | AccessKey | KeyCredential | None"),
];

const PYTHON: &str = r#""""The settings of a handler as keywords, for type checkers.

Generated from core/src/handler/settings/table.rs by `make header`: do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from ._credentials import KeyCredential
    from ._keys import AccessKey
    from ._options import Cloud, TokenCheck


class SettingKeywords(TypedDict, total=False):
    """Each setting by its name in TOML, with an underscore in place of a dot. What is None is not set."""

"#;

/// One entry of the table.
pub(crate) struct Setting {
    form: String,
    toml: String,
    environment: Vec<String>,
    about: String,
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Ident>()?;
        let form = input.parse::<Ident>()?.to_string();
        // The method of the builder, if there is one.
        input.parse::<Option<Ident>>()?;
        let toml = input.parse::<LitStr>()?.value();
        // The options that it sets.
        if input.parse::<Option<Ident>>()?.is_some() {
            Punctuated::<Ident, Token![|]>::parse_separated_nonempty(input)?;
        }
        let environment;
        bracketed!(environment in input);
        let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&environment)?;
        Ok(Self {
            form,
            toml,
            environment: names.iter().map(LitStr::value).collect(),
            about: input.parse::<LitStr>()?.value(),
        })
    }
}

/// The settings, from the source of the table.
pub(crate) fn read(source: &syn::File) -> Result<Vec<Setting>, String> {
    let table = source.items.iter().find_map(|item| match item {
        Item::Macro(call) if call.ident.is_none() && call.mac.path.is_ident("settings") => Some(&call.mac),
        _ => None,
    });
    let table = table.ok_or("there is no table of settings")?;
    let entries = table
        .parse_body_with(entries)
        .map_err(|error| format!("the table of settings: {error}"))?;
    Ok(entries.into_iter().collect())
}

/// The entries of the table, after the options that no setting sets.
fn entries(input: ParseStream<'_>) -> syn::Result<Punctuated<Setting, Token![;]>> {
    input.parse::<Ident>()?;
    let unset;
    braced!(unset in input);
    while !unset.is_empty() {
        unset.parse::<Ident>()?;
    }
    Punctuated::parse_terminated(input)
}

/// The table for the documentation.
pub(crate) fn names(settings: &[Setting]) -> String {
    let mut text = String::from("| TOML | environment, the first that is set | |\n|---|---|---|\n");
    for setting in settings {
        let environment: Vec<String> = setting
            .environment
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            setting.toml,
            environment.join(", "),
            setting.about
        );
    }
    text
}

/// Python's keywords.
pub(crate) fn python(settings: &[Setting]) -> Result<String, String> {
    let mut text = PYTHON.to_owned();
    for setting in settings {
        let name = setting.toml.replace('.', "_");
        let own = IN_PYTHON.iter().find(|(known, _)| *known == name);
        let kind = match (own, setting.form.as_str()) {
            (Some((_, kind)), _) => kind,
            (None, "Text") => "str | None",
            (None, "List") => "Iterable[str] | None",
            (None, "Number") => "int | None",
            (None, "Millis") => "int | timedelta | None",
            (None, "Flag") => "bool | None",
            (None, form) => {
                return Err(format!(
                    "{name} has the form {form}, for which Python has no type"
                ));
            }
        };
        let _ = write!(text, "    {name}: {kind}\n{}", documentation(&setting.about));
    }
    Ok(text)
}

/// The properties of the Spring Boot starter, for the completion of editors.
pub(crate) fn spring(settings: &[Setting]) -> Result<String, String> {
    let properties = settings.iter().map(|setting| {
        let kind = match setting.form.as_str() {
            "Text" => "java.lang.String",
            "List" => "java.util.List<java.lang.String>",
            "Number" | "Millis" => "java.lang.Long",
            "Flag" => "java.lang.Boolean",
            form => {
                return Err(format!("{} has the form {form}, for which Spring has no type", setting.toml));
            }
        };
        let name = setting.toml.replace('_', "-");
        let about = setting.about.replace('`', "").replace('\\', "\\\\").replace('"', "\\\"");
        Ok(format!(
            "    {{\n      \"name\": \"acs-auth.{name}\",\n      \"type\": \"{kind}\",\n      \"description\": \"{about}\"\n    }}"
        ))
    });
    let properties = properties.collect::<Result<Vec<_>, _>>()?.join(",\n");
    Ok(format!("{{\n  \"properties\": [\n{properties}\n  ]\n}}\n"))
}

/// The docstring of a keyword, wrapped.
fn documentation(about: &str) -> String {
    const WIDTH: usize = 116;
    let mut text = String::from("    \"\"\"");
    let mut length = text.len();
    for (at, word) in about.split(' ').enumerate() {
        if at > 0 {
            let is_full = length + 1 + word.len() > WIDTH;
            text.push_str(if is_full { "\n    " } else { " " });
            length = if is_full { 4 } else { length + 1 };
        }
        text.push_str(word);
        length += word.len();
    }
    text.push_str("\"\"\"\n");
    text
}
