//! Generates the operations of the objects in Python and Kotlin: converting the arguments, the functions to
//! call, and reading the result.

use std::path::{Path, PathBuf};

use crate::abi::Abi;
use crate::call::{self, Argument, Call, Gives, Passed};
use crate::java::camel;
use crate::layout::exploded;
use crate::splice::Spliced;

/// The types of objects that have operations.
const OBJECTS: [&str; 5] = ["client", "exchanger", "user_credential", "verifier", "handler"];

/// `_objects.py` with the operations of its classes.
///
/// # Errors
/// The file lacks the marks of its generated parts.
pub(crate) fn python(abi: &Abi, root: &Path) -> Result<(PathBuf, String), String> {
    let path = root.join("bindings/python/src/acs_auth/_ffi/_objects.py");
    let text = spliced(abi, &path, "#", python_operation)?;
    Ok((path, text))
}

/// `Objects.kt` with the operations of its classes.
///
/// # Errors
/// The file lacks the marks of its generated parts.
pub(crate) fn kotlin(abi: &Abi, root: &Path) -> Result<(PathBuf, String), String> {
    let path = root.join("bindings/kotlin/acs-auth/src/main/kotlin/dev/acsauth/internal/Objects.kt");
    let text = spliced(abi, &path, "//", kotlin_operation)?;
    Ok((path, text))
}

