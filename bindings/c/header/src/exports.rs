//! Generates the exported functions of operations from the functions that read an operation's arguments: the
//! blocking and the submitting ones from those that return `Work`, the preparing and the parsing ones from
//! those that return `Prepared`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use syn::{File, GenericArgument, Item, ItemFn, PathArguments, ReturnType, TypeParamBound};

use crate::abi::{Member, Type, parameter};
use crate::layout::WIDTH;
use crate::rules::documentation;
use crate::splice::Spliced;

/// The module with a generated part, the module with the definitions (both in `bindings/c/src`), the name of
/// the part, and the forms to generate.
const PARTS: [(&str, &str, &str, &[Form]); 8] = [
    ("operations", "calls", "the functions that wait", &[Form::Wait]),
    (
        "submissions",
        "calls",
        "the functions that submit",
        &[Form::Submit],
    ),
    ("verifier", "verifier", BOTH, &[Form::Wait, Form::Submit]),
    ("exchanges", "exchanges", BOTH, &[Form::Wait, Form::Submit]),
    (
        "user_credential",
        "user_credential",
        BOTH,
        &[Form::Wait, Form::Submit],
    ),
    ("handler", "handler", BOTH, &[Form::Wait, Form::Submit]),
    (
        "prepare",
        "prepare",
        "the functions that prepare",
        &[Form::Prepare],
    ),
    ("parse", "prepare", "the functions that parse", &[Form::Parse]),
];
const BOTH: &str = "the functions that wait and that submit";

/// The maximum length of a call's arguments that rustfmt leaves on one line.
const CALL_WIDTH: usize = 66;

/// The forms of an operation's exported functions.
#[derive(Clone, Copy)]
enum Form {
    Wait,
    Submit,
    Prepare,
    Parse,
}

/// A function that reads the arguments of an operation.
struct Definition {
    name: String,
    documentation: Vec<String>,
    parameters: Vec<Member>,
    result: Outcome,
}

/// The result of an operation.
enum Outcome {
    Nothing,
    /// 0, 1, or `ACS_NOT_APPLICABLE`.
    Answer,
    /// A handle, its type without the prefix: "token".
    Handle(String),
}

/// The paths and the new texts of the modules with generated parts.
///
/// # Errors
/// A module lacks the marks of its generated part, or a definition has an unknown form.
pub(crate) fn modules(facade: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let path = |module: &str| facade.join(format!("src/{module}.rs"));
    let parts = PARTS.iter().map(|(module, defined, name, forms)| {
        let source = std::fs::read_to_string(path(defined)).map_err(|error| format!("{defined}: {error}"))?;
        let source = syn::parse_file(&source).map_err(|error| format!("{defined}: {error}"))?;
        let prefix = if module == defined {
            String::new()
        } else {
            format!("{defined}::")
        };
        let mut text = Vec::new();
        let of = forms.first().map_or("", |form| form.returns());
        for definition in definitions(&source, of)? {
            for form in *forms {
                text.push(form.function(&prefix, &definition)?);
            }
        }
        let path = path(module);
        let mut file = Spliced::read(&path, "//")?;
        file.replace(name, 0, &text.join("\n"))?;
        let text = file.text();
        Ok((path, text))
    });
    parts.collect()
}

