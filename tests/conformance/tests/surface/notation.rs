//! Types and signatures in words that belong to no language.

use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::{
    Expr, FnArg, GenericArgument, Lit, PathArguments, ReturnType, Signature, Token, Type, TypeParamBound,
};

/// A type; `Self` is `this`.
pub(crate) fn type_of(ty: &Type, this: &str) -> String {
    match ty {
        Type::Reference(reference) => type_of(&reference.elem, this),
        Type::Paren(paren) => type_of(&paren.elem, this),
        Type::Group(group) => type_of(&group.elem, this),
        Type::Slice(slice) => list_of(&slice.elem, this),
        Type::Array(array) => list_of(&array.elem, this),
        Type::Tuple(tuple) if tuple.elems.is_empty() => "nothing".into(),
        Type::Tuple(tuple) => {
            let parts: Vec<String> = tuple.elems.iter().map(|part| type_of(part, this)).collect();
            format!("({})", parts.join(", "))
        }
        Type::ImplTrait(bounds) => bound(bounds.bounds.first(), this),
        Type::TraitObject(bounds) => bound(bounds.bounds.first(), this),
        Type::Path(path) => {
            let last = path.path.segments.last().unwrap();
            named(&last.ident.to_string(), &last.arguments, this)
        }
        other => panic!(
            "a type without a name in the surface: {}",
            other.to_token_stream()
        ),
    }
}

fn list_of(element: &Type, this: &str) -> String {
    match type_of(element, this).as_str() {
        "u8" => "bytes".into(),
        element => format!("[{element}]"),
    }
}

fn bound(bound: Option<&TypeParamBound>, this: &str) -> String {
    let Some(TypeParamBound::Trait(bound)) = bound else {
        panic!("a bound without a trait");
    };
    let last = bound.path.segments.last().unwrap();
    match &last.arguments {
        // `Fn(A) -> T` is a callback.
        PathArguments::Parenthesized(signature) => {
            let inputs: Vec<String> = signature.inputs.iter().map(|ty| type_of(ty, this)).collect();
            format!("({}) -> {}", inputs.join(", "), result(&signature.output, this))
        }
        arguments => named(&last.ident.to_string(), arguments, this),
    }
}

fn named(name: &str, arguments: &PathArguments, this: &str) -> String {
    let inner: Vec<&Type> = match arguments {
        PathArguments::AngleBracketed(arguments) => {
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                GenericArgument::AssocType(item) => Some(&item.ty),
                _ => None,
            });
            types.collect()
        }
        _ => Vec::new(),
    };
    let first = || type_of(inner[0], this);
    match name {
        "Self" => this.into(),
        // `S` is core's name for `AsRef<str>`.
        "str" | "String" | "Name" | "S" => "string".into(),
        "bool" => "boolean".into(),
        "u16" | "u32" | "u64" | "i32" | "i64" => "integer".into(),
        "Duration" => "duration".into(),
        "SystemTime" => "time".into(),
        "Secret" => "secret".into(),
        "Vec" | "IntoIterator" | "Iterator" => list_of(inner[0], this),
        "Option" => format!("{}?", first()),
        "Arc" | "Box" | "Cow" | "Into" | "Zeroizing" => first(),
        "Result" => format!("{} throws", first()),
        "BoxFuture" => first(),
        other => other.into(),
    }
}

/// `(name: type, …) -> type throws`
pub(crate) fn signature(signature: &Signature, this: &str) -> String {
    format!(
        "({}) -> {}",
        parameters(&signature.inputs, this),
        result(&signature.output, this)
    )
}

/// `name: type, …`, without the receiver.
pub(crate) fn parameters(inputs: &Punctuated<FnArg, Token![,]>, this: &str) -> String {
    let parameters = inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(_) => None,
        FnArg::Typed(input) => Some(member(&input.pat.to_token_stream().to_string(), &input.ty, this)),
    });
    parameters.collect::<Vec<_>>().join(", ")
}

/// `name: type`, or `name?: type` for one that may be absent.
pub(crate) fn member(name: &str, ty: &Type, this: &str) -> String {
    let ty = type_of(ty, this);
    match ty.strip_suffix('?').filter(|ty| !ty.contains("->")) {
        Some(ty) => format!("{name}?: {ty}"),
        None => format!("{name}: {ty}"),
    }
}

fn result(output: &ReturnType, this: &str) -> String {
    match output {
        ReturnType::Default => "nothing".into(),
        ReturnType::Type(_, ty) => type_of(ty, this),
    }
}

/// ` = literal` of a constant, or nothing if it isn't a literal.
pub(crate) fn value(value: &Expr) -> String {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => format!(" = {:?}", text.value()),
            Lit::Int(number) => format!(" = {number}"),
            _ => String::new(),
        },
        _ => String::new(),
    }
}
