//! What differs between operating systems: descriptors, and reuse of ports.

#[cfg(unix)]
pub(super) use self::unix::{NULL_DEVICE, REUSES_ADDRESS, no_descriptor, raise_descriptor_limit};
#[cfg(windows)]
pub(super) use self::windows::{NULL_DEVICE, REUSES_ADDRESS, no_descriptor, raise_descriptor_limit};

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::io::Errno;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    pub(crate) const NULL_DEVICE: &str = "/dev/null";

    /// Whether a listener can reuse the port of one that has just ended.
    pub(crate) const REUSES_ADDRESS: bool = true;

    pub(crate) fn no_descriptor(error: &io::Error) -> bool {
        let full = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
        error.raw_os_error().is_some_and(|errno| full.contains(&errno))
    }

    /// Raises the descriptor limit towards `wanted` and returns it; `None` if there is no limit.
    pub(crate) fn raise_descriptor_limit(wanted: usize) -> Option<usize> {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let current = current?;
        let wanted = maximum.map_or(wanted as u64, |maximum| maximum.min(wanted as u64));
        let raised = Rlimit {
            current: Some(wanted),
            maximum,
        };
        let limit = if wanted > current && setrlimit(Resource::Nofile, raised).is_ok() {
            wanted
        } else {
            current
        };
        Some(usize::try_from(limit).unwrap_or(usize::MAX))
    }
}

#[cfg(windows)]
mod windows {
    use std::io;

    pub(crate) const NULL_DEVICE: &str = "NUL";

    /// On Windows it would let another program take the port of a running listener, and it isn't needed for
    /// one that has ended.
    pub(crate) const REUSES_ADDRESS: bool = false;

    pub(crate) fn no_descriptor(error: &io::Error) -> bool {
        /// WSAEMFILE and WSAENOBUFS.
        const FULL: [i32; 2] = [10024, 10055];
        error.raw_os_error().is_some_and(|code| FULL.contains(&code))
    }

    /// There is no such limit.
    pub(crate) fn raise_descriptor_limit(_wanted: usize) -> Option<usize> {
        None
    }
}
