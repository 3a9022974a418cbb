//! Passes arguments for the shared library to the linker.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // Its threads keep running after dlclose, so their code must stay mapped.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    } else if std::env::var("CARGO_CFG_TARGET_VENDOR").as_deref() == Ok("apple") {
        // The default name is the path where it was built.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libacs_auth_uniffi.dylib");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