impl Form {
    /// The type that functions return which define operations of this form.
    const fn returns(self) -> &'static str {
        match self {
            Self::Wait | Self::Submit => "Work",
            Self::Prepare | Self::Parse => "Prepared",
        }
    }

    fn function(self, prefix: &str, of: &Definition) -> Result<String, String> {
        let mut parameters: Vec<(&str, String)> = Vec::new();
        for given in &of.parameters {
            parameters.push((&given.name, in_rust(&given.kind)?));
        }
        let passed: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
        let defined = call(&format!("{prefix}{}", of.name), &passed);
        let place = of.result.place();
        let (name, documentation, body) = match self {
            Self::Wait => {
                parameters.extend(place);
                let work = statement("work", &defined);
                let (name, body) = (
                    format!("acs_{}_{}", of.object()?, of.name),
                    match &of.result {
                        Outcome::Nothing => format!("{work}            work.wait()\n"),
                        Outcome::Answer => given("reachable", &work, "reachable.set(work.wait()?)"),
                        Outcome::Handle(result) => {
                            given(result, &work, &format!("{result}.give(work.wait()?)"))
                        }
                    },
                );
                (name, of.documentation.clone(), body)
            }
            Self::Submit => {
                parameters.push(("delivery", "*const acs_delivery".to_owned()));
                parameters.push(("call", "*mut *mut acs_call".to_owned()));
                let waiting = format!("acs_{}_{}", of.object()?, of.name);
                let completion = match &of.result {
                    Outcome::Nothing => "Its completion has a status but no result.".to_owned(),
                    Outcome::Answer => {
                        "Read the result from its completion with acs_completion_reachable.".to_owned()
                    }
                    Outcome::Handle(result) => {
                        format!("Take the result from its completion with acs_completion_take_{result}.")
                    }
                };
                let documentation = vec![
                    format!(" Starts {waiting}."),
                    String::new(),
                    format!(" {completion}"),
                ];
                let body = format!(
                    "{}            work.submit(delivery, call)\n",
                    statement("work", &defined)
                );
                (format!("{waiting}_submit"), documentation, body)
            }
            Self::Prepare => {
                parameters.push(("request", "*mut *mut acs_prepared_request".to_owned()));
                let made = statement("Prepared(prepared, _)", &defined);
                let body = given(
                    "request",
                    &made,
                    "request.give(acs_prepared_request::of(prepared)?)",
                );
                (format!("acs_prepare_{}", of.name), of.documentation.clone(), body)
            }
            Self::Parse => {
                parameters = vec![("response", "*const acs_raw_response".to_owned())];
                parameters.extend(place);
                let parsed = call("parsed", &["response", &format!("protocol::parse_{}", of.name)]);
                let body = match &of.result {
                    Outcome::Nothing => format!("            {parsed}?;\n            Ok(())\n"),
                    Outcome::Answer => return Err(format!("{}: an answer is not parsed", of.name)),
                    Outcome::Handle(result) => given(
                        result,
                        &statement("parsed", &parsed),
                        &format!("{result}.give(acs_{result}::given(parsed)?)"),
                    ),
                };
                let documentation = vec![format!(" Parses the response to acs_prepare_{}.", of.name)];
                (format!("acs_parse_{}", of.name), documentation, body)
            }
        };
        parameters.push(("error", "*mut *mut acs_error".to_owned()));
        let mut text = String::new();
        for line in documentation {
            let _ = writeln!(text, "///{line}");
        }
        let _ = write!(
            text,
            "#[unsafe(no_mangle)]\n{}    unsafe {{\n        status(error, || {{\n{body}        }})\n    }}\n}}\n",
            signature(&name, &parameters)
        );
        Ok(text)
    }
}

/// The functions of a module that define operations: those that return this type.
fn definitions(source: &File, of: &str) -> Result<Vec<Definition>, String> {
    let functions = source.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some((function, result_of(function, of)?)),
        _ => None,
    });
    functions
        .map(|(function, result)| Definition::read(function, result))
        .collect()
}

impl Definition {
    fn read(function: &ItemFn, result: &syn::Type) -> Result<Self, String> {
        let name = function.sig.ident.to_string();
        let in_it = |error| format!("{name}: {error}");
        let parameters = function.sig.inputs.iter().map(parameter);
        Ok(Self {
            documentation: documentation(&function.attrs),
            parameters: parameters.collect::<Result<_, _>>().map_err(in_it)?,
            result: Outcome::of(result).map_err(in_it)?,
            name,
        })
    }

    /// The type of the first parameter, without the prefix.
    fn object(&self) -> Result<&str, String> {
        let object = match self.parameters.first().map(|first| &first.kind) {
            Some(Type::Pointer { to, .. }) => match &**to {
                Type::Named(name) => name.strip_prefix("acs_"),
                _ => None,
            },
            _ => None,
        };
        object.ok_or_else(|| format!("{}: its first parameter is no object", self.name))
    }
}

