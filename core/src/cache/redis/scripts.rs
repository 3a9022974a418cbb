//! The Lua scripts, each of which Redis runs atomically. Large numbers are formatted with `digits`, since Lua
//! prints only 14 digits.
//!
//! All keys of a script have the same hash tag, as a cluster requires. Anyone may have written the values
//! that a script reads: they are truncated, checked to be numbers that this library could have written, and
//! otherwise replaced.

use redis::{Cmd, ToRedisArgs};

/// The beginning of each script.
const PRELUDE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function digits(number) return string.format('%.0f', number) end
-- What a command reads, or nothing where the key is of another type: then it is removed.
local function read(...)
    local value = redis.pcall(...)
    if type(value) ~= 'table' or not value.err then return value end
    if not string.find(value.err, 'WRONGTYPE', 1, true) then return redis.call(...) end
    redis.call('DEL', (select(2, ...)))
    return nil
end
-- The beginning of a text, or nothing.
local function text(key)
    local text = read('GETRANGE', key, 0, 63)
    return text ~= '' and text or nil
end
-- A number that we could have written, not beyond `latest`, or nothing.
local function number(key, latest)
    local text = text(key)
    if not text or #text > 16 or not string.match(text, '^%d+$') then return nil end
    local number = tonumber(text)
    return number <= latest and number or nil
end
-- By how much pauses have moved the slots to come, in all.
local function moves(key) return number(key, 9000000000000000) or 0 end
";

/// Returns the user's epoch, and creates it from the time if there is none: if it was lost, the new one
/// differs from any that was read before. An epoch more than an hour in the future (servers' clocks may
/// differ by less) was not written by this library.
const EPOCH: &str = r"
local epoch = digits(number(KEYS[1], now + 3600000000) or now)
redis.call('SET', KEYS[1], epoch, 'PX', ARGV[1])
return epoch
";

/// Stores an entry unless the epoch has changed, and lists it for sign-out until it expires. `ARGV[4]`: the
/// longest lifetime of an entry; `ARGV[5]`: the maximum number of entries of a user.
const PUT: &str = r"
if text(KEYS[1]) ~= ARGV[1] then return 0 end
local now = math.floor(now / 1000)
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
read('ZREMRANGEBYSCORE', KEYS[3], '-inf', digits(now))
redis.call('ZREMRANGEBYSCORE', KEYS[3], '(' .. digits(now + ARGV[4]), '+inf')
redis.call('ZADD', KEYS[3], digits(now + ARGV[3]), KEYS[2])
local entry = string.gsub(KEYS[3], 'entries$', 'entry:')
for _, surplus in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1 - ARGV[5])) do
    redis.call('ZREM', KEYS[3], surplus)
    if string.sub(surplus, 1, #entry) == entry then redis.call('DEL', surplus) end
end
local longest = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[3], digits(longest + 1000))
return 1
";

/// Sets a new epoch, removes the user's entries and notifies the other processes. Names in the list that are
/// no entries of the user are ignored.
const SIGN_OUT: &str = r"
local epoch = now
local former = number(KEYS[1], now + 3600000000) or 0
if epoch <= former then epoch = former + 1 end
redis.call('SET', KEYS[1], digits(epoch), 'PX', ARGV[1])
local entry = string.gsub(KEYS[2], 'entries$', 'entry:')
for _, name in ipairs(read('ZRANGE', KEYS[2], 0, -1) or {}) do
    if string.sub(name, 1, #entry) == entry then redis.call('DEL', name) end
end
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
";

/// Reserves a slot, by the rules of `Schedule` and of the users' shares. Returns, with times in microseconds:
/// the outcome (0 a slot, 1 limited, 2 user limited), the wait, what is left of a pause, by how much all
/// pauses have delayed the slots, and the slot.
///
/// If the state is lost or impossible, the burst counts as used up, since it may have been. A pause longer
/// than the maximum, `ARGV[4]`, was not written by this library. Extras are numbered, and one that is used
/// again keeps its number. A returned slot is granted before a later one.
const RESERVE: &str = r"
local interval, extras, period = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local longest, max_wait, share = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local pause = number(KEYS[3], now + longest)
local from = math.max(now, pause or now)
local farthest = from + longest + interval
local own = number(KEYS[1], farthest)
local is_lost = not own
own = own or now + interval
-- What was reserved before a pause is used behind it.
local turn = math.max(own, from, pause and number(KEYS[5], farthest) or 0)
-- The first write is one that Redis refuses when it has no memory: then nothing is done.
redis.call('SET', KEYS[1], digits(own), 'PX', ARGV[8])
local used = read('ZCARD', KEYS[2]) or 0
local newest = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
if is_lost or used > extras or (newest and tonumber(newest) > farthest) then
    redis.call('DEL', KEYS[2], KEYS[6])
    for extra = 1, extras do redis.call('ZADD', KEYS[2], digits(now), extra) end
    if extras > 0 then redis.call('PEXPIRE', KEYS[2], ARGV[8]) end
    used = extras
end
if share > 0 then
    read('ZREMRANGEBYSCORE', KEYS[4], '-inf', digits(now - period))
    redis.call('ZREMRANGEBYSCORE', KEYS[4], '(' .. digits(now), '+inf')
    redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - share)
    if redis.call('ZCARD', KEYS[4]) >= share then
        local oldest = redis.call('ZRANGE', KEYS[4], 0, 0, 'WITHSCORES')[2]
        return {2, math.ceil(oldest + period - now), from - now, moves(KEYS[7]), 0}
    end
