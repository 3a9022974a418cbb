//! The generated half of the C++ wrapper: the functions that call the ABI, in their throwing, non-throwing
//! and asynchronous forms.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::abi::Abi;
use crate::call::{self, Argument, Call, Gives, Passed};
use crate::layout::{WIDTH, filled, list};
use crate::splice::Spliced;

/// The classes with operations, and whether the result of a throwing form is `[[nodiscard]]`.
const CLASSES: [(&str, bool); 5] = [
    ("client", false),
    ("exchanger", true),
    ("user_credential", true),
    ("verifier", true),
    ("handler", true),
];

/// The headers with functions that don't block, the name of their generated part, and the prefix of the
/// functions.
const FUNCTIONS: [(&str, &str, &str); 2] = [
    ("protocol", "the functions prepare_…", "acs_prepare_"),
    ("answer", "the functions parse_…", "acs_parse_"),
];

/// The paths and the new texts of the headers with generated parts.
///
/// # Errors
/// A header lacks the marks of its generated part, or a function has no form in C++.
pub(crate) fn headers(abi: &Abi, root: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let classes = CLASSES.into_iter().map(|(class, is_kept)| {
        let text = operations(&call::operations(abi, class)?, is_kept)?;
        header(root, class, "the operations", 4, &text)
    });
    let functions = FUNCTIONS.into_iter().map(|(name, part, prefix)| {
        let text = functions(&call::functions(abi, prefix)?)?;
        header(root, name, part, 0, &text)
    });
    classes.chain(functions).collect()
}

fn header(
    root: &Path,
    name: &str,
    part: &str,
    indent: usize,
    text: &str,
) -> Result<(PathBuf, String), String> {
    let path = root.join(format!("include/acs_auth/{name}.hpp"));
    let mut header = Spliced::read(&path, "//")?;
    header.replace(part, indent, text)?;
    let text = header.text();
    Ok((path, text))
}

/// The member functions of a class.
fn operations(calls: &[Call<'_>], is_kept: bool) -> Result<String, String> {
    let mut text = String::new();
    let mut throwing = String::new();
    for call in calls {
        let (name, result) = (call.name(), result(&call.gives));
        let given = call.arguments.iter().map(|argument| argument.name.to_owned());
        let of_c = |function: String| {
            let all = [format!("&::{function}"), "get()".to_owned()];
            all.into_iter().chain(given.clone()).collect::<Vec<_>>()
        };
        let form = |head: String, beginning: String, arguments: &[String], end: &str| {
            function(
                4,
                &head,
                &parameters(call),
                " const",
                (&beginning, arguments, end),
            )
        };
        text.push_str(&documentation(call, 4)?);
        text.push_str(&form(
            format!("result<{result}> try_{name}"),
            format!("return detail::called<{result}>"),
            &of_c(call.function.name.clone()),
            "",
        ));
        text.push_str(&form(
            format!("[[nodiscard]] auto {name}_async"),
            format!("return detail::submitted<{result}>"),
            &of_c(format!("{}_submit", call.function.name)),
            "",
        ));
        text.push('\n');
        let kept = if is_kept && result != "void" {
            "[[nodiscard]] "
        } else {
            ""
        };
        let returned = if result == "void" { "" } else { "return " };
        throwing.push_str(&form(
            format!("{kept}{result} {name}"),
            format!("{returned}try_{name}"),
            &given.clone().collect::<Vec<_>>(),
            ".value()",
        ));
    }
    let _ = write!(text, "#if !defined(ACS_AUTH_NO_EXCEPTIONS)\n{throwing}#endif\n");
    Ok(text)
}

/// Functions that belong to no class; the object is their first argument.
fn functions(calls: &[Call<'_>]) -> Result<String, String> {
    let mut text = String::new();
    let mut throwing = String::new();
    for call in calls {
        let (name, result) = (call.name(), result(&call.gives));
        let first = &call.function.parameters[0].name;
        let (parameter, of) = match call.object {
            "endpoint" => ("endpoint_view endpoint", "endpoint.get()"),
            "raw_response" => (
                "const raw_response &response",
                "detail::c_raw_response(response).get()",
            ),
            other => return Err(format!("{name}: no form in C++ for {other}")),
        };
        let given = || {
            call.arguments
                .iter()
                .map(|argument| cpp_name(argument).to_owned())
        };
        let mut parameters = parameters(call);
        parameters.insert(0, parameter.to_owned());
        let all = [format!("&::{}", call.function.name), of.to_owned()];
        text.push_str(&documentation(call, 0)?);
        text.push_str(&function(
            0,
            &format!("inline result<{result}> try_{name}"),
            &parameters,
            "",
            (
                &format!("return detail::called<{result}>"),
                &all.into_iter().chain(given()).collect::<Vec<_>>(),
                "",
            ),
        ));
        text.push('\n');
        let returned = if result == "void" { "" } else { "return " };
        let passed: Vec<String> = std::iter::once(first.clone()).chain(given()).collect();
        throwing.push_str(&function(
            0,
            &format!("inline {result} {name}"),
            &parameters,
            "",
            (&format!("{returned}try_{name}"), &passed, ".value()"),
        ));
        throwing.push('\n');
    }
    let _ = write!(text, "#if !defined(ACS_AUTH_NO_EXCEPTIONS)\n\n{throwing}#endif\n");
    Ok(text)
}

/// A function whose body is one call, given as its beginning, its arguments and its end.
fn function(
    indent: usize,
    head: &str,
    parameters: &[String],
    qualifier: &str,
    (beginning, arguments, end): (&str, &[String], &str),
) -> String {
    let margin = " ".repeat(indent);
    let line = format!(
        "{margin}{head}({}){qualifier} {{ {beginning}({}){end}; }}",
        parameters.join(", "),
        arguments.join(", ")
    );
    if line.len() <= WIDTH {
        return line + "\n";
    }
    let signature = list(
        indent,
        &format!("{head}("),
        parameters,
        &format!("){qualifier} {{"),
    );
    let body = list(
        indent + 4,
        &format!("{beginning}("),
        arguments,
        &format!("){end};"),
    );
    format!("{signature}{body}{margin}}}\n")
}

fn result<'a>(gives: &Gives<'a>) -> &'a str {
    match gives {
        Gives::Nothing => "void",
        Gives::Answer => "bool",
        Gives::OptionalAnswer => "std::optional<bool>",
        Gives::Handle(name) => name,
    }
}

