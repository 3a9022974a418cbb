//! Requests are recorded exactly as they arrived, over HTTP, TLS and HTTP/2.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use acs_emulator::Options;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};

use crate::support::{CREATE, Draft, read, world, world_with};

fn client(ca_file: &std::path::Path, alpn: &[&[u8]]) -> Arc<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(ca_file).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

#[test]
fn targets_are_kept_byte_for_byte() {
    let world = world();
    for target in [
        "/identities?",
        "//identities///x?api-version=1",
        "/identities/8%3Aacs%3a1?a=%7e~'()!&b&c=+%20/:",
        "/identities/..;/%2F%2e%2E?x=y?z",
        "/identities?api-version=2023-10-01&x=%C3%a4",
    ] {
        let draft = world.draft("POST", target, "");
        world.send(&draft.signed(&draft.text())).unwrap();
        let record = world.last();
        assert_eq!(record.request.target, target);
        assert!(record.signing.is_none(), "{target}");
    }
}

#[test]
fn a_target_in_absolute_form_is_signed_without_its_origin() {
    let world = world();
    let draft = world.draft("POST", CREATE, "");
    let request = String::from_utf8(draft.signed(&draft.text())).unwrap();
    let absolute = request.replacen(CREATE, &format!("http://{}{CREATE}", world.host()), 1);
    assert_eq!(world.send(absolute.as_bytes()).unwrap().status, 201);
}

#[test]
fn a_body_in_chunks_is_put_together() {
    let world = world();
    let body = "{\"createTokenWithScopes\":[\"chat\"]}";
    let draft = Draft {
        more: vec![("Transfer-Encoding".into(), "chunked".into())],
        ..world.draft("POST", CREATE, body)
    };
    let signed = String::from_utf8(draft.signed(&draft.text())).unwrap();
    let (head, _) = signed.split_once("\r\n\r\n").unwrap();
    let head = head.replace(&format!("\r\nContent-Length: {}", body.len()), "");
    let chunked = format!(
        "{head}\r\n\r\n5\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        &body[..5],
        body.len() - 5,
        &body[5..]
    );
    assert_eq!(world.send(chunked.as_bytes()).unwrap().status, 201);
    assert_eq!(world.last().body_length, body.len());
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let world = world_with(Options {
        max_body: 100,
        ..Options::default()
    });
    let draft = world.draft("POST", CREATE, &" ".repeat(100));
    assert_ne!(world.send(&draft.signed(&draft.text())).unwrap().status, 413);
    let draft = world.draft("POST", CREATE, &" ".repeat(101));
    assert_eq!(world.send(&draft.signed(&draft.text())).unwrap().status, 413);
    assert_eq!(
        (world.last().status, world.last().operation),
        (Some(413), "create_user")
    );
}

/// A body of which only the first byte is sent, in HTTP/2 with prior knowledge.
fn unfinished_http_2(host: &str) -> Vec<u8> {
    let mut fields = vec![0x83, 0x86]; // POST, http
    for (name, value) in [(0x04, CREATE), (0x01, host)] {
        fields.extend([name, u8::try_from(value.len()).unwrap()]);
        fields.extend(value.as_bytes());
    }
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    // HEADERS with END_HEADERS, then DATA without END_STREAM.
    bytes.extend([0, 0, u8::try_from(fields.len()).unwrap(), 1, 4, 0, 0, 0, 1]);
    bytes.extend(fields);
    bytes.extend([0, 0, 1, 0, 0, 0, 0, 0, 1, b'{']);
    bytes
}