end
local slot = from
if ARGV[7] == '1' then
    local extra, name = from, used + 1
    if extras > 0 and used >= extras then
        local oldest = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
        extra, name = math.max(math.ceil(oldest[2] + period), from), oldest[1]
    end
    local in_turn = extras == 0 or turn <= extra
    slot = in_turn and turn or extra
    read('ZREMRANGEBYSCORE', KEYS[6], '-inf', '(' .. digits(from))
    redis.call('ZREMRANGEBYSCORE', KEYS[6], '(' .. digits(farthest), '+inf')
    local returned = redis.call('ZRANGE', KEYS[6], 0, 0, 'WITHSCORES')
    local is_returned = returned[2] and math.ceil(returned[2]) <= slot
    if is_returned then slot = math.ceil(returned[2]) end
    local is_given = slot == now or slot - now <= max_wait
    if is_given and is_returned then
        redis.call('ZREM', KEYS[6], returned[1])
    elseif is_given and in_turn then
        redis.call('SET', KEYS[1], digits(slot + interval), 'PX', ARGV[8])
    elseif is_given then
        redis.call('ZADD', KEYS[2], digits(slot), name)
    end
    if extras > 0 then redis.call('PEXPIRE', KEYS[2], ARGV[8]) end
    if not is_given then return {1, slot - now, from - now, moves(KEYS[7]), 0} end
end
if share > 0 then
    redis.call('ZADD', KEYS[4], digits(now), digits(now) .. ':' .. redis.call('ZCARD', KEYS[4]))
    redis.call('PEXPIRE', KEYS[4], math.ceil(period / 1000))
end
return {0, slot - now, from - now, moves(KEYS[7]), slot}
";

