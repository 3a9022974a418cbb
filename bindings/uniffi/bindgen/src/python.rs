//! Patches the generated Python: objects that outlive the module are not freed.

/// The lines that begin and end the deletion of an object. When a free-threaded interpreter exits, the
/// module's names may already be None. They are cleared in order, and of those that the call needs,
/// `_UniffiRustCallStatus` is cleared first, so it is enough to check that one.
const DELETION: &str = "    def __del__(self):\n";
const FREED: &str = "        if handle is not None:\n            _uniffi_rust_call(_UniffiLib.";
const FREED_IN_TIME: &str = "        if handle is not None and _UniffiRustCallStatus is not None:\n            _uniffi_rust_call(_UniffiLib.";
/// Must not be imported: that takes longer than importing everything else that the generated module needs.
const ASYNCIO: &str = "asyncio";

/// The patched text, or why it isn't the expected text.
pub(crate) fn changed(text: &str) -> Result<String, String> {
    if text.contains(ASYNCIO) {
        return Err(format!("{ASYNCIO} is used: no exported function may be async"));
    }
    let (deletions, freed) = (text.matches(DELETION).count(), text.matches(FREED).count());
    if deletions == 0 || deletions != freed {
        return Err(format!("{freed} of {deletions} objects are deleted as expected"));
    }
    Ok(text.replace(FREED, FREED_IN_TIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERATED: &str = "\
import platform

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
    fn another_text_is_refused() {
        for (from, to) in [
            ("import platform\n", "import asyncio\n"),
            ("if handle is not None:", "if handle:"),
            ("    def __del__(self):", "    def _free(self):"),
        ] {
            assert!(changed(&GENERATED.replace(from, to)).is_err(), "{from}");
        }
    }
}
