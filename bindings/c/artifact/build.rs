//! The linker's arguments for the shared library.

fn main() {
    let part = |name| std::env::var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    let (major, minor, patch) = (part("MAJOR"), part("MINOR"), part("PATCH"));
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let vendor = std::env::var("CARGO_CFG_TARGET_VENDOR").unwrap_or_default();
    if os == "linux" {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libacs_auth.so.{major}");
        // Its threads outlive a dlclose, and so must their code.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    } else if vendor == "apple" {
        // By default the name is the path where it was built. dyld never unloads a library with thread-local values, which this one has.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libacs_auth.{major}.dylib");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-current_version,{major}.{minor}.{patch}");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-compatibility_version,{major}.0.0");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
