//! The slots that a fleet's limiter reserves: Redis's command MONITOR shows what the limiter's scripts write.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::redis::Redis;

const NEXT: &str = "acs-auth:{limiter}:next";
const EXTRAS: &str = "acs-auth:{limiter}:extras";
const RETURNED: &str = "acs-auth:{limiter}:returned";
const DONE: &str = "no key of ours";

/// All commands that one Redis receives.
pub(crate) struct Slots {
    lines: Arc<Mutex<Vec<String>>>,
    commands: BufReader<TcpStream>,
    interval: u64,
}

impl Slots {
    /// Follows an idle limiter whose turns are this far apart, in microseconds.
    pub(crate) async fn follow(redis: &Redis, interval: u64) -> Self {
        let monitor = redis.connect().await;
        let mut monitor = BufReader::new(monitor);
        monitor.get_mut().write_all(b"MONITOR\r\n").await.unwrap();
        let mut line = String::new();
        monitor.read_line(&mut line).await.unwrap();
        assert_eq!(line, "+OK\r\n");
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let seen = lines.clone();
        tokio::spawn(async move {
            let mut lines = monitor.lines();
            while let Ok(Some(line)) = lines.next_line().await {
                seen.lock().unwrap().push(line);
            }
        });
        let commands = BufReader::new(redis.connect().await);
        let mut slots = Self {
            lines,
            commands,
            interval,
        };
        slots.command(&format!("SET {NEXT} 1")).await;
        slots
    }

    async fn command(&mut self, command: &str) {
        let command = format!("{command}\r\n");
        self.commands
            .get_mut()
            .write_all(command.as_bytes())
            .await
            .unwrap();
        let mut answer = String::new();
        self.commands.read_line(&mut answer).await.unwrap();
        assert!(!answer.starts_with('-'), "{answer}");
    }

    /// The slots that were reserved and not returned, in order, in microseconds since 1970.
    pub(crate) async fn given(&mut self) -> Vec<u64> {
        self.command(&format!("ECHO \"{DONE}\"")).await;
        for _ in 0..1000 {
            let lines = self.lines.lock().unwrap().clone();
            if lines.iter().any(|line| line.contains(DONE)) {
                return given(&lines, self.interval);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("MONITOR never showed the last command");
    }
}

/// Each script first writes the limiter's state, so the second write is the turn that it reserves.
fn given(lines: &[String], interval: u64) -> Vec<u64> {
    let (mut given, mut writes) = (Vec::new(), 0);
    for line in lines {
        let Some((_, command)) = line.split_once(" lua] ") else {
            writes = 0;
            continue;
        };
        let words: Vec<&str> = command.split(' ').map(|word| word.trim_matches('"')).collect();
        let number = |text: &str| text.parse::<u64>().unwrap();
        // The member that a slot is returned as begins with the slot.
        let member = |text: &str| number(text.split(':').next().unwrap());
        match words[..] {
            ["SET", NEXT, turn, ..] => {
                writes += 1;
                if writes == 2 {
                    given.push(number(turn) - interval);
                }
            }
            ["ZADD", EXTRAS, slot, ..] => given.push(number(slot)),
            ["DEL", EXTRAS, ..] => panic!("the limiter's state was lost: {line}"),
            ["ZREM", RETURNED, slot] => given.push(member(slot)),
            ["ZADD", RETURNED, _, slot] => {
                let back = member(slot);
                let at = given.iter().position(|slot| *slot == back);
                given.remove(at.expect("what is given back was given"));
            }
            _ => {}
        }
    }
    given.sort_unstable();
    given
}
