//! Public items that core makes with its own macros: an enum from entries of the form `Name = literal`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, ImplItemFn, Item, Lit, Token, Variant};

use crate::items::{method, variant};
use crate::notation::type_of;

/// The lines of a module's macros.
pub(crate) fn lines(items: &[Item]) -> Vec<String> {
    let macros = || {
        items.iter().filter_map(|item| {
            if let Item::Macro(it) = item {
                Some(it)
            } else {
                None
            }
        })
    };
    let mut lines = Vec::new();
    for definition in macros().filter(|it| it.ident.is_some()) {
        let mut found = Found::default();
        found.scan(definition.mac.tokens.clone(), None);
        if found.lines.is_empty() {
            continue;
        }
        let owner = found.of.expect("a macro with public items defines an enum");
        lines.append(&mut found.lines);
        for call in macros().filter(|it| it.ident.is_none()) {
            if call.mac.path.get_ident() == definition.ident.as_ref() {
                lines.extend(entries(&owner, call.mac.tokens.clone()));
            }
        }
    }
    lines
}

/// `Name = literal, …`, each with its documentation.
fn entries(owner: &str, tokens: TokenStream) -> Vec<String> {
    let entries = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens);
    let entries = entries.unwrap_or_else(|error| panic!("{owner}: {error}"));
    entries
        .iter()
        .map(|entry| format!("value {owner}.{} = {}", entry.name, entry.value.to_token_stream()))
        .collect()
}

struct Entry {
    name: Ident,
    value: Lit,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            name,
            value: input.parse()?,
        })
    }
}

/// The public items of a macro's body.
#[derive(Default)]
struct Found {
    of: Option<String>,
    lines: Vec<String>,
}

impl Found {
    fn scan(&mut self, tokens: TokenStream, owner: Option<&str>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if word == "pub" => at = self.public(&tokens, at + 1, owner),
                TokenTree::Ident(word) if word == "impl" => {
                    let (name, body) = (tokens.get(at + 1), tokens.get(at + 2));
                    match (name, body) {
                        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) => {
                            self.scan(body.stream(), Some(&name.to_string()));
                            at += 3;
                        }
                        // A trait's, which is not listed.
                        _ => at = tokens.len().min(after_braces(&tokens, at)),
                    }
                }
                TokenTree::Group(group) => {
                    self.scan(group.stream(), owner);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// The item whose visibility ends before `at`, and where the item ends.
    fn public(&mut self, tokens: &[TokenTree], at: usize, owner: Option<&str>) -> usize {
        let words: Vec<String> = tokens[at..].iter().take(3).map(ToString::to_string).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            // Public within the crate only.
            [scope, ..] if scope.starts_with('(') => at + 1,
            ["enum", name, _] => {
                self.of = Some(name.to_owned());
                self.lines.push(format!("type {name}"));
                if let TokenTree::Group(body) = &tokens[at + 2] {
                    self.lines.extend(own_variants(name, body));
                }
                at + 3
            }
            ["const", name, ":"] => {
                let owner = owner.unwrap_or_else(|| panic!("a public constant {name} of nothing"));
                let rest = &tokens[at + 3..];
                let end = rest
                    .iter()
                    .position(|token| token.to_string() == "=")
                    .expect("a constant has a value");
                let ty = syn::parse2(rest[..end].iter().cloned().collect()).expect("a constant has a type");
                self.lines
                    .push(format!("constant {owner}.{name}: {}", type_of(&ty, owner)));
                at + 3 + end
            }
            // A function for each entry of a table, such as that of the settings: hosts read the table as data.
            ["fn", "$", _] => after_braces(tokens, at),
            ["fn", ..] | ["const" | "async", "fn", _] => {
                let end = after_braces(tokens, at);
                let mut function: TokenStream = "pub".parse().unwrap();
                function.extend(tokens[at..end - 1].iter().cloned());
                function.extend([TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()))]);
                let function: ImplItemFn = syn::parse2(function).expect("a function");
                let owner = owner.expect("a function of a type");
                self.lines.push(method(owner, &function));
                end
            }
            _ => panic!("a macro makes this public: {}", words.join(" ")),
        }
    }
}

/// The variants in the macro's body itself, outside of its repetitions.
fn own_variants(owner: &str, body: &Group) -> Vec<String> {
    let mut own = Vec::new();
    let mut tokens = body.stream().into_iter();
    while let Some(token) = tokens.next() {
        if token.to_string() == "$" {
            let repetition = tokens.next();
            assert!(
                matches!(repetition, Some(TokenTree::Group(_))),
                "a macro's own variant has no variables"
            );
            tokens.next();
        } else {
            own.push(token);
        }
    }
    let variants = Punctuated::<Variant, Token![,]>::parse_terminated;
    let variants = variants.parse2(own.into_iter().collect()).expect("variants");
    variants.iter().map(|it| variant(owner, it)).collect()
}

/// The position after the next group in braces.
fn after_braces(tokens: &[TokenTree], from: usize) -> usize {
    let is_braces =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let found = tokens[from..].iter().position(is_braces).expect("a body");
    from + found + 1
}
