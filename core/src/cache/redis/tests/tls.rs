//! `rediss://`, with the crate's own TLS and no process-wide provider.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

/// A server with TLS, its TLS port, and its authority's certificate.
fn server() -> (RedisServer, u16, Vec<u8>) {
    server_for(&["localhost", "127.0.0.1"], |_| Vec::new())
}

fn server_for(names: &[&str], more: impl Fn(u16) -> Vec<String>) -> (RedisServer, u16, Vec<u8>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let port = std::sync::atomic::AtomicU16::new(0);
    let server = RedisServer::start_with(|directory| {
        let key = KeyPair::generate().unwrap();
        let params =
            CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let path = |name: &str| directory.join(name).to_str().unwrap().to_owned();
        std::fs::write(path("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(path("key.pem"), key.serialize_pem()).unwrap();
        let free = super::server::free_port();
        port.store(free, std::sync::atomic::Ordering::Relaxed);
        std::fs::write(path("ca.pem"), authority.pem()).unwrap();
        let mut options = vec![
            "--tls-port".into(),
            free.to_string(),
            "--tls-ca-cert-file".into(),
            path("ca.pem"),
            "--tls-cert-file".into(),
            path("cert.pem"),
            "--tls-key-file".into(),
            path("key.pem"),
            "--tls-auth-clients".into(),
            "no".into(),
        ];
        options.extend(more(free));
        options
    });
    (server, port.into_inner(), authority.pem().into_bytes())
}

/// A cluster of one node, which announces its IP address, while its certificate is only for `localhost`.
fn cluster_node() -> (RedisServer, u16, Vec<u8>) {
    let (server, port, root) = server_for(&["localhost"], |_| {
        let bus = super::server::free_port().to_string();
        [
            "--cluster-enabled",
            "yes",
            "--tls-cluster",
            "yes",
            "--cluster-announce-ip",
            "127.0.0.1",
            "--cluster-port",
            &bus,
        ]
        .map(String::from)
        .into()
    });
    super::groups::ask(&server, &["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).unwrap();
    (server, port, root)
}

#[tokio::test]
async fn a_node_that_is_known_by_its_address_shows_the_certificate_of_the_clusters_name() {
    let (server, port, root) = cluster_node();
    for scheme in ["rediss+cluster", "rediss"] {
        let cache = cache_with(&RedisOptions {
            url: format!("{scheme}://localhost:{port}").into(),
            ..tls_options(&server, "localhost", port, vec![root.clone()])
        });
        until("the cluster", async || is_reachable(&cache).await).await;
        keep(&cache, &key(1, 1), scheme).await;
        assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some(scheme));
    }
    // The same server by a name that its certificate does not have.
    let cache = cache_with(&RedisOptions {
        url: format!("rediss+cluster://127.0.0.1:{port}").into(),
        ..tls_options(&server, "127.0.0.1", port, vec![root])
    });
    for _ in 0..3 {
        assert!(!is_reachable(&cache).await);
    }
}

fn tls_options(server: &RedisServer, host: &str, port: u16, roots: Vec<Vec<u8>>) -> RedisOptions {
    RedisOptions {
        url: format!("rediss://{host}:{port}").into(),
        timeout: Duration::from_secs(2),
        connect_timeout: Duration::from_secs(2),
        root_certificates_pem: roots,
        ..options(server)
    }
}

#[tokio::test]
async fn a_trusted_server_is_used_by_name_and_by_address() {
    let (server, port, root) = server();
    for host in ["localhost", "127.0.0.1"] {
        let cache = cache_with(&tls_options(&server, host, port, vec![root.clone()]));
        keep(&cache, &key(1, 1), host).await;
        assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some(host));
    }
}

#[tokio::test]
async fn an_untrusted_server_gets_nothing() {
    let log = log::Log::start();
    let (server, port, _) = server();
    let cache = cache_with(&tls_options(&server, "localhost", port, Vec::new()));
    for _ in 0..3 {
        assert!(!is_reachable(&cache).await);
    }
    let lines = log.lines();
    assert!(lines.len() == 1 && lines[0].contains("TLS failed"), "{lines:#?}");
}
