//! Generates `_abi.py`: the part of the ABI that the Python package uses, for ctypes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::abi::{Abi, Function, Kind, Type};

const BEGINNING: &str = r#""""The functions, structs and numbers of the C ABI that this package uses, under their names there.

Generated from bindings/c by `make header`: do not edit.
"""

from __future__ import annotations

import ctypes
"#;

/// The module, with the names of the ABI that the package uses.
pub(crate) fn module(abi: &Abi, used: &BTreeSet<String>) -> String {
    let functions: Vec<&Function> = abi
        .functions
        .iter()
        .filter(|function| used.contains(&function.name))
        .collect();
    let types = functions.iter().flat_map(|function| {
        let parameters = function.parameters.iter().map(|parameter| &parameter.kind);
        parameters.chain([&function.result])
    });
    let mut text = String::new();
    for constant in abi
        .constants
        .iter()
        .filter(|constant| used.contains(&constant.name))
    {
        let _ = write!(
            text,
            "\n#: {}\n{} = {}\n",
            constant.about, constant.name, constant.value
        );
    }
    for found in abi.structs_of(types) {
        let _ = write!(
            text,
            "\n\nclass {}(ctypes.Structure):\n    \"\"\"{}\"\"\"\n\n    _fields_ = [\n",
            found.name, found.about
        );
        for member in &found.members {
            let _ = writeln!(
                text,
                "        (\"{}\", {}),",
                member.name,
                name_of(abi, &member.kind)
            );
        }
        text.push_str("    ]\n");
    }
    text.push_str("\n\n#: The result and the parameters of each function.\n");
    text.push_str("FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {\n");
    for function in functions {
        text.push_str(&entry(abi, function));
    }
    text.push_str("}\n");
    let imported: Vec<&str> = IMPORTS.into_iter().filter(|name| text.contains(name)).collect();
    format!(
        "{BEGINNING}from ctypes import {}\nfrom typing import Any\n{text}",
        imported.join(", ")
    )
}

/// A function's entry on one line, or with one line per parameter if that is too long.
fn entry(abi: &Abi, function: &Function) -> String {
    let result = name_of(abi, &function.result);
    let parameters = || {
        let all = function.parameters.iter();
        all.map(|parameter| (name_of(abi, &parameter.kind), &parameter.name))
    };
    let kinds: Vec<String> = parameters().map(|(kind, _)| kind).collect();
    let line = format!("    \"{}\": ({result}, [{}]),\n", function.name, kinds.join(", "));
    if line.len() <= 120 {
        return line;
    }
    let lines = parameters().map(|(kind, name)| format!("            {kind},  # {name}\n"));
    let lines: String = lines.collect();
    format!(
        "    \"{}\": (\n        {result},\n        [\n{lines}        ],\n    ),\n",
        function.name
    )
}

const IMPORTS: [&str; 10] = [
    "POINTER", "c_bool", "c_char_p", "c_int32", "c_int64", "c_size_t", "c_uint32", "c_uint64", "c_uint8",
    "c_void_p",
];

/// The name of a type in ctypes.
fn name_of(abi: &Abi, kind: &Type) -> String {
    let name = match kind {
        Type::Void => "None",
        Type::Bool => "c_bool",
        Type::I32 => "c_int32",
        Type::I64 => "c_int64",
        Type::U32 => "c_uint32",
        Type::U64 => "c_uint64",
        Type::Size => "c_size_t",
        Type::Char | Type::U8 => "c_uint8",
        Type::Function => "c_void_p",
        Type::Named(name) => match abi.kind_of(name) {
            Kind::Struct(found) => return found.name.clone(),
            Kind::Enum => "c_int32",
            Kind::Callback | Kind::Handle => "c_void_p",
        },
        Type::Array { of, length } => return format!("{} * {length}", name_of(abi, of)),
        // Texts and bytes that Python passes. Those that it receives are read through their address.
        Type::Pointer { is_const: true, to } if matches!(**to, Type::Char | Type::U8) => "c_char_p",
        Type::Pointer { to, .. } => match &**to {
            Type::Void | Type::Char | Type::U8 | Type::Function => "c_void_p",
            Type::Named(name) if !matches!(abi.kind_of(name), Kind::Struct(_) | Kind::Enum) => "c_void_p",
            to => return format!("POINTER({})", name_of(abi, to)),
        },
    };
    name.to_owned()
}
