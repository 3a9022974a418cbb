//! A model of the C ABI, read from the facade's source chapter by chapter. The signatures for other languages
//! are generated from it.

use std::collections::BTreeSet;
use std::error::Error;

use syn::{Expr, ExprLit, ExprUnary, Fields, File, FnArg, Item, Lit, Pat, ReturnType, UnOp, Visibility};

use crate::rules::documentation;

/// Everything exported, in the header's order.
#[derive(Default)]
pub(crate) struct Abi {
    pub(crate) functions: Vec<Function>,
    pub(crate) structs: Vec<Struct>,
    pub(crate) constants: Vec<Constant>,
    /// All names.
    names: BTreeSet<String>,
    /// The names of enumerations, which are `int` in C.
    enums: Vec<String>,
    /// The names of callback types.
    callbacks: Vec<String>,
}

/// An exported function.
pub(crate) struct Function {
    pub(crate) name: String,
    /// The lines of its documentation.
    pub(crate) documentation: Vec<String>,
    pub(crate) parameters: Vec<Member>,
    pub(crate) result: Type,
}

/// A struct whose members are public.
pub(crate) struct Struct {
    pub(crate) name: String,
    /// The first line of its documentation.
    pub(crate) about: String,
    pub(crate) members: Vec<Member>,
}

/// A parameter, or a member of a struct.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) kind: Type,
}

/// A constant that is a number.
pub(crate) struct Constant {
    pub(crate) name: String,
    /// The first line of its documentation.
    pub(crate) about: String,
    pub(crate) value: i64,
}

/// A type, as the source writes it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Type {
    Void,
    Bool,
    /// A byte of a NUL-terminated text.
    Char,
    U8,
    I32,
    I64,
    U32,
    U64,
    Size,
    /// A struct, an enumeration, a handle or a callback of this ABI: see [`Abi::kind_of`].
    Named(String),
    /// The address of a function.
    Function,
    Pointer {
        is_const: bool,
        to: Box<Type>,
    },
    Array {
        of: Box<Type>,
        length: usize,
    },
}

/// The kind of a name of the ABI.
pub(crate) enum Kind<'a> {
    Struct(&'a Struct),
    Enum,
    Callback,
    /// A type whose members are hidden: it is only pointed to.
    Handle,
}

