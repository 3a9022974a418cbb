//! Functions of the ABI as calls, with arguments and a result: the wrappers in other languages are generated
//! from them.

use crate::abi::{Abi, Function, Type};

/// A function that is called on an object and either fails or returns its result.
pub(crate) struct Call<'a> {
    pub(crate) function: &'a Function,
    /// The type of the object, its first parameter, without the prefix: "client".
    pub(crate) object: &'a str,
    pub(crate) arguments: Vec<Argument<'a>>,
    pub(crate) gives: Gives<'a>,
}

/// An argument that the caller passes.
pub(crate) struct Argument<'a> {
    /// Its name in C.
    pub(crate) c_name: &'a str,
    /// Its name without the suffix for a unit, which C's name may have.
    pub(crate) name: &'a str,
    pub(crate) kind: Passed<'a>,
}

/// How C passes an argument.
pub(crate) enum Passed<'a> {
    Text,
    /// Two parameters: the list and its length.
    Texts,
    /// A number of seconds, or the default.
    Seconds,
    /// A number of milliseconds, or the default.
    Milliseconds,
    /// A struct, its type without the prefix: "call_options".
    Struct(&'a str),
}

/// What a call returns.
pub(crate) enum Gives<'a> {
    Nothing,
    /// Yes or no.
    Answer,
    /// Yes or no, or `ACS_NOT_APPLICABLE`.
    OptionalAnswer,
    /// A handle, its type without the prefix: "token".
    Handle(&'a str),
}

/// The operations of an object: the functions that also exist as a `_submit`.
///
/// # Errors
/// A function doesn't have the form of a call.
pub(crate) fn operations<'a>(abi: &'a Abi, object: &str) -> Result<Vec<Call<'a>>, String> {
    let prefix = format!("acs_{object}_");
    let is_operation = |function: &&Function| {
        let submitted = format!("{}_submit", function.name);
        function.name.starts_with(&prefix) && abi.functions.iter().any(|other| other.name == submitted)
    };
    abi.functions.iter().filter(is_operation).map(Call::of).collect()
}

/// The functions with this prefix that can fail.
///
/// # Errors
/// A function doesn't have the form of a call.
pub(crate) fn functions<'a>(abi: &'a Abi, prefix: &str) -> Result<Vec<Call<'a>>, String> {
    let is_call = |function: &&Function| {
        function.name.starts_with(prefix) && function.result == Type::Named("acs_status".to_owned())
    };
    abi.functions.iter().filter(is_call).map(Call::of).collect()
}

impl<'a> Call<'a> {
    /// Its name without the prefix of its object.
    pub(crate) fn name(&self) -> &'a str {
        let name = plain(&self.function.name).unwrap_or(&self.function.name);
        let own = name.strip_prefix(self.object);
        own.and_then(|name| name.strip_prefix('_')).unwrap_or(name)
    }

    fn of(function: &'a Function) -> Result<Self, String> {
        Self::read(function).ok_or_else(|| format!("{}: not the form of a call", function.name))
    }

    fn read(function: &'a Function) -> Option<Self> {
        let [object, rest @ .., error] = function.parameters.as_slice() else {
            return None;
        };
        (given_handle(&error.kind)? == "error").then_some(())?;
        let (rest, gives) = match rest {
            [rest @ .., last] if matches!(last.kind, Type::Pointer { is_const: false, .. }) => {
                (rest, gives(function, &last.kind)?)
            }
            _ => (rest, Gives::Nothing),
        };
        let mut arguments = Vec::new();
        let mut rest = rest.iter();
        while let Some(parameter) = rest.next() {
            let c_name = parameter.name.as_str();
            let name = c_name;
            let (name, kind) = match &parameter.kind {
                Type::I64 if name.ends_with("_ms") => (name.strip_suffix("_ms")?, Passed::Milliseconds),
                Type::I64 => (name.strip_suffix("_s")?, Passed::Seconds),
                Type::Pointer { is_const: true, to } => match &**to {
                    Type::Char => (name, Passed::Text),
                    Type::Pointer { .. } => {
                        (rest.next()?.kind == Type::Size).then_some(())?;
                        (name, Passed::Texts)
                    }
                    Type::Named(of) => (name, Passed::Struct(plain(of)?)),
                    _ => return None,
                },
                _ => return None,
            };
            arguments.push(Argument { c_name, name, kind });
        }
        Some(Self {
            function,
            object: pointed(&object.kind)?,
            arguments,
            gives,
        })
    }
}

/// What is returned through a parameter.
fn gives<'a>(function: &Function, kind: &'a Type) -> Option<Gives<'a>> {
    match kind {
        Type::Pointer { to, .. } if **to == Type::I32 => {
            let is_optional = function
                .documentation
                .iter()
                .any(|line| line.contains("ACS_NOT_APPLICABLE"));
            Some(if is_optional {
                Gives::OptionalAnswer
            } else {
                Gives::Answer
            })
        }
        kind => given_handle(kind).map(Gives::Handle),
    }
}

fn given_handle(kind: &Type) -> Option<&str> {
    match kind {
        Type::Pointer { is_const: false, to } => pointed(to),
        _ => None,
    }
}

fn pointed(kind: &Type) -> Option<&str> {
    match kind {
        Type::Pointer { to, .. } => match &**to {
            Type::Named(name) => plain(name),
            _ => None,
        },
        _ => None,
    }
}

fn plain(name: &str) -> Option<&str> {
    name.strip_prefix("acs_")
}
