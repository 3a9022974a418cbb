//! Passes arguments for the shared library to the linker.

fn main() {
    let part = |name| std::env::var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    let (major, minor, patch) = (part("MAJOR"), part("MINOR"), part("PATCH"));
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let vendor = std::env::var("CARGO_CFG_TARGET_VENDOR").unwrap_or_default();
    if os == "linux" {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libacs_auth.so.{major}");
        // Its threads keep running after dlclose, so their code must stay mapped.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    } else if vendor == "apple" {
        // The default name is the path where it was built. dyld never unloads a library with thread-local
        // values, which this one has, so nodelete isn't needed.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libacs_auth.{major}.dylib");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-current_version,{major}.{minor}.{patch}");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-compatibility_version,{major}.0.0");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
