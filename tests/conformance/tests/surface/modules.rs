//! The modules of each crate depend on one another in one direction: no module in a folder depends on itself through
//! others. Dependencies between a module and those inside it don't count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Item, UseTree, Visibility};

use crate::circles::circles;

/// A module's path, from the root of its crate.
type Module = Vec<String>;

/// The modules of a crate, without its tests.
#[derive(Default)]
struct Crate {
    /// Each module with the paths that it names.
    paths: BTreeMap<Module, Vec<Vec<String>>>,
    /// Where a module's re-exports come from.
    exports: BTreeMap<(Module, String), Vec<String>>,
}

impl Crate {
    /// Reads the modules from the root file on; `read` gives a file's text.
    fn read(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut it = Self::default();
        let text = read(root).unwrap_or_else(|| panic!("there is no {}", root.display()));
        it.add(&text, Vec::new(), root.parent().unwrap(), read);
        it
    }

    fn add(&mut self, text: &str, module: Module, folder: &Path, read: &dyn Fn(&Path) -> Option<String>) {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{module:?}: {error}"));
        self.add_items(&file.items, module, folder, read);
    }

    fn add_items(
        &mut self,
        items: &[Item],
        module: Module,
        folder: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) {
        let mut paths = Vec::new();
        for item in items.iter().filter(|item| !is_test(item)) {
            match item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let module = [module.clone(), vec![name.clone()]].concat();
                    match &inner.content {
                        Some((_, items)) => self.add_items(items, module, &folder.join(&name), read),
                        None => {
                            let flat = read(&folder.join(format!("{name}.rs")));
                            let text = flat.or_else(|| read(&folder.join(&name).join("mod.rs")));
                            let text = text.unwrap_or_else(|| panic!("there is no module {module:?}"));
                            self.add(&text, module, &folder.join(&name), read);
                        }
                    }
                }
                Item::Use(it) => {
                    let is_export = !matches!(it.vis, Visibility::Inherited);
                    for (path, name) in leaves(&it.tree, &[]) {
                        if is_export {
                            self.exports.insert((module.clone(), name), path.clone());
                        }
                        paths.push(path);
                    }
                }
                item => scan(item.to_token_stream(), &[], &mut paths),
            }
        }
        self.paths.insert(module, paths);
    }

    /// The module that a path in another module leads to; `None` if it leads out of the crate.
    fn resolve(&self, from: &Module, path: &[String]) -> Option<Module> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Module::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                (from[..from.len().checked_sub(up)?].to_vec(), &path[up..])
            }
            name if self.paths.contains_key(&inside(from, name)) => (from.clone(), path),
            _ => return None,
        };
        while let Some(name) = rest.first() {
            if self.paths.contains_key(&inside(&at, name)) {
                at.push(name.clone());
                rest = &rest[1..];
            } else if let Some(export) = self.exports.get(&(at.clone(), name.clone())) {
                let path = [export, &rest[1..]].concat();
                return self.resolve(&at, &path);
            } else {
                break;
            }
        }
        Some(at)
    }

    /// Modules of one folder that depend on one another.
    fn circles(&self) -> BTreeSet<Vec<String>> {
        let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (from, paths) in &self.paths {
            for to in paths.iter().filter_map(|path| self.resolve(from, path)) {
                let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
                if shared < from.len() && shared < to.len() {
                    let of = |module: &Module| module[..=shared].to_vec();
                    edges.entry(of(from)).or_default().insert(of(&to));
                }
            }
        }
        let names = |circle: Vec<Module>| circle.iter().map(|module| module.join("::")).collect();
        circles(&edges).into_iter().map(names).collect()
    }
}

fn inside(module: &Module, name: &str) -> Module {
    [module.clone(), vec![name.to_owned()]].concat()
}

/// Whether an item exists for tests only.
fn is_test(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        Item::Const(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        let text = attribute.to_token_stream().to_string().replace(' ', "");
        text == "#[cfg(test)]" || text.starts_with("#[cfg(all(test,")
    })
}

