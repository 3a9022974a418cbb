//! Generates code from the source of the C facade:
//!
//! - the exported functions of operations, in `bindings/c/src/operations.rs`, `submissions.rs` and others, from the
//!   functions that read their arguments;
//! - `include/acs_auth.h`, one chapter per public module of `bindings/c/src`;
//! - the signatures with which other languages call the ABI (Python's `_abi.py`, Kotlin's `Abi.java`), and what calls
//!   its operations there (`_objects.py`, `Objects.kt`, and the C++ wrapper's three forms of each);
//! - from core's table of settings: their documentation, keywords for Python's type checkers, and properties of the
//!   Spring Boot starter.
//!
//! `acs-c-header` writes the files. `acs-c-header --check` fails if one of them would change, or if an
//! exported function has no documentation or bypasses the guard.

mod abi;
mod call;
mod chapters;
mod cpp;
mod exports;
mod host;
mod java;
mod layout;
mod objects;
mod python;
mod rules;
mod settings;
mod splice;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::abi::Abi;
use crate::chapters::CHAPTERS;

const PREAMBLE: &str = include_str!("preamble.h");
const END: &str = "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* ACS_AUTH_H */\n";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let facade = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = facade.join("../..");
    let is_check = std::env::args().nth(1).as_deref() == Some("--check");
    // First, because the chapters are read from these modules.
    let mut is_good = keep(exports::modules(&root.join("bindings/c"))?, &root, is_check)?;
    let mut broken = unlisted(&facade)?;
    let mut header = PREAMBLE.to_owned();
    let mut abi = Abi::default();
    for chapter in CHAPTERS {
        let path = facade.join("src").join(format!("{chapter}.rs"));
        let source = syn::parse_file(&fs::read_to_string(&path)?)?;
        broken.extend(rules::broken(&source, chapter));
        abi.read(&source).map_err(|error| format!("{chapter}: {error}"))?;
        header.push_str(&text_of(&path, &source, &facade)?);
    }
    header.push_str(END);
    for rule in &broken {
        complain(rule);
    }
    let mut made = vec![(root.join("include/acs_auth.h"), header)];
    made.extend(for_python(&abi, &root)?);
    made.extend(for_kotlin(&abi, &root)?);
    made.extend(cpp::headers(&abi, &root)?);
    made.extend(of_settings(&root)?);
    is_good &= keep(made, &root, is_check)?;
    Ok(if is_good && broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Writes the generated files, or compares them with the existing ones.
fn keep(made: Vec<(PathBuf, String)>, root: &Path, is_check: bool) -> Result<bool, Box<dyn Error>> {
    let mut is_good = true;
    for (path, text) in made {
        if !is_check {
            fs::write(&path, text)?;
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            let path = path.strip_prefix(root).unwrap_or(&path).display();
            complain(&format!("{path} is not what its source makes: run `make header`"));
            is_good = false;
        }
    }
    Ok(is_good)
}

/// The two generated files of the Python package. The first one declares the names that the second one uses.
fn for_python(abi: &Abi, root: &Path) -> Result<[(PathBuf, String); 2], String> {
    let objects = objects::python(abi, root)?;
    let package = root.join("bindings/python/src/acs_auth/_ffi");
    let path = package.join("_abi.py");
    let made = [(path.as_path(), ""), (objects.0.as_path(), objects.1.as_str())];
    let used = host::names(&package, "py", &made, abi)?;
    let text = python::module(abi, &used);
    Ok([(path, text), objects])
}

/// The two generated files of the Kotlin package.
fn for_kotlin(abi: &Abi, root: &Path) -> Result<[(PathBuf, String); 2], String> {
    let objects = objects::kotlin(abi, root)?;
    let package = root.join("bindings/kotlin/acs-auth/src/main");
    let path = package.join("java/dev/acsauth/internal/Abi.java");
    let made = [(objects.0.as_path(), objects.1.as_str())];
    let used = host::names(&package.join("kotlin/dev/acsauth/internal"), "kt", &made, abi)?;
    let text = java::class(abi, &used)?;
    Ok([(path, text), objects])
}

fn of_settings(root: &Path) -> Result<[(PathBuf, String); 3], Box<dyn Error>> {
    let folder = root.join("core/src/handler/settings");
    let table = settings::read(&syn::parse_file(&fs::read_to_string(folder.join("table.rs"))?)?)?;
    let keywords = root.join("bindings/python/src/acs_auth/_setting_keywords.py");
    let resources = root.join("bindings/kotlin/spring-boot-starter/src/main/resources/META-INF");
    Ok([
        (folder.join("names.md"), settings::names(&table)),
        (keywords, settings::python(&table)?),
        (
            resources.join("additional-spring-configuration-metadata.json"),
            settings::spring(&table)?,
        ),
    ])
}

/// Complaints about public modules that are missing in [`CHAPTERS`].
fn unlisted(facade: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let root = syn::parse_file(&fs::read_to_string(facade.join("src/lib.rs"))?)?;
    let modules = root.items.iter().filter_map(|item| match item {
        syn::Item::Mod(module) if matches!(module.vis, syn::Visibility::Public(_)) => {
            Some(module.ident.to_string())
        }
        _ => None,
    });
    let missing = modules.filter(|name| !CHAPTERS.contains(&name.as_str()));
    Ok(missing
        .map(|name| format!("{name} is no chapter of the header"))
        .collect())
}

/// A chapter: the module's documentation, then its constants, types and functions.
fn text_of(chapter: &Path, source: &syn::File, facade: &Path) -> Result<String, Box<dyn Error>> {
    let mut config = cbindgen::Config::from_file(facade.join("cbindgen.toml"))?;
    // Also types that only later chapters use.
    config.export.include = rules::types(source);
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src(chapter)
        .generate()?;
    let mut declarations = Vec::new();
    bindings.write(&mut declarations);
    let declarations = String::from_utf8(declarations)?;
    let mut text = String::from("\n/*\n");
    for line in rules::documentation(&source.attrs) {
        let line = format!(" * {}", line.trim());
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(" */\n\n");
    for constant in rules::texts(source) {
        text.push_str(&constant);
        text.push('\n');
    }
    for line in declarations.trim().lines() {
        text.push_str(&in_parentheses(&without_tags(line)));
        text.push('\n');
    }
    Ok(text)
}

/// Removes `struct` and `enum` except in definitions: a chapter names the types of other chapters without
/// them, and so its own as well.
fn without_tags(line: &str) -> String {
    if line.starts_with("typedef struct") || line.starts_with("typedef enum") {
        return line.to_owned();
    }
    line.replace("struct acs_", "acs_").replace("enum acs_", "acs_")
}

/// Puts a macro's negative number in parentheses, so that it can stand in any expression.
fn in_parentheses(line: &str) -> String {
    match line.rsplit_once(' ') {
        Some((define, number)) if line.starts_with("#define ") && number.starts_with('-') => {
            format!("{define} ({number})")
        }
        _ => line.to_owned(),
    }
}

#[allow(clippy::print_stderr, reason = "a program's complaints go there")]
fn complain(what: &str) {
    eprintln!("{what}");
}
