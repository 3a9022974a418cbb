//! What every kind of signal does. Those of Unix are all tested on Linux.

macro_rules! it_is_raised_until_it_is_cleared {
    ($name:ident, $signal:ty) => {
        #[test]
        fn $name() {
            let signal = <$signal>::new().expect("the system gives one");
            let is_raised = || is_raised(signal.descriptor());
            assert!(!is_raised());
            // Clearing a signal that isn't raised doesn't block.
            signal.clear();
            for times in [1, 2, 64, 100, 100_000] {
                (0..times).for_each(|_| signal.raise());
                assert!(is_raised() && is_raised(), "after {times} times");
                signal.clear();
                assert!(!is_raised(), "after {times} times");
            }
        }
    };
}

it_is_raised_until_it_is_cleared!(
    the_signal_of_this_system_is_raised_until_it_is_cleared,
    super::Signal
);

#[cfg(unix)]
it_is_raised_until_it_is_cleared!(a_pipe_is_raised_until_it_is_cleared, super::pipe::Signal);

#[cfg(unix)]
#[test]
fn no_program_that_is_started_inherits_a_pipe() {
    let signal = super::pipe::Signal::new().expect("the system gives one");
    // SAFETY: the descriptor is open.
    let flags = unsafe { libc::fcntl(signal.descriptor(), libc::F_GETFD) };
    assert_eq!(flags & libc::FD_CLOEXEC, libc::FD_CLOEXEC);
}

#[cfg(unix)]
fn is_raised(descriptor: i32) -> bool {
    let mut watched = libc::pollfd {
        fd: descriptor,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one descriptor is watched.
    unsafe { libc::poll(&raw mut watched, 1, 0) == 1 }
}

#[cfg(windows)]
fn is_raised(descriptor: i32) -> bool {
    use windows_sys::Win32::Foundation::{HANDLE, WAIT_OBJECT_0};
    use windows_sys::Win32::System::Threading::WaitForSingleObject;
    // SAFETY: the handle is open.
    unsafe { WaitForSingleObject(descriptor as isize as HANDLE, 0) == WAIT_OBJECT_0 }
}