/// The items that a `use` names, each with its name in this module.
fn leaves(tree: &UseTree, before: &[String]) -> Vec<(Vec<String>, String)> {
    let with = |name: String| [before, &[name]].concat();
    match tree {
        UseTree::Path(it) => leaves(&it.tree, &with(it.ident.to_string())),
        UseTree::Name(it) if it.ident == "self" => {
            vec![(before.to_vec(), before.last().cloned().unwrap_or_default())]
        }
        UseTree::Name(it) => vec![(with(it.ident.to_string()), it.ident.to_string())],
        UseTree::Rename(it) => vec![(with(it.ident.to_string()), it.rename.to_string())],
        UseTree::Glob(_) => vec![(before.to_vec(), "*".to_owned())],
        UseTree::Group(it) => it.items.iter().flat_map(|tree| leaves(tree, before)).collect(),
    }
}

/// The paths of several parts in these tokens, which follow `before`.
fn scan(tokens: TokenStream, before: &[String], paths: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == ':');
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(first) => {
                let mut path = [before, &[first.to_string()]].concat();
                at += 1;
                while is_colon(at) && is_colon(at + 1) {
                    match tokens.get(at + 2) {
                        Some(TokenTree::Ident(part)) => path.push(part.to_string()),
                        // A `use` inside of a function.
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                            scan(group.stream(), &path, paths);
                        }
                        _ => break,
                    }
                    at += 3;
                }
                if path.len() > 1 {
                    paths.push(path);
                }
            }
            TokenTree::Group(group) => {
                scan(group.stream(), before, paths);
                at += 1;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
        }
    }
}

#[test]
fn modules_depend_on_one_another_in_one_direction() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let mut found = BTreeMap::new();
    for root in [
        "bindings/c/header/src/main.rs",
        "bindings/c/src/lib.rs",
        "bindings/runtime/src/lib.rs",
        "bindings/uniffi/bindgen/src/lib.rs",
        "bindings/uniffi/src/lib.rs",
        "cli/src/main.rs",
        "core/src/lib.rs",
        "emulator/src/lib.rs",
        "tests/conformance/src/lib.rs",
    ] {
        let read = Crate::read(&top.join(root), &read);
        for circle in read.circles() {
            found.insert((root, circle.join(", ")), ());
        }
    }
    let found: Vec<(&str, String)> = found.into_keys().collect();
    // The exception in docs/adr/0015-one-direction.md.
    let allowed = [("bindings/c/src/lib.rs", "data, error, ffi, status".to_owned())];
    assert_eq!(found, allowed);
}

#[test]
fn a_circle_is_found_through_folders_exports_and_functions() {
    let crate_of = |files: &[(&str, &str)]| {
        let files: BTreeMap<PathBuf, String> = files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
            .collect();
        Crate::read(Path::new("src/lib.rs"), &|path| files.get(path).cloned()).circles()
    };
    let lib = ("src/lib.rs", "mod a; mod b; mod c;");
    let c = ("src/c/mod.rs", "mod d; pub(crate) use self::d::Used;");
    let circle = [vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]].into();
    // `c::d` uses `a` inside a function, and `a` depends on it through `b` and what `c` exports.
    let files = [
        lib,
        ("src/a.rs", "use crate::b;"),
        ("src/b.rs", "use crate::c::{Used as Other};"),
        c,
        ("src/c/d.rs", "fn needs() { use crate::{a::{X, Y}}; }"),
    ];
    assert_eq!(crate_of(&files), circle);
    let without = |text| {
        let mut files = files;
        files[4].1 = text;
        crate_of(&files)
    };
    // A module and those inside it may depend on one another, and tests may use anything.
    for text in [
        "use super::Used;",
        "#[cfg(test)] mod tests { use crate::a::X; }",
        "#[cfg(all(test, unix))] mod tests;",
        "fn a() { a::x(); std::a::b() }",
    ] {
        assert_eq!(without(text), BTreeSet::new(), "{text}");
    }
    assert_eq!(without("fn needs() -> crate::a::X { crate::a::X }"), circle);
}