fn cpp_name<'a>(argument: &Argument<'a>) -> &'a str {
    // `api_version` is the name of the type.
    if argument.name == "api_version" {
        "version"
    } else {
        argument.name
    }
}

fn parameters(call: &Call<'_>) -> Vec<String> {
    let all = call.arguments.iter().map(|argument| {
        let name = cpp_name(argument);
        match argument.kind {
            Passed::Text if argument.name == "api_version" => format!("const api_version &{name} = {{}}"),
            Passed::Text => format!("std::string_view {name}"),
            Passed::Texts => format!("const text_list &{name}"),
            Passed::Seconds => format!("std::optional<std::chrono::seconds> {name} = {{}}"),
            Passed::Milliseconds => format!("std::optional<std::chrono::milliseconds> {name} = {{}}"),
            Passed::Struct("call_options") => format!("const call_options &{name} = {{}}"),
            Passed::Struct(kind) => format!("const {kind} &{name}"),
        }
    });
    all.collect()
}

/// The documentation of the C function, translated to C++.
fn documentation(call: &Call<'_>, indent: usize) -> Result<String, String> {
    let lines = call.function.documentation.iter().map(|line| line.trim());
    let mut paragraphs = vec![String::new()];
    for line in lines {
        match paragraphs.last_mut() {
            Some(paragraph) if !line.is_empty() => {
                let space = if paragraph.is_empty() { "" } else { " " };
                let _ = write!(paragraph, "{space}{line}");
            }
            _ => paragraphs.push(String::new()),
        }
    }
    let margin = format!("{}///", " ".repeat(indent));
    let mut text = String::new();
    for paragraph in paragraphs {
        if !text.is_empty() {
            let _ = writeln!(text, "{margin}");
        }
        for line in filled(&in_cpp(call, &paragraph)?, WIDTH - margin.len() - 1) {
            let _ = writeln!(text, "{margin} {line}");
        }
    }
    Ok(text)
}

fn in_cpp(call: &Call<'_>, paragraph: &str) -> Result<String, String> {
    // C++ needs no word about freeing, its answers are `bool`, and its durations have a unit.
    let sentences = paragraph
        .split_inclusive(". ")
        .filter(|sentence| !sentence.contains("_free"));
    let paragraph = sentences.collect::<String>();
    let paragraph = paragraph.replace(": 1 or 0", "").replace(" in milliseconds", "");
    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut text = String::new();
    let mut rest = paragraph.trim_end();
    while let Some(first) = rest.chars().next() {
        let end = if is_of_word(first) {
            rest.find(|letter| !is_of_word(letter))
        } else {
            rest.find(is_of_word)
        };
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let translated = word_in_cpp(call, word);
        text.push_str(
            &translated.ok_or_else(|| format!("{}: no word in C++ for {word}", call.function.name))?,
        );
        rest = behind;
    }
    Ok(text)
}

fn word_in_cpp(call: &Call<'_>, word: &str) -> Option<String> {
    if matches!(word, "ACS_DEFAULT" | "ACS_NOT_APPLICABLE" | "NULL") {
        return Some("none".to_owned());
    }
    if let Some(status) = word.strip_prefix("ACS_STATUS_") {
        return Some(format!("error_kind::{}", status.to_lowercase()));
    }
    if let Some(argument) = call.arguments.iter().find(|argument| argument.c_name == word) {
        return Some(argument.name.to_owned());
    }
    let Some(name) = word.strip_prefix("acs_") else {
        return (!word.starts_with("ACS_")).then(|| word.to_owned());
    };
    if FUNCTIONS.iter().any(|(_, _, prefix)| word.starts_with(prefix)) {
        return Some(name.to_owned());
    }
    let (class, member) = CLASSES
        .iter()
        .find_map(|(class, _)| Some((*class, name.strip_prefix(class)?.strip_prefix('_')?)))?;
    Some(if class == call.object {
        member.to_owned()
    } else {
        format!("{class}::{member}")
    })
}
