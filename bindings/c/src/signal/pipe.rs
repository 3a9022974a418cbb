//! A pipe, which holds a byte for each time the signal was raised.

use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::{AsFd, AsRawFd as _};

pub(crate) struct Signal {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Signal {
    pub(crate) fn new() -> io::Result<Self> {
        // Neither end is inherited by programs that the host starts.
        let (reader, writer) = io::pipe()?;
        do_not_block(&reader)?;
        do_not_block(&writer)?;
        Ok(Self { reader, writer })
    }

    pub(crate) fn descriptor(&self) -> i32 {
        self.reader.as_raw_fd()
    }

    pub(crate) fn raise(&self) {
        // The write fails if the pipe is full; it is readable then.
        let _ = (&self.writer).write(&[1]);
    }

    pub(crate) fn clear(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.reader).read(&mut bytes), Ok(count) if count == bytes.len()) {}
    }
}

fn do_not_block(end: &impl AsFd) -> io::Result<()> {
    let descriptor = end.as_fd().as_raw_fd();
    // SAFETY: the descriptor is open.
    let done = unsafe {
        let flags = libc::fcntl(descriptor, libc::F_GETFL);
        flags >= 0 && libc::fcntl(descriptor, libc::F_SETFL, flags | libc::O_NONBLOCK) >= 0
    };
    if done {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