/// Stores returned slots for the next [`RESERVE`]. From `ARGV[5]` on: pairs of a slot and of the moves as of
/// its reservation. Slots that have passed, that this library could not have granted, or that exceed the
/// maximum number `ARGV[4]` are dropped.
const GIVE_BACK: &str = r"
local pause = number(KEYS[1], now + ARGV[1])
local from = math.max(now, pause or now)
local farthest = from + ARGV[1] + ARGV[2]
local moved = moves(KEYS[2])
read('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. digits(from))
local room, kept = ARGV[4] - redis.call('ZCARD', KEYS[3]), 0
for index = 5, #ARGV, 2 do
    local slot = ARGV[index] + moved - ARGV[index + 1]
    if slot > from and slot <= farthest and ARGV[index + 1] + 0 <= moved and kept < room then
        kept = kept + redis.call('ZADD', KEYS[3], digits(slot), ARGV[index] .. ':' .. ARGV[index + 1])
    end
end
if kept > 0 then redis.call('PEXPIRE', KEYS[3], ARGV[3]) end
return kept
";

/// Pauses for `ARGV[1]` microseconds: slots that have not begun are delayed. A longer pause stays in effect,
/// unless it exceeds the maximum, `ARGV[2]`. Returns what is left of the pause, and by how much all pauses
/// have delayed the slots.
const PAUSE: &str = r"
local pause = number(KEYS[3], now + ARGV[2]) or 0
local ends = now + ARGV[1]
local moved = moves(KEYS[5])
if ends <= pause then return {pause - now, moved} end
local longer = ends - math.max(pause, now)
local farthest = now + 2 * ARGV[2]
local turn = math.max(number(KEYS[1], farthest) or 0, pause > 0 and number(KEYS[4], farthest) or 0)
local lasts = ends
if turn > now then
    lasts = math.max(ends, turn + longer)
    redis.call('SET', KEYS[4], digits(turn + longer), 'PX', math.ceil((lasts - now) / 1000))
end
for _, key in ipairs({KEYS[2], KEYS[6]}) do
    local reserved = read('ZRANGEBYSCORE', key, '(' .. digits(now), digits(farthest), 'WITHSCORES') or {}
    for index = 1, #reserved, 2 do
        redis.call('ZADD', key, digits(reserved[index + 1] + longer), reserved[index])
    end
end
redis.call('SET', KEYS[3], digits(ends), 'PX', math.ceil((lasts - now) / 1000))
moved = moved + longer
redis.call('SET', KEYS[5], digits(moved), 'PX', ARGV[3])
return {ends - now, moved}
";

/// Returns what is left of a pause, and by how much all pauses have delayed the slots, in microseconds.
const PAUSED: &str = r"
return {math.max((number(KEYS[1], now + ARGV[1]) or now) - now, 0), moves(KEYS[2])}
";

/// Takes the lock. Its holder may take it again, since the task that took it may have been cancelled. A lock
/// with a longer lifetime than this library sets is ignored.
const LOCK: &str = r"
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local left = redis.call('PTTL', KEYS[1])
if text(KEYS[1]) ~= ARGV[1] and left >= 0 and left <= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
";

const UNLOCK: &str = r"
if text(KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
";

/// A script with its hash, computed once.
#[derive(Debug)]
pub(super) struct Script {
    code: String,
    hash: String,
}

/// A script with its keys and arguments.
pub(super) struct Invocation<'a> {
    script: &'a Script,
    keys: Vec<Vec<u8>>,
    args: Vec<Vec<u8>>,
}

impl Script {
    fn new(body: &str) -> Self {
        let code = format!("{PRELUDE}{body}");
        let hash = redis::Script::new(&code).get_hash().to_owned();
        Self { code, hash }
    }

    pub(super) fn prepare_invoke(&self) -> Invocation<'_> {
        Invocation {
            script: self,
            keys: Vec::new(),
            args: Vec::new(),
        }
    }
}

impl Invocation<'_> {
    pub(super) fn key(&mut self, key: impl ToRedisArgs) -> &mut Self {
        self.keys.extend(key.to_redis_args());
        self
    }

    pub(super) fn arg(&mut self, arg: impl ToRedisArgs) -> &mut Self {
        self.args.extend(arg.to_redis_args());
        self
    }

    /// The command for a server that has run the script before.
    pub(super) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", &self.script.hash)
    }

    /// The command for a server that has not run the script before. In a cluster, it goes to the node that
    /// has the keys.
    pub(super) fn whole(&self) -> Cmd {
        self.command("EVAL", &self.script.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(name);
        command
            .arg(script)
            .arg(self.keys.len())
            .arg(&self.keys)
            .arg(&self.args);
        command
    }
}

/// The scripts, made once.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) epoch: Script,
    pub(super) put: Script,
    pub(super) sign_out: Script,
    pub(super) reserve: Script,
    pub(super) give_back: Script,
    pub(super) pause: Script,
    pub(super) paused: Script,
    pub(super) lock: Script,
    pub(super) unlock: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            epoch: Script::new(EPOCH),
            put: Script::new(PUT),
            sign_out: Script::new(SIGN_OUT),
            reserve: Script::new(RESERVE),
            give_back: Script::new(GIVE_BACK),
            pause: Script::new(PAUSE),
            paused: Script::new(PAUSED),
            lock: Script::new(LOCK),
            unlock: Script::new(UNLOCK),
        }
    }
}
