//! Checks the rules that every item of the header must follow.

use syn::{
    Attribute, Expr, ExprLit, Fields, File, Item, ItemEnum, ItemFn, ItemStruct, ItemType, Lit, Meta, Stmt,
    Visibility,
};

/// The functions of `ffi` that catch panics.
const GUARDS: [&str; 6] = ["status", "guarded", "part", "borrowed", "freed", "taken"];
/// Private functions of a module that only call a guard.
const GUARDED_HELPERS: [&str; 1] = ["of_setting"];

/// The rules that a module breaks, one sentence for each.
pub(crate) fn broken(source: &File, chapter: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let mut require = |holds: bool, what: String| {
        if !holds {
            broken.push(format!("{}: {what}", chapter));
        }
    };
    require(
        !documentation(&source.attrs).is_empty(),
        "the chapter has no words of its own".into(),
    );
    for item in &source.items {
        match item {
            Item::Fn(function) if function.sig.abi.is_some() => {
                let name = &function.sig.ident;
                require(
                    is_documented(&function.attrs),
                    format!("{name} is not documented"),
                );
                require(
                    is_guarded(function),
                    format!("{name} does not go through a guard"),
                );
            }
            Item::Const(constant) if matches!(constant.vis, Visibility::Public(_)) => {
                require(
                    is_documented(&constant.attrs),
                    format!("{} is not documented", constant.ident),
                );
            }
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => {
                require(
                    is_documented(&item.attrs),
                    format!("{} is not documented", item.ident),
                );
                if let Fields::Named(fields) = &item.fields {
                    for field in fields
                        .named
                        .iter()
                        .filter(|field| matches!(field.vis, Visibility::Public(_)))
                    {
                        let member = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                        require(
                            is_documented(&field.attrs),
                            format!("{}.{member} is not documented", item.ident),
                        );
                    }
                }
            }
            Item::Enum(item) if matches!(item.vis, Visibility::Public(_)) => {
                require(
                    is_documented(&item.attrs),
                    format!("{} is not documented", item.ident),
                );
                for variant in &item.variants {
                    let name = format!("{}.{}", item.ident, variant.ident);
                    require(is_documented(&variant.attrs), format!("{name} is not documented"));
                }
            }
            Item::Type(alias) if matches!(alias.vis, Visibility::Public(_)) => {
                require(
                    is_documented(&alias.attrs),
                    format!("{} is not documented", alias.ident),
                );
            }
            _ => {}
        }
    }
    broken
}

/// The names of the public types.
pub(crate) fn types(source: &File) -> Vec<String> {
    let named = source.items.iter().filter_map(|item| match item {
        Item::Struct(ItemStruct { vis, ident, .. })
        | Item::Enum(ItemEnum { vis, ident, .. })
        | Item::Type(ItemType { vis, ident, .. })
            if matches!(vis, Visibility::Public(_)) =>
        {
            Some(ident.to_string())
        }
        _ => None,
    });
    named.collect()
}

/// The text constants as macros, which cbindgen doesn't support.
pub(crate) fn texts(source: &File) -> Vec<String> {
    let constants = source.items.iter().filter_map(|item| match item {
        Item::Const(constant) => match &*constant.expr {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => Some((constant, text.value())),
            _ => None,
        },
        _ => None,
    });
    let written = constants.map(|(constant, text)| {
        let lines = documentation(&constant.attrs)
            .into_iter()
            .map(|line| format!("///{line}\n"));
        let lines: String = lines.collect();
        format!("{lines}#define {} {text:?}\n", constant.ident)
    });
    written.collect()
}

/// The lines of an item's documentation.
pub(crate) fn documentation(attributes: &[Attribute]) -> Vec<String> {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect()
}

fn is_documented(attributes: &[Attribute]) -> bool {
    documentation(attributes)
        .iter()
        .any(|line| !line.trim().is_empty())
}

/// Whether the body is nothing but the call of a guard.
fn is_guarded(function: &ItemFn) -> bool {
    match &function.block.stmts[..] {
        [Stmt::Expr(body, _)] => calls_guard(body),
        _ => false,
    }
}

fn calls_guard(body: &Expr) -> bool {
    match body {
        Expr::Unsafe(block) => match &block.block.stmts[..] {
            [Stmt::Expr(inner, _)] => calls_guard(inner),
            _ => false,
        },
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|name| GUARDS.iter().chain(&GUARDED_HELPERS).any(|guard| name == guard)),
            _ => false,
        },
        _ => false,
    }
}
