//! Tests the runtime in a process that forks, shuts it down, and starts it again. One test runs at a time.
// Like a host that isn't written in Rust: the standard library's own `main` installs a handler for stack
// overflows, whose lock every new thread takes and a fork may leave locked.
#![cfg_attr(not(miri), no_main)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod blocking;
#[cfg(not(miri))]
mod callbacks;
#[cfg(not(miri))]
mod child;
#[cfg(not(miri))]
mod forks;
mod hanging;
#[cfg(not(miri))]
mod hosts;
#[cfg(not(miri))]
mod load;
#[cfg(not(miri))]
mod lookups;
mod mailboxes;
mod restarts;
#[cfg(not(miri))]
mod shortage;
mod shutdowns;
#[cfg(not(miri))]
mod signals;
mod spawned;
mod support;
#[cfg(not(miri))]
mod threads;
mod values;

use libtest_mimic::{Arguments, Failed, Trial};

macro_rules! trials {
    ($($module:ident::$test:ident,)+) => {
        vec![$(trial(stringify!($test), $module::$test)),+]
    };
}

fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok::<(), Failed>(())
    })
}

// SAFETY: there is no other `main`.
#[cfg(not(miri))]
#[unsafe(no_mangle)]
extern "C" fn main() -> std::ffi::c_int {
    run()
}

#[cfg(miri)]
fn main() {
    std::process::exit(run());
}

fn run() -> i32 {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let mut trials = Vec::new();
    #[cfg(not(miri))]
    trials.extend(trials![
        // First, because it needs a runtime that was never used.
        threads::nothing_starts_before_it_is_used,
        threads::restarts_leave_nothing_behind,
        signals::signals_stay_with_the_host_s_threads,
        signals::a_peer_that_went_away_is_no_signal,
        forks::parent_and_child_go_on,
        forks::grandchildren_go_on,
        forks::a_child_can_shut_down,
        forks::a_child_leaks_what_it_inherited,
        forks::what_was_spawned_before_runs_in_the_parent_alone,
        load::children_go_on,
        load::children_of_a_parent_that_restarts_go_on,
        load::what_the_parent_spawned_cannot_hold_up_the_child,
        load::locks_of_the_runtime_s_work_are_free_in_a_child,
        lookups::a_resolver_lock_held_at_a_fork_costs_a_child_those_lookups_alone,
        callbacks::a_child_of_a_task_can_use_everything,
        callbacks::a_child_of_a_task_that_returns_ends,
        callbacks::a_child_of_a_callback_can_use_everything_and_ends,
        callbacks::a_child_of_blocking_work_that_returns_ends,
        callbacks::a_child_of_a_notification_that_returns_ends,
        callbacks::a_child_of_a_waiting_thread_goes_on,
        callbacks::a_child_of_polled_work_goes_on,
        callbacks::a_child_of_a_task_hears_signals,
        hosts::callbacks_that_hang_take_few_threads_and_names_are_resolved,
        hosts::a_callback_without_a_thread_fails_in_time,
        hosts::work_waits_for_a_thread_only_while_all_are_busy,
        hosts::a_callback_that_never_returns_takes_few_threads_however_often_it_is_tried,
        hosts::a_restart_gives_no_further_threads,
        hosts::a_child_has_threads_of_its_own,
        hosts::a_mailbox_of_a_child_is_its_own,
        shortage::without_threads_there_is_an_error,
        spawned::a_runtime_that_is_taken_from_under_work_says_so,
    ]);
    trials.extend(trials![
        restarts::it_starts_again_after_its_end,
        restarts::a_straggler_is_waited_for_by_the_next_end_too,
        restarts::what_ends_does_not_begin_again_by_a_callback,
        shutdowns::blocked_threads_are_told,
        shutdowns::a_callback_does_not_end_what_runs_it,
        shutdowns::two_at_once_both_wait_for_the_end,
        shutdowns::it_may_end_while_others_use_it,
        mailboxes::items_are_delivered_in_their_order,
        mailboxes::a_slow_callback_delays_no_push_and_what_is_dropped_is_counted,
        mailboxes::what_is_dropped_is_counted_though_nothing_follows,
        mailboxes::a_callback_that_hangs_is_waited_for_no_longer_than_patience,
        mailboxes::a_callback_that_panics_is_called_again,
        mailboxes::a_dropped_mailbox_s_callback_is_dropped_after_the_last_item_and_before_the_end,
        mailboxes::what_waits_is_delivered_after_the_mailbox_is_dropped,
        hanging::a_callback_that_hangs_holds_up_nothing_else,
        hanging::callbacks_that_hang_on_every_thread_hold_up_callbacks_alone,
        hanging::callbacks_that_wait_for_the_runtime_hold_up_nothing,
        hanging::a_callback_that_hangs_is_left_behind_by_the_end,
        values::they_are_made_again_after_a_restart,
        values::work_of_a_runtime_that_ends_gets_none_of_the_next,
        values::a_callback_on_a_runtime_that_ends_gets_the_next_one_s,
        values::those_that_need_no_runtime_survive_a_restart,
        values::threads_agree_on_one,
        spawned::each_is_finished_or_dropped,
        spawned::each_is_finished_or_dropped_while_the_runtime_ends,
        spawned::polled_work_begins_here_and_goes_on_there,
        spawned::polled_work_is_finished_or_dropped,
        spawned::blocking_work_is_run_or_dropped,
        spawned::panics_are_contained,
        blocking::a_worker_may_wait_for_more_work,
        blocking::blocking_work_may_wait_too,
        blocking::a_thread_that_waits_may_wait_for_more,
        blocking::a_panic_is_the_caller_s,
    ]);
    i32::from(libtest_mimic::run(&arguments, trials).has_failed())
}
