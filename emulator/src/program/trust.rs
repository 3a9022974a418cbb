//! The shell lines that make a client's runtime trust the emulator's CA.

use std::path::Path;

/// A runtime whose clients use the emulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Runtime {
    Curl,
    Dotnet,
    Go,
    Java,
    Node,
    Openssl,
    Python,
    Ruby,
    Rust,
}

impl Runtime {
    /// Lines for a POSIX shell.
    pub(super) fn lines(self, ca_file: &Path) -> String {
        let ca = quote(&ca_file.display().to_string());
        match self {
            Self::Curl => format!("export CURL_CA_BUNDLE={ca}"),
            Self::Node => format!("export NODE_EXTRA_CA_CERTS={ca}"),
            // requests and msal read the first, the standard library, aiohttp and httpx the second.
            Self::Python => format!("export REQUESTS_CA_BUNDLE={ca}\nexport SSL_CERT_FILE={ca}"),
            Self::Dotnet | Self::Go | Self::Openssl | Self::Ruby | Self::Rust => {
                format!("export SSL_CERT_FILE={ca}")
            }
            Self::Java => {
                let store = ca_file.with_file_name("ca.p12").display().to_string();
                let import = format!(
                    "keytool -importcert -noprompt -alias acs-emulator -file {ca} -keystore {} \
                     -storetype PKCS12 -storepass changeit",
                    quote(&store),
                );
                let options =
                    format!("-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=changeit");
                format!("{import}\nexport JAVA_TOOL_OPTIONS={}", quote(&options))
            }
        }
    }
}

/// One word for a POSIX shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word() {
        let lines = Runtime::Node.lines(Path::new("/a b/it's/ca.pem"));
        assert_eq!(lines, "export NODE_EXTRA_CA_CERTS='/a b/it'\\''s/ca.pem'");
    }

    #[test]
    fn python_has_two_ways_to_trust() {
        let lines = Runtime::Python.lines(Path::new("/x/ca.pem"));
        assert_eq!(
            lines,
            "export REQUESTS_CA_BUNDLE='/x/ca.pem'\nexport SSL_CERT_FILE='/x/ca.pem'"
        );
    }
}
