//! Limits the size of what is read from a server. Otherwise anyone who can write to Redis could fill this
//! process's memory with one value, message or endless line.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The largest string within an answer, in bytes; also the largest number of elements. An entry has a few
/// KiB.
const MAX_TEXT: u64 = 128 * 1024;
/// The largest answer in bytes: the slot map of a cluster with very fragmented slots.
const MAX_ANSWER: u64 = 4 * 1024 * 1024;

/// A stream that fails as soon as an answer is known to be too large, before all of it is read.
pub(super) struct Bounded<S> {
    stream: S,
    meter: Meter,
}

impl<S> Bounded<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            meter: Meter::default(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        Poll::Ready(
            self.meter.read(read).map_err(|TooLarge| {
                io::Error::new(io::ErrorKind::ConnectionAborted, "an answer is too large")
            }),
        )
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Parses the lengths in RESP (versions 2 and 3) as far as needed to know where an answer ends.
#[derive(Debug)]
pub(super) struct Meter {
    place: Place,
    /// The number of elements of the present answer that are still to come.
    pending: u64,
    /// The number of bytes of the present answer so far.
    answer: u64,
}

#[derive(Debug)]
enum Place {
    Type,
    /// In a line that gives a length, with the digits so far.
    Length {
        kind: u8,
        digits: u64,
    },
    /// In a line that is itself the value.
    Line {
        length: u64,
    },
    /// In a string, with the number of bytes left, line end included.
    Text {
        left: u64,
    },
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            place: Place::Type,
            pending: 1,
            answer: 0,
        }
    }
}

impl Meter {
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> Result<(), TooLarge> {
        while let Some((first, rest)) = bytes.split_first() {
            let taken = match &mut self.place {
                Place::Text { left } => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= taken as u64;
                    if *left == 0 {
                        self.element(0);
                    }
                    bytes = bytes.get(taken..).unwrap_or_default();
                    taken
                }
                _ => {
                    self.byte(*first)?;
                    bytes = rest;
                    1
                }
            };
            self.answer += taken as u64;
            if self.answer > MAX_ANSWER {
                return Err(TooLarge);
            }
            if self.pending == 0 {
                self.pending = 1;
                self.answer = 0;
            }
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> Result<(), TooLarge> {
        match &mut self.place {
            Place::Type => {
                self.place = match byte {
                    b'$' | b'=' | b'!' | b'*' | b'~' | b'>' | b'%' | b'|' => Place::Length {
                        kind: byte,
                        digits: 0,
                    },
                    _ => Place::Line { length: 0 },
                };
            }
            Place::Length { kind, digits } => match byte {
                b'0'..=b'9' => {
                    *digits = digits.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                    if *digits > MAX_TEXT {
                        return Err(TooLarge);
                    }
                }
                // RESP 2's null, `$-1` or `*-1`.
                b'-' => self.place = Place::Line { length: 0 },
                b'\n' => {
                    let (kind, count) = (*kind, *digits);
                    self.place = Place::Type;
                    match kind {
                        b'$' | b'=' | b'!' => self.place = Place::Text { left: count + 2 },
                        b'%' => self.element(2 * count),
                        // Attributes come before the element that they belong to.
                        b'|' => self.pending += 2 * count,
                        _ => self.element(count),
                    }
                }
                _ => {}
            },
            Place::Line { length } => {
                *length += 1;
                if byte == b'\n' {
                    self.element(0);
                } else if *length > MAX_TEXT {
                    return Err(TooLarge);
                }
            }
            Place::Text { .. } => {}
        }
        Ok(())
    }

    /// Ends an element, or its header if it consists of `parts` further elements.
    fn element(&mut self, parts: u64) {
        self.place = Place::Type;
        self.pending = self.pending.saturating_sub(1).saturating_add(parts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outcome, which must be the same however the bytes are split.
    fn read(bytes: &[u8]) -> Result<(), TooLarge> {
        let whole = Meter::default().read(bytes);
        for size in [1, 2, 3, 7] {
            let mut meter = Meter::default();
            let cut = bytes.chunks(size).try_for_each(|chunk| meter.read(chunk));
            assert_eq!(cut, whole, "cut into {size}");
        }
        whole
    }

    #[test]
    fn ordinary_answers_pass_for_ever() {
        let answers: [&[u8]; 10] = [
            b"+OK\r\n",
            b"-READONLY You can't write\r\n",
            b":12\r\n",
            b"$5\r\nhe\nlo\r\n",
            b"$-1\r\n",
            b"*-1\r\n",
            b"*2\r\n$3\r\n$9\r\r\n*1\r\n:1\r\n",
            b"%1\r\n+a\r\n*2\r\n_\r\n#t\r\n",
            b">3\r\n+message\r\n$1\r\na\r\n$0\r\n\r\n",
            b"|1\r\n+ttl\r\n:3\r\n$1\r\nx\r\n",
        ];
        let mut meter = Meter::default();
        for _ in 0..20_000 {
            for answer in answers {
                assert_eq!(meter.read(answer), Ok(()));
                assert_eq!(
                    (meter.pending, meter.answer),
                    (1, 0),
                    "{}",
                    String::from_utf8_lossy(answer)
                );
            }
        }
        for answer in answers {
            assert_eq!(read(answer), Ok(()));
        }
    }

    #[test]
    fn a_text_is_refused_by_its_length_before_it_is_read() {
        assert_eq!(read(b"$536870912\r\n"), Err(TooLarge));
        assert_eq!(read(b"*1\r\n=99999999999999999999999999\r\n"), Err(TooLarge));
        assert_eq!(read(b"$131072\r\n"), Ok(()));
        assert_eq!(read(b"*131073\r\n"), Err(TooLarge));
    }

    #[test]
    fn an_endless_line_and_an_endless_answer_are_refused() {
        assert_eq!(read(&[b'+'; 200_000]), Err(TooLarge));
        let mut answer = b"*100\r\n".to_vec();
        for _ in 0..100 {
            answer.extend_from_slice(b"$100000\r\n");
            answer.extend_from_slice(&[b'x'; 100_000]);
            answer.extend_from_slice(b"\r\n");
        }
        assert_eq!(read(&answer), Err(TooLarge));
        assert_eq!(read(&b"*1\r\n".repeat(2_000_000)), Err(TooLarge));
    }
}
