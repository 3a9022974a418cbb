//! A descriptor that is readable while it is raised: an eventfd on Linux, a pipe elsewhere.

use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) struct Signal(OwnedFd);

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Signal {
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: it takes no pointer.
        let descriptor = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        owned(descriptor).map(Self)
    }

    pub(crate) fn descriptor(&self) -> i32 {
        self.0.as_raw_fd()
    }

    pub(crate) fn raise(&self) {
        let one = 1_u64.to_ne_bytes();
        // SAFETY: the descriptor is open, and eight bytes are there.
        unsafe { libc::write(self.0.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    pub(crate) fn clear(&self) {
        let mut count = [0; 8];
        // SAFETY: the descriptor is open, and eight bytes have room.
        unsafe { libc::read(self.0.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) struct Signal {
    read: OwnedFd,
    write: OwnedFd,
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Signal {
    pub(crate) fn new() -> io::Result<Self> {
        let mut ends = [-1; 2];
        // SAFETY: two descriptors have room.
        if unsafe { libc::pipe(ends.as_mut_ptr()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        let signal = Self {
            read: owned(ends[0])?,
            write: owned(ends[1])?,
        };
        for end in ends {
            // SAFETY: the descriptor is open.
            unsafe {
                libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC);
                libc::fcntl(end, libc::F_SETFL, libc::O_NONBLOCK);
            }
        }
        Ok(signal)
    }

    pub(crate) fn descriptor(&self) -> i32 {
        self.read.as_raw_fd()
    }

    pub(crate) fn raise(&self) {
        // SAFETY: the descriptor is open, and one byte is there.
        unsafe { libc::write(self.write.as_raw_fd(), [1_u8].as_ptr().cast(), 1) };
    }

    pub(crate) fn clear(&self) {
        let mut byte = [0; 1];
        // SAFETY: the descriptor is open, and one byte has room.
        unsafe { libc::read(self.read.as_raw_fd(), byte.as_mut_ptr().cast(), 1) };
    }
}

fn owned(descriptor: i32) -> io::Result<OwnedFd> {
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just given it, to nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}
