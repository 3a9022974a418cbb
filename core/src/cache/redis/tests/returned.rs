//! Slots that are returned to the fleet.

use super::*;
use crate::cache::FleetSlot;

const LIMIT: u32 = 40;
const BURST: u32 = 10;
const PERIOD: Duration = Duration::from_secs(1);
const RETURNED: &str = "acs-auth:{limiter}:returned";

/// A process of a fleet, with a timeout that is never reached: these tests are about which slots are granted,
/// not how fast.
fn member(server: &RedisServer) -> RedisCache {
    let limits = Limits::new(LIMIT, PERIOD, BURST).unwrap();
    let options = RedisOptions {
        timeout: Duration::from_secs(30),
        ..options(server)
    };
    RedisCache::new(&options, limits, Arc::new(SystemTime::now), None).unwrap()
}

/// Reserves a slot within two minutes. Returns also the server's time of the reservation.
async fn slot(cache: &RedisCache) -> (FleetSlot, u64) {
    let request = ReservationRequest {
        user: None,
        max_wait: Limits::MAX_WAIT,
        takes_slot: true,
    };
    let answer = cache.reserve(&request).await.unwrap();
    let (Reservation::In(wait), Some(slot)) = (answer.reservation, answer.slot) else {
        panic!("{answer:?}");
    };
    (slot, slot.at - u64::try_from(wait.as_micros()).unwrap())
}

/// Reserves `count` slots that are so far away that none passes during a test.
async fn far_slots(cache: &RedisCache, count: usize) -> Vec<FleetSlot> {
    // Skips twenty seconds, longer than any step of a test takes.
    for _ in 0..20 * (LIMIT - BURST) {
        slot(cache).await;
    }
    let mut slots = Vec::new();
    for _ in 0..count {
        slots.push(slot(cache).await.0);
    }
    slots
}

#[tokio::test]
async fn a_slot_that_one_process_gives_back_is_the_next_of_another() {
    let server = RedisServer::start();
    let (here, there) = (member(&server), member(&server));
    let slots = far_slots(&here, 6).await;
    here.give_back(&[slots[4], slots[1]]).await;
    here.give_back(&[slots[2]]).await;
    let mut given = Vec::new();
    for _ in 0..3 {
        given.push(slot(&there).await.0);
    }
    assert_eq!(given, [slots[1], slots[2], slots[4]], "the earliest first");
    assert!(slot(&there).await.0.at > slots[5].at, "and then none of them");
}

#[tokio::test]
async fn who_has_no_time_for_a_slot_that_was_given_back_leaves_it_to_others() {
    let server = RedisServer::start();
    let cache = member(&server);
    let slots = far_slots(&cache, 1).await;
    cache.give_back(&slots).await;
    let request = ReservationRequest {
        user: None,
        max_wait: Duration::from_millis(1),
        takes_slot: true,
    };
    let answer = cache.reserve(&request).await.unwrap();
    assert!(matches!(answer.reservation, Reservation::Limited(_)));
    assert_eq!(slot(&cache).await.0, slots[0]);
}

#[tokio::test]
async fn a_pause_moves_what_was_and_what_will_be_given_back() {
    let server = RedisServer::start();
    let (here, there) = (member(&server), member(&server));
    let slots = far_slots(&here, 3).await;
    here.give_back(&slots[..1]).await;
    let paused = there.pause(Duration::from_secs(40)).await.unwrap();
    assert!(paused.left <= Duration::from_secs(40) && paused.moves == 40_000_000);
    here.give_back(&slots[1..2]).await;
    for expected in &slots[..2] {
        let (given, _) = slot(&there).await;
        assert_eq!(
            (given.at, given.moves),
            (expected.at + paused.moves, paused.moves)
        );
    }
    // A longer pause delays slots only by the difference.
    let longer = here.pause(Duration::from_secs(60)).await.unwrap();
    let more = longer.moves - paused.moves;
    assert!((20_000_000..40_000_000).contains(&more), "{more}");
    here.give_back(&slots[2..]).await;
    assert_eq!(slot(&there).await.0.at, slots[2].at + longer.moves);
    assert_eq!(here.paused().await.unwrap().moves, longer.moves);
}

#[tokio::test]
async fn slots_that_have_passed_or_that_nobody_could_have_are_not_kept() {
    let server = RedisServer::start();
    let cache = member(&server);
    let (first, now) = slot(&cache).await;
    let far = |seconds: u64| FleetSlot {
        at: now + seconds * 1_000_000,
        moves: 0,
    };
    let foreign = FleetSlot {
        at: u64::MAX / 4096,
        moves: 0,
    };
    let of_moves_that_never_were = FleetSlot { moves: 1, ..far(60) };
    while slot(&cache).await.1 <= first.at {}
    cache
        .give_back(&[first, far(0), far(600), foreign, of_moves_that_never_were])
        .await;
    let kept = || -> i64 {
        redis::cmd("ZCARD")
            .arg(RETURNED)
            .query(&mut server.admin())
            .unwrap()
    };
    assert_eq!(kept(), 0);
    for second in 0..60 {
        let many: Vec<FleetSlot> = (0..64)
            .map(|n| FleetSlot {
                at: far(50 + second).at + n,
                moves: 0,
            })
            .collect();
        cache.give_back(&many).await;
    }
    assert_eq!(kept(), 1000, "and no more");
}