impl Outcome {
    fn of(written: &syn::Type) -> Result<Self, Box<dyn std::error::Error>> {
        if matches!(written, syn::Type::Tuple(tuple) if tuple.elems.is_empty()) {
            return Ok(Self::Nothing);
        }
        match Type::of(written)? {
            Type::I32 => Ok(Self::Answer),
            Type::Named(name) => Ok(Self::Handle(name.trim_start_matches("acs_").to_owned())),
            _ => Err("an operation results in a handle, an answer or nothing".into()),
        }
    }

    /// The parameter through which it is returned.
    fn place(&self) -> Option<(&str, String)> {
        match self {
            Self::Nothing => None,
            Self::Answer => Some(("reachable", "*mut i32".to_owned())),
            Self::Handle(name) => Some((name, format!("*mut *mut acs_{name}"))),
        }
    }
}

/// The `T` of a function that returns `Result<impl Work<T>>` or `Result<Prepared<T>>`.
fn result_of<'a>(function: &'a ItemFn, of: &str) -> Option<&'a syn::Type> {
    let ReturnType::Type(_, result) = &function.sig.output else {
        return None;
    };
    let syn::Type::Path(result) = &**result else {
        return None;
    };
    let inner = match argument(&result.path, "Result")? {
        syn::Type::Path(path) => &path.path,
        syn::Type::ImplTrait(bounds) => match bounds.bounds.first()? {
            TypeParamBound::Trait(bound) => &bound.path,
            _ => return None,
        },
        _ => return None,
    };
    argument(inner, of)
}

/// The first argument of a generic type of this name.
fn argument<'a>(path: &'a syn::Path, name: &str) -> Option<&'a syn::Type> {
    let last = path.segments.last().filter(|last| last.ident == name)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(argument) => Some(argument),
            _ => None,
        },
        _ => None,
    }
}

/// A statement that binds the result of a call, as rustfmt writes it.
fn statement(pattern: &str, call: &str) -> String {
    let line = format!("            let {pattern} = {call}?;\n");
    if line.lines().all(|line| line.len() <= WIDTH) {
        return line;
    }
    format!("            let {pattern} =\n                {call}?;\n")
}

/// Statements that check the place for a result before the operation starts, and write to it at the end.
fn given(name: &str, work: &str, give: &str) -> String {
    let place = statement(name, &format!("Out::new({name}, \"{name}\")"));
    format!("{place}{work}            {give};\n            Ok(())\n")
}

fn in_rust(kind: &Type) -> Result<String, String> {
    Ok(match kind {
        Type::Void => "c_void".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Char => "c_char".to_owned(),
        Type::U8 => "u8".to_owned(),
        Type::I32 => "i32".to_owned(),
        Type::I64 => "i64".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::Size => "usize".to_owned(),
        Type::Named(name) => name.clone(),
        Type::Pointer { is_const, to } => {
            format!("*{} {}", if *is_const { "const" } else { "mut" }, in_rust(to)?)
        }
        Type::Function | Type::Array { .. } => return Err("no type for an operation's parameter".to_owned()),
    })
}

/// A call in a statement three levels deep, as rustfmt writes it.
fn call(function: &str, arguments: &[&str]) -> String {
    let list = arguments.join(", ");
    if list.len() <= CALL_WIDTH {
        return format!("{function}({list})");
    }
    let lines: String = arguments
        .iter()
        .map(|argument| format!("                {argument},\n"))
        .collect();
    format!("{function}(\n{lines}            )")
}

/// The head of an exported function, as rustfmt writes it.
fn signature(name: &str, parameters: &[(&str, String)]) -> String {
    let all: Vec<String> = parameters
        .iter()
        .map(|(name, kind)| format!("{name}: {kind}"))
        .collect();
    let head = format!("pub unsafe extern \"C\" fn {name}(");
    let line = format!("{head}{}) -> acs_status {{\n", all.join(", "));
    if line.len() <= WIDTH + 1 {
        return line;
    }
    let lines: String = all
        .iter()
        .map(|parameter| format!("    {parameter},\n"))
        .collect();
    format!("{head}\n{lines}) -> acs_status {{\n")
}