/// Reads frames up to the response's headers.
fn read_http_2_headers(stream: &mut impl Read) {
    let mut head = [0; 9];
    loop {
        stream.read_exact(&mut head).unwrap();
        if head[3] == 1 {
            return;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        std::io::copy(&mut stream.take(length.into()), &mut std::io::sink()).unwrap();
    }
}

/// Long enough for a busy machine to send a request.
const HURRIED: Duration = Duration::from_secs(4);

fn hurried() -> Options {
    Options {
        client_timeout: HURRIED,
        ..Options::default()
    }
}

#[test]
fn a_body_that_never_ends_is_not_waited_for() {
    for is_http_2 in [false, true] {
        let world = world_with(hurried());
        let mut stream = world.connect();
        if is_http_2 {
            stream.write_all(&unfinished_http_2(world.host())).unwrap();
            read_http_2_headers(&mut stream);
        } else {
            let request = format!("POST {CREATE} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{");
            stream.write_all(request.as_bytes()).unwrap();
            assert_eq!(read(&mut BufReader::new(stream)).unwrap().status, 408);
        }
        let record = world.last();
        assert_eq!((record.status, record.operation), (Some(408), "create_user"));
        assert_eq!(record.http_version, if is_http_2 { "HTTP/2" } else { "HTTP/1.1" });
    }
}

#[test]
fn a_handshake_that_never_ends_is_not_waited_for() {
    let world = world_with(hurried());
    let address = world.emulator.info().https_url.trim_start_matches("https://");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(&[0x16]).unwrap();
    is_closed(stream);
}

#[test]
fn headers_that_never_end_are_not_waited_for() {
    let world = world_with(hurried());
    let streams = ["", "PRI * HTTP", "POST / HTTP/1.1\r\nHost: x\r\n"].map(|sent| {
        let mut stream = world.connect();
        stream.write_all(sent.as_bytes()).unwrap();
        stream
    });
    streams.into_iter().for_each(is_closed);
    // A connection that was used may be idle.
    let mut stream = BufReader::new(world.connect());
    for pause in [Duration::ZERO, HURRIED + Duration::from_secs(1)] {
        std::thread::sleep(pause);
        let request = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
        stream.get_mut().write_all(request).unwrap();
        assert_eq!(read(&mut stream).unwrap().status, 401);
    }
}

/// Checks that the emulator closes a connection, without a response.
fn is_closed(mut stream: std::net::TcpStream) {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let ended = stream.read(&mut [0; 64]);
    assert!(
        matches!(&ended, Ok(0))
            || ended
                .as_ref()
                .is_err_and(|e| e.kind() == ErrorKind::ConnectionReset),
        "{ended:?}"
    );
}

#[test]
fn header_values_are_kept() {
    let world = world();
    let mut request = world.draft("POST", CREATE, "").signed("x");
    let at = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    request.splice(
        at..at,
        b"\r\nX-Odd:  \tspaced  out\t\r\nx-bytes: \xe4\r\nX-UTF8: \xc3\xa4"
            .iter()
            .copied(),
    );
    world.send(&request).unwrap();
    let record = world.last();
    assert_eq!(record.request.header("x-odd"), Some("spaced  out"));
    assert_eq!(record.request.header("x-bytes"), Some("ä"));
    assert_eq!(record.request.header("x-utf8"), Some("ä"));
}

#[test]
fn tls_with_the_ca_file_and_the_secure_flag() {
    let world = world();
    let info = world.emulator.info();
    let address = info.https_url.trim_start_matches("https://");
    let config = client(&info.ca_file, &[b"http/1.1"]);
    for name in ["localhost", "127.0.0.1", "::1"] {
        let stream = std::net::TcpStream::connect(address).unwrap();
        let connection =
            rustls::ClientConnection::new(config.clone(), ServerName::try_from(name).unwrap()).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, stream);
        let draft = Draft {
            host: address.into(),
            ..world.draft("POST", CREATE, "")
        };
        stream.write_all(&draft.signed(&draft.text())).unwrap();
        assert_eq!(read(&mut BufReader::new(stream)).unwrap().status, 201, "{name}");
        assert!(world.last().request.tls);
    }
    let connection =
        rustls::ClientConnection::new(config, ServerName::try_from("login.microsoftonline.com").unwrap());
    let mut stream = rustls::StreamOwned::new(
        connection.unwrap(),
        std::net::TcpStream::connect(address).unwrap(),
    );
    assert!(stream.write_all(b"GET / HTTP/1.1\r\n\r\n").is_err());
}

#[test]
fn interception_has_the_services_names() {
    let world = world_with(Options {
        intercept: true,
        extra_names: vec!["acs.contoso.example".into()],
        ..Options::default()
    });
    let info = world.emulator.info();
    let address = info.https_url.trim_start_matches("https://");
    for name in [
        "login.microsoftonline.com",
        "graph.microsoft.com",
        "contoso.communication.azure.com",
        "contoso.unitedstates.communication.azure.com",
        "acs.contoso.example",
    ] {
        let config = client(&info.ca_file, &[b"http/1.1"]);
        let connection = rustls::ClientConnection::new(config, ServerName::try_from(name).unwrap()).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, std::net::TcpStream::connect(address).unwrap());
        let draft = Draft {
            host: name.into(),
            ..world.draft("POST", CREATE, "")
        };
        stream.write_all(&draft.signed(&draft.text())).unwrap();
        assert_eq!(read(&mut BufReader::new(stream)).unwrap().status, 201, "{name}");
    }
}

#[test]
fn http_2_is_agreed_on_and_spoken() {
    let world = world();
    let info = world.emulator.info();
    let address = info.https_url.trim_start_matches("https://");
    let connection = rustls::ClientConnection::new(
        client(&info.ca_file, &[b"h2"]),
        ServerName::try_from("localhost").unwrap(),
    );
    let mut stream = rustls::StreamOwned::new(
        connection.unwrap(),
        std::net::TcpStream::connect(address).unwrap(),
    );
    // The preface and empty settings; the server's first frame is its settings, type 4.
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!((stream.conn.alpn_protocol(), frame[3]), (Some(&b"h2"[..]), 4));
}

#[test]
fn the_ca_file_goes_with_the_emulator() {
    let world = world();
    let ca_file = world.emulator.info().ca_file.clone();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::fs::metadata(ca_file.parent().unwrap()).unwrap();
        assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    }
    let pem = std::fs::read_to_string(&ca_file).unwrap();
    assert!(pem.contains("BEGIN CERTIFICATE") && !pem.contains("PRIVATE"));
    let host = world.host().to_owned();
    drop(world);
    assert!(!ca_file.parent().unwrap().exists());
    assert!(std::net::TcpStream::connect(host).is_err());
}
