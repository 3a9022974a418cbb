//! Help, version, and invalid command lines.

use crate::run::{CONNECTION_STRING, acs_auth};

/// The commands that a help text lists, without `help` itself.
fn commands_of(help: &str) -> impl Iterator<Item = &str> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    listed
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
}

#[tokio::test]
async fn every_command_has_help_with_an_example() {
    let mut commands = vec![Vec::<String>::new()];
    let mut count = 0;
    while let Some(command) = commands.pop() {
        count += 1;
        let args: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let ran = acs_auth(&args).ran().await.exits(0);
        let example = ran.stdout.split("Example").nth(1).unwrap_or_default();
        let name = if command == ["emulator"] {
            "acs-emulator".to_owned()
        } else {
            format!("acs-auth {}", command.join(" "))
        };
        assert!(example.contains(name.trim()), "{args:?}: {}", ran.stdout);
        assert_eq!(ran.stderr, "");
        assert!(!ran.stdout.contains('\u{1b}'), "colours in a pipe");
        let longest = ran.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(110), "{args:?} has lines of {longest:?}");
        commands.extend(commands_of(&ran.stdout).map(|name| [&command[..], &[name.to_owned()]].concat()));
    }
    assert!(count >= 18, "only {count} commands");
}

#[tokio::test]
async fn the_version_is_the_crates() {
    let ran = acs_auth(&["--version"]).ran().await.exits(0);
    assert_eq!(ran.line(), concat!("acs-auth ", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn what_is_no_command_line_exits_64() {
    for args in [
        &[][..],
        &["users"],
        &["fly"],
        &["exchange"],
        &["exchange", "--token-file", "-"],
        &["exchange", "--token-file", "-", "--client-id", "c"],
        &["exchange", "--token-file", "-", "--entra-user"],
        &["users", "create", "--custom-id", "c"],
        &["users", "create", "--preview", "2026-09-23"],
        &[
            "exchange",
            "--token-file",
            "-",
            "--teams-extension",
            "--client-id",
            "c",
        ],
        &[
            "exchange",
            "--token-file",
            "-",
            "--client-id",
            "c",
            "--user-id",
            "u",
            "--token-check",
            "maybe",
        ],
        &[
            "exchange",
            "--token-file",
            "-",
            "--client-id",
            "c",
            "--user-id",
            "u",
            "--timeout",
            "0",
        ],
        &["tokens", "issue", "8:acs:a"],
        &["users", "create", "--expires-in-minutes", "60"],
        &["users", "delete"],
        &["demo", "--token-file", "-"],
        &["demo", "--client-id", "c"],
        &["emulator", "--no-such-option"],
    ] {
        let ran = acs_auth(args).ran().await.exits(64);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[tokio::test]
async fn a_token_put_among_the_arguments_is_not_repeated() {
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{}.c2ln", "eyJvaWQiOiJ4In0".repeat(4));
    let inline = format!("--token={token}");
    for args in [
        &["exchange", &token][..],
        &["exchange", "--token", &token],
        &["exchange", &inline],
        &["inspect", "--token-file", "-", &token],
        &[
            "users",
            "create",
            "--scope",
            "chat",
            "--expires-in-minutes",
            &token,
        ],
        &[&token],
    ] {
        let ran = acs_auth(args).ran().await.exits(64);
        assert!(!ran.stderr.contains(&token), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let ran = acs_auth(&["inspect", "--token-file", &token])
        .ran()
        .await
        .exits(1);
    assert!(!ran.stderr.contains(&token));
    assert!(
        ran.stderr.contains("looks like the token itself"),
        "{}",
        ran.stderr
    );
}

#[tokio::test]
async fn without_a_connection_string_it_says_what_to_set() {
    let exchange = [
        "exchange",
        "--token-file",
        "-",
        "--client-id",
        "c",
        "--user-id",
        "u",
    ];
    let commands: [&[&str]; 5] = [
        &exchange,
        &["users", "create"],
        &["users", "delete", "8:acs:a"],
        &["tokens", "issue", "8:acs:a", "--scope", "chat"],
        &["tokens", "revoke", "8:acs:a"],
    ];
    for args in commands {
        let ran = acs_auth(args).ran().await.exits(2);
        assert!(ran.stderr.contains(CONNECTION_STRING), "{}", ran.stderr);
        assert!(ran.stderr.contains("AZURE_COMMUNICATION_CONNECTION_STRING"));
        assert_eq!(ran.stdout, "");
        let ran = acs_auth(&[args, &["--json"]].concat()).ran().await.exits(2);
        assert_eq!(ran.error()["kind"], "InvalidConnectionString");
        assert_eq!(ran.error()["target"], "connection_string");
    }
}

#[tokio::test]
async fn a_bad_connection_string_names_its_part_and_not_its_key() {
    let key = "bm90LWEta2V5LW5vdC1hLWtleS1ub3QtYS1rZXk";
    for (text, target) in [
        (format!("endpoint=https://h/;accesskey={key}"), "accesskey"),
        (format!("endpoint=http://h/;accesskey={key}="), "endpoint"),
        (format!("accesskey={key}="), "endpoint"),
        ("nonsense".to_owned(), "connection_string"),
    ] {
        let ran = acs_auth(&["users", "create", "--json"])
            .env(CONNECTION_STRING, &text)
            .secret(key)
            .ran()
            .await
            .exits(2);
        assert_eq!(ran.error()["target"], target);
        assert!(!ran.stdout.contains(key));
    }
}
