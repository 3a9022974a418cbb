//! What Redis does in one step. Numbers that may exceed what Lua prints exactly are formatted by hand.

use redis::Script;

/// The user's epoch; made when there is none, so that a lost one differs from any that was read before.
const EPOCH: &str = r"
local epoch = redis.call('GET', KEYS[1])
if not epoch then
    local time = redis.call('TIME')
    epoch = string.format('%.0f', time[1] * 1000000 + time[2])
end
redis.call('SET', KEYS[1], epoch, 'PX', ARGV[1])
return epoch
";

/// Keeps an entry unless the epoch is another one, and lists it for sign-out until it expires.
const PUT: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[3], string.format('%.0f', now + ARGV[3]), KEYS[2])
local longest = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', longest + 1000))
return 1
";

/// A new epoch, no entries, and a message to the other processes.
const SIGN_OUT: &str = r"
local time = redis.call('TIME')
local epoch = time[1] * 1000000 + time[2]
local former = tonumber(redis.call('GET', KEYS[1]) or 0) or 0
if epoch <= former then epoch = former + 1 end
redis.call('SET', KEYS[1], string.format('%.0f', epoch), 'PX', ARGV[1])
for _, entry in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    redis.call('DEL', entry)
end
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
";

/// The rule of `Gcra::admit`, in microseconds: 0 for leave, or how long to wait. A lost state counts as a burst that
/// is used up, since nobody knows whether it was.
const ADMIT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local pause = tonumber(redis.call('GET', KEYS[2]) or 0) or 0
if pause > now then return pause - now end
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = now + interval * burst
local beat = tonumber(redis.call('GET', KEYS[1]) or full) or full
if beat < now then beat = now end
if beat > full then beat = full end
local wait = beat - interval * (burst - 1) - now
if wait <= 0 then
    beat = beat + interval
    wait = 0
end
redis.call('SET', KEYS[1], string.format('%.0f', beat), 'PX', ARGV[3])
return wait
";

/// No leave until this many microseconds have passed; a longer pause stays.
const PAUSE: &str = r"
local time = redis.call('TIME')
local pause = time[1] * 1000000 + time[2] + ARGV[1]
if pause > (tonumber(redis.call('GET', KEYS[1]) or 0) or 0) then
    redis.call('SET', KEYS[1], string.format('%.0f', pause), 'PX', math.ceil(ARGV[1] / 1000))
end
return 1
";

/// The holder may take it again: the one that took it may have been cancelled.
const LOCK: &str = r"
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
";

const UNLOCK: &str = r"
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
";

/// The scripts with their hashes, computed once.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) epoch: Script,
    pub(super) put: Script,
    pub(super) sign_out: Script,
    pub(super) admit: Script,
    pub(super) pause: Script,
    pub(super) lock: Script,
    pub(super) unlock: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            epoch: Script::new(EPOCH),
            put: Script::new(PUT),
            sign_out: Script::new(SIGN_OUT),
            admit: Script::new(ADMIT),
            pause: Script::new(PAUSE),
            lock: Script::new(LOCK),
            unlock: Script::new(UNLOCK),
        }
    }
}