impl Abi {
    /// Adds the declarations of a chapter.
    pub(crate) fn read(&mut self, source: &File) -> Result<(), Box<dyn Error>> {
        for item in &source.items {
            self.names.extend(name_of(item));
            match item {
                Item::Fn(function) if function.sig.abi.is_some() => {
                    let parameters = function.sig.inputs.iter().map(parameter);
                    self.functions.push(Function {
                        name: function.sig.ident.to_string(),
                        documentation: documentation(&function.attrs),
                        parameters: parameters.collect::<Result<_, _>>()?,
                        result: match &function.sig.output {
                            ReturnType::Default => Type::Void,
                            ReturnType::Type(_, kind) => Type::of(kind)?,
                        },
                    });
                }
                Item::Struct(item) if is_public(&item.vis) && is_c(&item.attrs) => {
                    let name = item.ident.to_string();
                    let Fields::Named(fields) = &item.fields else {
                        return Err(format!("{name} has no names for its members").into());
                    };
                    let members = fields.named.iter().map(|field| {
                        Ok::<_, Box<dyn Error>>(Member {
                            name: field.ident.as_ref().map(ToString::to_string).unwrap_or_default(),
                            kind: Type::of(&field.ty)?,
                        })
                    });
                    self.structs.push(Struct {
                        members: members.collect::<Result<_, _>>()?,
                        about: about(&item.attrs),
                        name,
                    });
                }
                Item::Enum(item) if is_public(&item.vis) => self.enums.push(item.ident.to_string()),
                Item::Type(item) if is_public(&item.vis) => self.callbacks.push(item.ident.to_string()),
                Item::Const(item) if is_public(&item.vis) => {
                    self.constants.extend(number(&item.expr).map(|value| Constant {
                        name: item.ident.to_string(),
                        about: about(&item.attrs),
                        value,
                    }));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The kind of a [`Type::Named`].
    pub(crate) fn kind_of(&self, name: &str) -> Kind<'_> {
        if let Some(found) = self.structs.iter().find(|found| found.name == name) {
            Kind::Struct(found)
        } else if self.enums.iter().any(|found| found == name) {
            Kind::Enum
        } else if self.callbacks.iter().any(|found| found == name) {
            Kind::Callback
        } else {
            Kind::Handle
        }
    }

    /// Whether anything has this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The structs that these types contain or point to, in the header's order: each after those that it
    /// contains.
    pub(crate) fn structs_of<'a>(&self, types: impl IntoIterator<Item = &'a Type>) -> Vec<&Struct> {
        let mut found = vec![false; self.structs.len()];
        for kind in types {
            self.find(kind, &mut found);
        }
        let found = self.structs.iter().zip(found);
        found
            .filter_map(|(item, is_found)| is_found.then_some(item))
            .collect()
    }

    fn find(&self, kind: &Type, found: &mut [bool]) {
        match kind {
            Type::Pointer { to, .. } | Type::Array { of: to, .. } => self.find(to, found),
            Type::Named(name) => {
                let Some(position) = self.structs.iter().position(|item| item.name == *name) else {
                    return;
                };
                if !std::mem::replace(&mut found[position], true) {
                    for member in &self.structs[position].members {
                        self.find(&member.kind, found);
                    }
                }
            }
            _ => {}
        }
    }
}

impl Type {
    pub(crate) fn of(written: &syn::Type) -> Result<Self, Box<dyn Error>> {
        match written {
            syn::Type::Ptr(pointer) => Ok(Self::Pointer {
                is_const: pointer.const_token.is_some(),
                to: Box::new(Self::of(&pointer.elem)?),
            }),
            syn::Type::Array(array) => Ok(Self::Array {
                of: Box::new(Self::of(&array.elem)?),
                length: usize::try_from(number(&array.len).ok_or("an array has no number as its length")?)?,
            }),
            syn::Type::Path(path) => {
                let name = path.path.segments.last().map(|segment| segment.ident.to_string());
                Ok(match name.unwrap_or_default().as_str() {
                    "c_void" => Self::Void,
                    "bool" => Self::Bool,
                    "c_char" => Self::Char,
                    "u8" => Self::U8,
                    "i32" => Self::I32,
                    "i64" => Self::I64,
                    "u32" => Self::U32,
                    "u64" => Self::U64,
                    "usize" => Self::Size,
                    // Only function pointers are optional; for everything else NULL means absence.
                    "Option" => Self::Function,
                    name if name.starts_with("acs_") => Self::Named(name.to_owned()),
                    other => return Err(format!("{other} is no type of the ABI").into()),
                })
            }
            _ => Err("a type of the ABI is a number, a name, a pointer or an array".into()),
        }
    }
}

/// The name of an exported item.
fn name_of(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Const(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    is_public(visibility).then(|| name.to_string())
}

pub(crate) fn parameter(given: &FnArg) -> Result<Member, Box<dyn Error>> {
    let FnArg::Typed(given) = given else {
        return Err("an exported function has no self".into());
    };
    let Pat::Ident(name) = &*given.pat else {
        return Err("a parameter has a name".into());
    };
    Ok(Member {
        name: name.ident.to_string(),
        kind: Type::of(&given.ty)?,
    })
}

fn number(written: &Expr) -> Option<i64> {
    match written {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number(expr).map(|number| -number),
        Expr::Paren(inner) => number(&inner.expr),
        _ => None,
    }
}

fn about(attributes: &[syn::Attribute]) -> String {
    let first = documentation(attributes).into_iter().next();
    first.unwrap_or_default().trim().to_owned()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether it is laid out as in C. Other types are handles.
fn is_c(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("repr"))
}