fn spliced(
    abi: &Abi,
    path: &Path,
    comment: &str,
    operation: impl Fn(&Call<'_>) -> String,
) -> Result<String, String> {
    let mut file = Spliced::read(path, comment)?;
    for object in OBJECTS {
        let calls = call::operations(abi, object)?;
        let all: Vec<String> = calls.iter().map(&operation).collect();
        file.replace(&format!("the operations of acs_{object}"), 4, &all.join("\n"))?;
    }
    Ok(file.text())
}

/// A method that returns a `Submission`.
fn python_operation(call: &Call<'_>) -> String {
    let mut parameters = vec!["self".to_owned()];
    let outcome = match call.gives {
        Gives::Nothing => "nothing",
        Gives::Answer => "answer",
        Gives::OptionalAnswer => "optional_answer",
        Gives::Handle(name) => name,
    };
    let mut passed = vec![
        format!("results.{outcome}"),
        format!("held.{}_submit", call.function.name),
        "self.address".to_owned(),
    ];
    for argument in &call.arguments {
        let name = argument.c_name;
        match argument.kind {
            Passed::Text => {
                parameters.push(format!("{name}: str"));
                passed.push(format!("text(\"{}\", {name})", shown(argument)));
            }
            Passed::Texts => {
                parameters.push(format!("{name}: list[str]"));
                passed.extend([format!("texts(\"{name}\", {name})"), format!("len({name})")]);
            }
            Passed::Seconds | Passed::Milliseconds => {
                parameters.push(format!("{name}: int | None"));
                passed.push(format!("number(\"{name}\", {name})"));
            }
            Passed::Struct("request") => {
                parameters.extend(
                    [
                        "method: str",
                        "path: str",
                        "headers: list[tuple[str, str]]",
                        "body: bytes",
                    ]
                    .map(str::to_owned),
                );
                passed.push("request(method, path, headers, body)".to_owned());
            }
            Passed::Struct(kind) => {
                parameters.push(format!("{name}: {}", upper_camel(kind)));
                passed.push(format!("{kind}({name})"));
            }
        }
    }
    let head = exploded(
        4,
        &format!("def {}(", call.name()),
        &parameters,
        ") -> Submission:",
    );
    let body = exploded(8, "return (", &passed, ")");
    format!("{head}{body}")
}

/// A method that returns an `Operation`, which is waited for or submitted later.
fn kotlin_operation(call: &Call<'_>) -> String {
    let (outcome, kind) = match call.gives {
        Gives::Nothing => ("NoResult".to_owned(), "Void?"),
        Gives::Answer => ("YesOrNoResult".to_owned(), "Boolean"),
        Gives::OptionalAnswer => ("AnswerResult".to_owned(), "Boolean?"),
        Gives::Handle(name) => (format!("{}Result", upper_camel(name)), kotlin_type(name)),
    };
    let (mut parameters, mut values, mut passed) = (Vec::new(), String::new(), Vec::new());
    let mut has_memory = false;
    for argument in &call.arguments {
        let mut name = camel(argument.name);
        let (kind, value) = match argument.kind {
            Passed::Text if is_user(argument) => {
                "user".clone_into(&mut name);
                (
                    "CommunicationUserIdentifier",
                    "text(\"user\", user.id)".to_owned(),
                )
            }
            Passed::Text => ("String", format!("text(\"{}\", {name})", argument.name)),
            Passed::Texts if argument.name == "scopes" => (
                "Iterable<CommunicationTokenScope>",
                format!("memory.scopes({name})"),
            ),
            Passed::Texts => (
                "Iterable<String>",
                format!("memory.texts(\"{}\", {name})", argument.name),
            ),
            Passed::Seconds => (
                "Duration?",
                format!("number(seconds(\"{}\", {name}))", argument.name),
            ),
            Passed::Milliseconds => (
                "Duration?",
                format!("number(milliseconds(\"{}\", {name}))", argument.name),
            ),
            Passed::Struct("request") => ("Request", format!("memory.request({name})")),
            Passed::Struct(_) => ("CallOptions?", format!("memory.callOptions({name})")),
        };
        has_memory |= value.starts_with("memory.");
        let c_name = format!("c{}", upper_camel(argument.name));
        values.push_str(&format!("        val {c_name} = {value}\n"));
        parameters.push(format!("{name}: {kind}"));
        passed.push(c_name.clone());
        if matches!(argument.kind, Passed::Texts) {
            passed.push(format!("{c_name}.size.toLong()"));
        }
    }
    let object = &camel(call.object);
    let of_c = |function: String, places: [&str; 2]| {
        let all = std::iter::once(object.as_str()).chain(passed.iter().map(String::as_str));
        let places = places.into_iter().filter(|place| !place.is_empty());
        let all: Vec<String> = all.chain(places).map(str::to_owned).collect();
        (format!("Abi.{function}("), all)
    };
    let name = &call.function.name;
    let (waiting, result) = match call.gives {
        Gives::Nothing => (of_c(name.clone(), ["", "error"]), "_"),
        Gives::Answer | Gives::OptionalAnswer => {
            let (head, all) = of_c(name.clone(), ["it", "error"]);
            ((format!("answer(result) {{ {head}"), all), "result")
        }
        Gives::Handle(_) => (of_c(name.clone(), ["result", "error"]), "result"),
    };
    let mut submitting = of_c(format!("{name}_submit"), ["delivery", "call"]);
    submitting.1.push("error".to_owned());
    let end = if result == "result" && !matches!(call.gives, Gives::Handle(_)) {
        ") }"
    } else {
        ")"
    };
    let memory = if has_memory { "memory" } else { "null" };
    let head = exploded(
        4,
        &format!("fun {}(", camel(call.name())),
        &parameters,
        &format!("): Operation<{kind}> {{"),
    );
    let made = if has_memory {
        "        val memory = NativeMemory()\n"
    } else {
        ""
    };
    let waiting = lambda(&format!("{object}, {result}, error"), &waiting, end);
    let submitting = lambda(&format!("{object}, delivery, call, error"), &submitting, ")");
    format!(
        "{head}{made}{values}        return operation(\n            {outcome}, {memory},\n{waiting}{submitting}        )\n    }}\n"
    )
}

/// A lambda of Kotlin that makes one call.
fn lambda(parameters: &str, (head, arguments): &(String, Vec<String>), end: &str) -> String {
    let line = format!(
        "            {{ {parameters} -> {head}{}{end} }},\n",
        arguments.join(", ")
    );
    if line.len() <= 121 {
        return line;
    }
    let body = exploded(16, head, arguments, end);
    format!("            {{ {parameters} ->\n{body}            }},\n")
}

/// The name of a text argument in errors.
fn shown<'a>(argument: &Argument<'a>) -> &'a str {
    if is_user(argument) { "user" } else { argument.name }
}

/// Whether it is an identity, which has a type of its own in these languages.
fn is_user(argument: &Argument<'_>) -> bool {
    argument.name == "user_id"
}

fn kotlin_type(handle: &str) -> &'static str {
    match handle {
        "user" => "CommunicationUserIdentifier",
        "token" => "AccessToken",
        "user_token" => "CommunicationUserToken",
        "user_detail" => "CommunicationUserDetail",
        "teams_extension_assignment" => "TeamsExtensionAssignment",
        "verified_token" => "VerifiedToken",
        _ => "Response",
    }
}

fn upper_camel(name: &str) -> String {
    let name = camel(name);
    let (first, rest) = name.split_at(1.min(name.len()));
    first.to_uppercase() + rest
}
