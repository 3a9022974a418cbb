//! From public items to lines.

use quote::ToTokens as _;
use syn::{
    Fields, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, ItemUse, TraitItem, Type, UseTree, Variant,
    Visibility,
};

use crate::macros;
use crate::notation::{member, parameters, signature, type_of, value};

/// The lines of a module's items.
pub(crate) fn lines(items: &[Item]) -> Vec<String> {
    items.iter().flat_map(item).chain(macros::lines(items)).collect()
}

fn item(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(it) if is_public(&it.vis) => {
            let name = it.ident.to_string();
            let mut lines = vec![format!("type {name}")];
            lines.extend(fields(&name, &it.fields));
            lines
        }
        Item::Enum(it) if is_public(&it.vis) => {
            let name = it.ident.to_string();
            let mut lines = vec![format!("type {name}")];
            lines.extend(it.variants.iter().map(|it| variant(&name, it)));
            lines
        }
        Item::Trait(it) if is_public(&it.vis) => callbacks(it),
        Item::Type(it) if is_public(&it.vis) => vec![format!("type {}", it.ident)],
        Item::Const(it) if is_public(&it.vis) => {
            vec![format!(
                "constant {}: {}{}",
                it.ident,
                type_of(&it.ty, ""),
                value(&it.expr)
            )]
        }
        Item::Fn(it) if is_public(&it.vis) => {
            vec![format!("function {}{}", it.sig.ident, signature(&it.sig, ""))]
        }
        Item::Impl(it) if it.trait_.is_none() => methods(it),
        Item::Mod(it) if !is_test(it) => it
            .content
            .as_ref()
            .map(|(_, items)| lines(items))
            .unwrap_or_default(),
        Item::Use(it) if is_public(&it.vis) => {
            check_reexport(it);
            Vec::new()
        }
        Item::Static(it) if is_public(&it.vis) => panic!("a public static: {}", it.ident),
        Item::Union(it) if is_public(&it.vis) => panic!("a public union: {}", it.ident),
        _ => Vec::new(),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_test(module: &syn::ItemMod) -> bool {
    module
        .attrs
        .iter()
        .any(|attribute| attribute.to_token_stream().to_string() == "# [cfg (test)]")
}

fn fields(owner: &str, fields: &Fields) -> Vec<String> {
    let public = fields.iter().filter(|field| is_public(&field.vis));
    public
        .map(|field| {
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| "0".to_owned(), ToString::to_string);
            format!("field {owner}.{}", member(&name, &field.ty, owner))
        })
        .collect()
}

/// A variant of an enum, with its fields.
pub(crate) fn variant(owner: &str, variant: &Variant) -> String {
    let held: Vec<String> = variant
        .fields
        .iter()
        .map(|field| type_of(&field.ty, owner))
        .collect();
    let held = if held.is_empty() {
        String::new()
    } else {
        format!("({})", held.join(", "))
    };
    format!("value {owner}.{}{held}", variant.ident)
}

fn callbacks(it: &ItemTrait) -> Vec<String> {
    let mut lines = vec![format!("type {}", it.ident)];
    for item in &it.items {
        match item {
            TraitItem::Fn(method) => {
                lines.push(format!(
                    "callback {}.{}{}",
                    it.ident,
                    method.sig.ident,
                    signature(&method.sig, "")
                ));
            }
            other => panic!("{}: {}", it.ident, other.to_token_stream()),
        }
    }
    lines
}

fn methods(it: &ItemImpl) -> Vec<String> {
    let Type::Path(path) = &*it.self_ty else {
        return Vec::new();
    };
    let owner = path.path.segments.last().unwrap().ident.to_string();
    let lines = it.items.iter().filter_map(|item| match item {
        ImplItem::Fn(it) if is_public(&it.vis) => Some(method(&owner, it)),
        ImplItem::Const(it) if is_public(&it.vis) => Some(format!(
            "constant {owner}.{}: {}{}",
            it.ident,
            type_of(&it.ty, &owner),
            value(&it.expr)
        )),
        _ => None,
    });
    lines.collect()
}

/// A method by what its caller uses it as: an operation, a getter, an option, or a function of the type.
pub(crate) fn method(owner: &str, it: &ImplItemFn) -> String {
    let name = &it.sig.ident;
    let shown = signature(&it.sig, owner);
    match it.sig.receiver() {
        None => format!("function {owner}.{name}{shown}"),
        Some(_) if it.sig.asyncness.is_some() => format!("operation {owner}.{name}{shown}"),
        Some(receiver) => match owner.strip_suffix("Builder") {
            // A method that takes and returns the builder sets an option of what is built.
            Some(built) if receiver.reference.is_none() && shown.ends_with(&format!("-> {owner}")) => {
                format!("option {built}.{name}({})", parameters(&it.sig.inputs, owner))
            }
            _ => format!("method {owner}.{name}{shown}"),
        },
    }
}

/// Fails for a re-export of another crate's item, which would be public without a line.
fn check_reexport(it: &ItemUse) {
    let UseTree::Path(path) = &it.tree else {
        panic!("a glob or a bare name is exported: {}", it.to_token_stream());
    };
    let foreign = [
        "acs_auth",
        "bytes",
        "http",
        "hyper",
        "serde",
        "serde_json",
        "std",
        "tokio",
        "zeroize",
    ];
    assert!(
        it.leading_colon.is_none() && !foreign.contains(&path.ident.to_string().as_str()),
        "another crate's item is exported: {}",
        it.to_token_stream()
    );
}
