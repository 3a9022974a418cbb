//! Generates `Abi.java`: the part of the ABI that Kotlin's sources use, for JNA's direct mapping.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::abi::{Abi, Function, Kind, Struct, Type};

const BEGINNING: &str = r#"// Generated from bindings/c by `make header`: do not edit.
package dev.acsauth.internal;

import com.sun.jna.Native;
import com.sun.jna.Structure;

/**
 * The functions, structs and numbers of the C ABI that Kotlin's sources use, under their names there. JNA's direct mapping
 * binds the functions with numbers and arrays of them only, which is what it passes fastest. A {@code long} that is no number is
 * an address, 0 for NULL; a {@code byte[]} is a text that ends with NUL; other arrays are places for results, lists of
 * addresses, and structs, one {@code long} for each member.
 */
final class Abi {
    static {
        Native.register(Abi.class, NativeLibrary.INSTANCE.getOpened());
    }

    private Abi() {}
"#;

/// The maximum width of a line of parameters.
const WIDTH: usize = 110;

/// The class, with the names of the ABI that Kotlin's sources use.
///
/// # Errors
/// A type cannot be mapped, such as a struct with members of other than 64 bits.
pub(crate) fn class(abi: &Abi, used: &BTreeSet<String>) -> Result<String, String> {
    let is_used = |function: &&Function| used.contains(&function.name);
    let functions: Vec<&Function> = abi.functions.iter().filter(is_used).collect();
    let mut text = BEGINNING.to_owned();
    for constant in &abi.constants {
        if used.contains(&constant.name) {
            let (about, name, value) = (&constant.about, &constant.name, constant.value);
            let _ = write!(
                text,
                "\n    /** {about} */\n    static final int {name} = {value};\n"
            );
        }
    }
    let types = functions.iter().flat_map(|function| {
        let parameters = function.parameters.iter().map(|parameter| &parameter.kind);
        parameters.chain([&function.result])
    });
    for found in abi.structs_of(types) {
        let is_returned = |function: &&Function| function.result == Type::Named(found.name.clone());
        if functions.iter().any(is_returned) {
            text.push_str(&returned(abi, found)?);
        } else {
            text.push_str(&given(abi, found)?);
        }
    }
    for function in functions {
        text.push_str(&method(abi, function)?);
    }
    text.push_str("}\n");
    Ok(text)
}

/// A struct that is passed as an array: the positions of its members.
fn given(abi: &Abi, item: &Struct) -> Result<String, String> {
    let members = words(abi, item)?;
    let (about, name, count) = (&item.about, &item.name, members.len());
    let mut text = format!(
        "\n    /** {about} */\n    static final class {name} {{\n        static final int WORDS = {count};\n"
    );
    for (position, member) in members.iter().enumerate() {
        let _ = writeln!(text, "        static final int {member} = {position};");
    }
    let _ = write!(text, "\n        private {name}() {{}}\n    }}\n");
    Ok(text)
}

/// A struct that is returned by value.
fn returned(abi: &Abi, item: &Struct) -> Result<String, String> {
    let members = words(abi, item)?;
    let order: Vec<String> = members.iter().map(|member| format!("\"{member}\"")).collect();
    let (about, name, order) = (&item.about, &item.name, order.join(", "));
    let mut text = format!(
        "\n    /** {about} */\n    @Structure.FieldOrder({{{order}}})\n    \
         public static final class {name} extends Structure implements Structure.ByValue {{\n"
    );
    for member in members {
        let _ = writeln!(text, "        public long {member};");
    }
    text.push_str("    }\n");
    Ok(text)
}

/// The members of a struct, each of which has 64 bits. Members of a nested struct get both names.
fn words(abi: &Abi, item: &Struct) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for member in &item.members {
        let name = &member.name;
        match &member.kind {
            Type::Pointer { .. } | Type::Function | Type::Size | Type::I64 | Type::U64 => {
                names.push(name.clone());
            }
            Type::Named(kind) => match abi.kind_of(kind) {
                Kind::Struct(inner) => {
                    names.extend(words(abi, inner)?.iter().map(|inner| format!("{name}_{inner}")));
                }
                Kind::Callback => names.push(name.clone()),
                Kind::Enum | Kind::Handle => return Err(no_word(item, name)),
            },
            Type::Void | Type::Bool | Type::Char | Type::U8 | Type::I32 | Type::U32 | Type::Array { .. } => {
                return Err(no_word(item, name));
            }
        }
    }
    Ok(names)
}

