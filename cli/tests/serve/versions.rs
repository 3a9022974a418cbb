//! The choice between HTTP/1.1 and HTTP/2, and the memory of an idle connection.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::peers::{PREFACE, WHOLE, connection, has_read};
use crate::server::{Program, Served};

/// Bounds a wait whose length isn't under test.
const PATIENT: std::time::Duration = std::time::Duration::from_secs(20);

#[tokio::test]
async fn the_first_bytes_decide_the_version_however_they_are_split() {
    let served = Served::start().await;
    let address = served.program.address();
    // Begins like the preface of HTTP/2.
    let post = b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n";
    for (sent, begins, contains) in [
        (WHOLE, &b"HTTP/1.1 200 "[..], 0..13),
        (post, b"HTTP/1.1 404 ", 0..13),
        // The type and flags of the server's first frame, SETTINGS.
        (PREFACE, b"\x04\0", 3..5),
    ] {
        for split in 0..=4 {
            let (first, rest) = sent.split_at(split);
            let mut stream = connection(&address, first).await;
            if split > 0 {
                has_read(&address, 1).await;
            }
            stream.write_all(rest).await.unwrap();
            let mut answer = [0; 13];
            let read = tokio::time::timeout(PATIENT, stream.read_exact(&mut answer)).await;
            read.unwrap().unwrap();
            assert_eq!(&answer[contains.clone()], begins, "{split}");
        }
    }
}

/// The resident memory of a process, in KiB.
fn resident(program: &Program) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Opens connections that have each received a response and are idle.
async fn idle(address: &str, connections: usize) -> Vec<tokio::net::TcpStream> {
    let mut idle = Vec::new();
    for _ in 0..connections {
        let mut stream = connection(address, WHOLE).await;
        let read = tokio::time::timeout(PATIENT, stream.read(&mut [0; 4096])).await;
        assert!(read.unwrap().unwrap() > 0);
        idle.push(stream);
    }
    idle
}

#[tokio::test]
async fn an_idle_connection_takes_no_more_than_20_kib() {
    const CONNECTIONS: usize = 300;
    let program = Program::serve(&["--idle-timeout", "600"], &[]).await;
    let address = program.address();
    // All are kept open, so that no freed memory is reused.
    let mut kept = idle(&address, CONNECTIONS).await;
    let mut growths = Vec::new();
    for _ in 0..2 {
        let before = resident(&program);
        kept.extend(idle(&address, CONNECTIONS).await);
        growths.push(resident(&program).saturating_sub(before) as f64 / CONNECTIONS as f64);
    }
    // What is allocated once, such as another thread's buffers, belongs to no connection: it is in one growth only.
    let each = growths.iter().copied().fold(f64::INFINITY, f64::min);
    println!("{growths:.1?} KiB for each of {CONNECTIONS} idle connections");
    assert!((1.0..=20.0).contains(&each), "{each:.1} KiB");
}
