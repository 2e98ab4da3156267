//! A connection that never becomes a request ends as well: hyper's own deadline for headers begins only
//! once it knows the protocol, and HTTP/2 has none.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Whether a connection has brought a request.
#[derive(Debug, Clone, Default)]
pub struct Begun(Arc<AtomicBool>);

impl Begun {
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads until the deadline, and beyond it where a request has begun. Writes as long as something is taken.
pub struct Patient<S> {
    stream: S,
    begun: Begun,
    deadline: Pin<Box<Sleep>>,
    /// How long nothing may be taken of what is written.
    longest: Duration,
    /// Runs out while nothing is taken.
    untaken: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub fn new(stream: S, begun: Begun, deadline: Duration, longest: Duration) -> Patient<S> {
        Patient {
            stream,
            begun,
            deadline: Box::pin(tokio::time::sleep(deadline)),
            longest,
            untaken: None,
        }
    }

    /// What a write came to. Who takes nothing for too long is not waited for any more.
    fn written<T>(&mut self, ctx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.untaken = None;
            return written;
        }
        let untaken = self.untaken.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.longest)));
        match untaken.as_mut().poll(ctx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, ctx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.begun.0.load(Ordering::Relaxed) && self.deadline.as_mut().poll(ctx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(ctx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, ctx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(ctx, bytes);
        self.written(ctx, written)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, ctx: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(ctx, parts);
        self.written(ctx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(ctx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(ctx)
    }
}