fn no_word(item: &Struct, member: &str) -> String {
    format!(
        "{}.{member} has no 64 bits, and Abi.java has no form for it",
        item.name
    )
}

fn method(abi: &Abi, function: &Function) -> Result<String, String> {
    let name = &function.name;
    let parameters = function.parameters.iter().map(|parameter| {
        let kind = parameter_type(abi, &parameter.kind)
            .ok_or_else(|| format!("{name}: Abi.java has no form for {}", parameter.name))?;
        Ok(format!("{kind} {}", camel(&parameter.name)))
    });
    let parameters = parameters.collect::<Result<Vec<_>, String>>()?;
    let result = result_type(abi, &function.result)
        .ok_or_else(|| format!("{name}: Abi.java has no form for its result"))?;
    let mut line = format!("    static native {result} {name}(");
    let mut text = String::from("\n");
    if line.len()
        + parameters
            .iter()
            .map(|parameter| parameter.len() + 2)
            .sum::<usize>()
        > WIDTH
    {
        let _ = writeln!(text, "{line}");
        line = " ".repeat(11);
    }
    for (position, parameter) in parameters.iter().enumerate() {
        let is_first = line.ends_with(['(', ' ']);
        if !is_first && line.len() + parameter.len() + 3 > WIDTH {
            let _ = writeln!(text, "{line}");
            line = " ".repeat(11);
        }
        if !line.ends_with('(') {
            line.push(' ');
        }
        line.push_str(parameter);
        if position + 1 < parameters.len() {
            line.push(',');
        }
    }
    let _ = writeln!(text, "{line});");
    Ok(text)
}

fn parameter_type(abi: &Abi, kind: &Type) -> Option<String> {
    let name = match kind {
        Type::I32 | Type::U32 => "int",
        Type::I64 | Type::U64 | Type::Size => "long",
        Type::Named(name) if matches!(abi.kind_of(name), Kind::Enum) => "int",
        Type::Pointer { is_const, to } => match &**to {
            Type::Char if *is_const => "byte[]",
            Type::I32 | Type::U32 => "int[]",
            Type::Pointer { .. } | Type::I64 | Type::U64 | Type::Size => "long[]",
            Type::Named(name) => match abi.kind_of(name) {
                Kind::Struct(_) => "long[]",
                Kind::Handle => "long",
                Kind::Enum | Kind::Callback => return None,
            },
            Type::Void => "long",
            Type::Bool | Type::Char | Type::U8 | Type::Function | Type::Array { .. } => return None,
        },
        Type::Void
        | Type::Bool
        | Type::Char
        | Type::U8
        | Type::Function
        | Type::Named(_)
        | Type::Array { .. } => {
            return None;
        }
    };
    Some(name.to_owned())
}

fn result_type(abi: &Abi, kind: &Type) -> Option<String> {
    let name = match kind {
        Type::Void => "void",
        Type::I32 | Type::U32 => "int",
        Type::I64 | Type::U64 | Type::Size | Type::Pointer { .. } => "long",
        Type::Named(name) => match abi.kind_of(name) {
            Kind::Enum => "int",
            Kind::Struct(_) => return Some(name.clone()),
            Kind::Callback | Kind::Handle => return None,
        },
        Type::Bool | Type::Char | Type::U8 | Type::Function | Type::Array { .. } => return None,
    };
    Some(name.to_owned())
}

pub(crate) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut text = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1.min(word.len()));
        text.push_str(&first.to_uppercase());
        text.push_str(rest);
    }
    text
}