#[tokio::test]
async fn nonsense_in_place_of_returned_slots_heals() {
    let server = RedisServer::start();
    let cache = member(&server);
    for command in ["RPUSH", "SADD", "PFADD"] {
        for gives_back in [false, true] {
            let (given, _) = slot(&cache).await;
            redis::cmd("DEL").arg(RETURNED).exec(&mut server.admin()).unwrap();
            redis::cmd(command)
                .arg(RETURNED)
                .arg("x")
                .exec(&mut server.admin())
                .unwrap();
            if gives_back {
                cache.give_back(&[given]).await;
            }
            slot(&cache).await;
        }
    }
    for score in ["inf", "-inf", "1e300", "0.5"] {
        redis::Cmd::zadd(RETURNED, score, score)
            .exec(&mut server.admin())
            .unwrap();
    }
    let (given, now) = slot(&cache).await;
    assert!(given.at >= now && given.at < now + 120_000_000, "{given:?}");
    redis::Cmd::set("acs-auth:{limiter}:moves", "9999999999999999")
        .exec(&mut server.admin())
        .unwrap();
    assert_eq!(cache.paused().await.unwrap().moves, 0);
    assert_eq!(cache.degradation().await, None);
}

/// A seeded generator of pseudorandom numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

/// The slots that the members hold: those that have begun, with their time after all pauses, and those still
/// to come.
#[derive(Default)]
struct Held {
    begun: Vec<u64>,
    to_come: Vec<FleetSlot>,
}

impl Held {
    /// Moves the slots before `now` to `begun`; `moves` is how far pauses have delayed slots by then.
    fn begin(&mut self, now: u64, moves: u64) {
        let (begun, to_come) = self
            .to_come
            .iter()
            .partition(|slot| slot.at + (moves - slot.moves) <= now);
        let begun: Vec<FleetSlot> = begun;
        self.begun
            .extend(begun.iter().map(|slot| slot.at + (moves - slot.moves)));
        self.to_come = to_come;
    }
}

#[tokio::test]
async fn no_window_holds_more_than_the_limit_whatever_is_given_back_and_paused() {
    for seed in 1..4 {
        let server = RedisServer::start();
        redis::Cmd::set("acs-auth:{limiter}:next", 1)
            .exec(&mut server.admin())
            .unwrap();
        let members = [member(&server), member(&server), member(&server)];
        let (mut dice, mut held, mut moves, mut given_again) = (Dice(seed), Held::default(), 0, 0);
        let mut known = std::collections::HashSet::new();
        for _ in 0..600 {
            let member = &members[usize::try_from(dice.roll(3)).unwrap()];
            match dice.roll(20) {
                0..12 => {
                    let (slot, now) = slot(member).await;
                    moves = slot.moves;
                    held.begin(now, moves);
                    given_again += usize::from(!known.insert(slot.at - slot.moves));
                    held.to_come.push(slot);
                }
                12..18 if !held.to_come.is_empty() => {
                    let at = usize::try_from(dice.roll(held.to_come.len() as u64)).unwrap();
                    let back = held.to_come[at];
                    member.give_back(&[back]).await;
                    let kept: Option<f64> = redis::cmd("ZSCORE")
                        .arg(RETURNED)
                        .arg(format!("{}:{}", back.at, back.moves))
                        .query(&mut server.admin())
                        .unwrap();
                    // If the slot has passed meanwhile, it was not stored and still counts as used.
                    if kept.is_some() {
                        held.to_come.swap_remove(at);
                    }
                }
                18 => tokio::time::sleep(Duration::from_millis(dice.roll(40))).await,
                // The server's clock decides which slots a pause delays, so its time is read before and
                // after.
                19 if moves < 3_000_000 => {
                    let (seconds, micros): (u64, u64) =
                        redis::cmd("TIME").query(&mut server.admin()).unwrap();
                    let before = seconds * 1_000_000 + micros;
                    let paused = member.pause(Duration::from_millis(300)).await.unwrap();
                    let (seconds, micros): (u64, u64) =
                        redis::cmd("TIME").query(&mut server.admin()).unwrap();
                    let after = seconds * 1_000_000 + micros;
                    held.begin(before, moves);
                    // Slots between the two times may or may not have been delayed: they are not counted.
                    held.to_come.retain(|slot| slot.at + (moves - slot.moves) > after);
                    moves = paused.moves;
                }
                _ => {}
            }
        }
        held.begin(u64::MAX, moves);
        held.begun.sort_unstable();
        let period = u64::try_from(PERIOD.as_micros()).unwrap();
        for (first, slot) in held.begun.iter().enumerate() {
            let within = held.begun[first..].partition_point(|at| *at < slot + period);
            assert!(within <= LIMIT as usize, "{within} in a window, seed {seed}");
        }
        assert!(
            held.begun.len() > 3 * LIMIT as usize && given_again > 20,
            "{} and {given_again} again are no test, seed {seed}",
            held.begun.len()
        );
    }
}
