//! The runtime in a process that forks, shuts it down, and starts it again. One test at a time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod child;
mod forks;
mod restarts;
mod spawned;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let tests: [(&str, fn()); 16] = [
        // First, since nothing may have used the runtime before it.
        (
            "nothing_starts_before_it_is_used",
            restarts::nothing_starts_before_it_is_used,
        ),
        (
            "parent_and_child_go_on_after_a_fork",
            forks::parent_and_child_go_on_after_a_fork,
        ),
        ("grandchildren_go_on", forks::grandchildren_go_on),
        (
            "children_forked_under_load_go_on",
            forks::children_forked_under_load_go_on,
        ),
        (
            "a_child_leaks_what_it_inherited",
            forks::a_child_leaks_what_it_inherited,
        ),
        ("a_child_can_shut_down", forks::a_child_can_shut_down),
        (
            "what_was_spawned_before_runs_in_the_parent_alone",
            forks::what_was_spawned_before_runs_in_the_parent_alone,
        ),
        (
            "values_are_made_again_after_a_restart",
            restarts::values_are_made_again_after_a_restart,
        ),
        (
            "values_that_need_no_runtime_survive_a_restart",
            restarts::values_that_need_no_runtime_survive_a_restart,
        ),
        (
            "blocked_threads_are_told_of_the_end",
            restarts::blocked_threads_are_told_of_the_end,
        ),
        (
            "the_runtime_does_not_end_itself",
            restarts::the_runtime_does_not_end_itself,
        ),
        ("two_may_shut_down_at_once", restarts::two_may_shut_down_at_once),
        (
            "restarts_leave_nothing_behind",
            restarts::restarts_leave_nothing_behind,
        ),
        (
            "each_future_is_finished_or_dropped",
            spawned::each_future_is_finished_or_dropped,
        ),
        (
            "a_worker_may_block_on_more_work",
            spawned::a_worker_may_block_on_more_work,
        ),
        (
            "signals_stay_with_the_host_s_threads",
            spawned::signals_stay_with_the_host_s_threads,
        ),
    ];
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            Trial::test(name, move || {
                test();
                Ok::<(), Failed>(())
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
