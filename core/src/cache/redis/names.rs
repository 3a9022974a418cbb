//! The names of keys and channels in Redis: only hashes, with a hash tag for the keys of one script.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cache::CacheKey;
use crate::error::{Error, OptionName, Result};

#[derive(Debug)]
pub(super) struct Names {
    key_prefix: String,
}

impl Names {
    pub(super) fn new(key_prefix: &str) -> Result<Self> {
        let is_usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
        if key_prefix.is_empty() || key_prefix.len() > 64 || !key_prefix.chars().all(is_usable) {
            return Err(Error::invalid_option(
                OptionName::RedisKeyPrefix,
                "It must be 1 to 64 letters, digits, dots, underscores, hyphens and colons.",
            ));
        }
        Ok(Self {
            key_prefix: key_prefix.to_owned(),
        })
    }

    pub(super) fn key_prefix(&self) -> &str {
        &self.key_prefix
    }

    pub(super) fn entry(&self, key: &CacheKey) -> String {
        self.of_user(&key.user, &format!("entry:{}", text(&key.entry)))
    }

    pub(super) fn lock(&self, key: &CacheKey) -> String {
        self.of_user(&key.user, &format!("lock:{}", text(&key.entry)))
    }

    pub(super) fn entries(&self, user: &[u8; 32]) -> String {
        self.of_user(user, "entries")
    }

    pub(super) fn epoch(&self, user: &[u8; 32]) -> String {
        self.of_user(user, "epoch")
    }

    /// The names of a limiter's keys. `name` becomes the hash tag.
    pub(super) fn limiter(&self, name: &str) -> LimiterNames {
        LimiterNames(format!("{}:{{{name}}}", self.key_prefix))
    }

    pub(super) fn sign_outs(&self) -> String {
        format!("{}:sign-outs", self.key_prefix)
    }

    fn of_user(&self, user: &[u8; 32], what: &str) -> String {
        format!("{}:{{{}}}:{what}", self.key_prefix, text(user))
    }
}

/// The names of one limiter.
#[derive(Debug)]
pub(super) struct LimiterNames(String);

impl LimiterNames {
    pub(super) fn next(&self) -> String {
        format!("{}:next", self.0)
    }

    pub(super) fn extras(&self) -> String {
        format!("{}:extras", self.0)
    }

    /// The next turn, delayed by a pause.
    pub(super) fn moved(&self) -> String {
        format!("{}:moved", self.0)
    }

    /// By how much all pauses have delayed the slots.
    pub(super) fn moves(&self) -> String {
        format!("{}:moves", self.0)
    }

    /// The returned slots.
    pub(super) fn returned(&self) -> String {
        format!("{}:returned", self.0)
    }

    pub(super) fn user_share(&self, user: &[u8; 32]) -> String {
        format!("{}:user:{}", self.0, text(user))
    }

    pub(super) fn pause(&self) -> String {
        format!("{}:pause", self.0)
    }
}

/// A hash as text, in names and in the messages to other processes.
pub(super) fn text(hash: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(hash)
}

/// Reads what [`text`] wrote.
pub(super) fn user(text: &[u8]) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
