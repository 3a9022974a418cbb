//! What is done to the generated Python: asyncio, whose import takes longer than all the rest, is imported where it is
//! used; and objects that outlive the module are left alone.

const IMPORT: &str = "import asyncio\n";
const USE: &str = "        return asyncio.get_running_loop()\n";
/// An annotation, which nothing evaluates.
const ANNOTATION: &str = "def uniffi_set_event_loop(eventloop: asyncio.BaseEventLoop):\n";

/// What begins and ends the deletion of an object. At the end of a free-threaded interpreter the names of the module may be None by
/// then; in their order, so that of those that a call needs this one goes first.
const DELETION: &str = "    def __del__(self):\n";
const FREED: &str = "        if handle is not None:\n            _uniffi_rust_call(_UniffiLib.";
const FREED_IN_TIME: &str = "        if handle is not None and _UniffiRustCallStatus is not None:\n            _uniffi_rust_call(_UniffiLib.";

/// The text with its changes, or why it is not the text that was expected.
pub(crate) fn changed(text: &str) -> Result<String, String> {
    if !text.contains("from __future__ import annotations\n") {
        return Err("annotations are evaluated".to_owned());
    }
    for expected in [IMPORT, USE, ANNOTATION] {
        let count = text.matches(expected).count();
        if count != 1 {
            return Err(format!("{:?} is there {count} times, not once", expected.trim()));
        }
    }
    let (deletions, freed) = (text.matches(DELETION).count(), text.matches(FREED).count());
    if deletions == 0 || deletions != freed {
        return Err(format!("{freed} of {deletions} objects are deleted as expected"));
    }
    let changed = text
        .replace(FREED, FREED_IN_TIME)
        .replacen(IMPORT, "", 1)
        .replacen(USE, &format!("        {IMPORT}{USE}"), 1);
    let known = [IMPORT, USE, ANNOTATION].map(str::trim);
    match changed
        .lines()
        .find(|line| line.contains("asyncio") && !known.contains(&line.trim()))
    {
        Some(line) => Err(format!("asyncio is used in another place: {:?}", line.trim())),
        None => Ok(changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERATED: &str = "\
from __future__ import annotations
import asyncio
import platform

def uniffi_set_event_loop(eventloop: asyncio.BaseEventLoop):
    pass

def _uniffi_get_event_loop():
    if _UNIFFI_GLOBAL_EVENT_LOOP is None:
        return asyncio.get_running_loop()

class AccessKey:
    def __del__(self):
        # In case of partial initialization of instances.
        handle = getattr(self, \"_handle\", None)
        if handle is not None:
            _uniffi_rust_call(_UniffiLib.uniffi_fn_free_accesskey, handle)
";

    #[test]
    fn objects_are_freed_while_the_module_is_there() {
        let changed = changed(GENERATED).unwrap();
        assert!(changed.contains(
            "        if handle is not None and _UniffiRustCallStatus is not None:
            _uniffi_rust_call(_UniffiLib.uniffi_fn_free_accesskey, handle)\n"
        ));
    }

    #[test]
    fn asyncio_is_imported_where_it_is_used() {
        let changed = changed(GENERATED).unwrap();
        assert!(!changed.lines().any(|line| line == "import asyncio"));
        assert!(changed.contains("        import asyncio\n        return asyncio.get_running_loop()\n"));
    }

    #[test]
    fn another_text_is_refused() {
        for (from, to) in [
            (IMPORT, ""),
            (USE, "        return get_running_loop()\n"),
            ("import platform\n", "asyncio.run(main())\n"),
            ("from __future__ import annotations\n", ""),
            ("if handle is not None:", "if handle:"),
            ("    def __del__(self):", "    def _free(self):"),
        ] {
            assert!(changed(&GENERATED.replace(from, to)).is_err(), "{from}");
        }
    }
}
