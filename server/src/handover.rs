//! A large answer on its way out: piece by piece, and not for ever. Who asks for much and takes nothing would have it
//! kept for him, in as many streams as a connection has.

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

/// What is smaller is handed over whole.
const LARGE: usize = 1 << 20;
const PIECE: usize = 64 << 10;

/// What is left of an answer; nothing once its time is over.
type Left = Arc<Mutex<Option<Bytes>>>;

struct Pieces {
    left: Left,
    size: u64,
}

/// The answer's body. A large one is let go after so long, whatever has been taken of it.
pub fn body(bytes: Vec<u8>, longest: Duration) -> Body {
    if bytes.len() < LARGE {
        return Body::from(bytes);
    }
    let size = bytes.len() as u64;
    let left: Left = Arc::new(Mutex::new(Some(Bytes::from(bytes))));
    let watched = Arc::downgrade(&left);
    tokio::spawn(async move {
        tokio::time::sleep(longest).await;
        if let Some(left) = watched.upgrade()
            && let Ok(mut left) = left.lock()
        {
            *left = None;
        }
    });
    Body::new(Pieces { left, size })
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    /// Copied out, as a slice would keep all of it in memory.
    fn poll_frame(mut self: Pin<&mut Self>, _ctx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let piece = match self.left.lock().ok().as_deref_mut() {
            Some(Some(left)) if left.is_empty() => return Poll::Ready(None),
            Some(Some(left)) => Bytes::copy_from_slice(&left.split_to(left.len().min(PIECE))),
            _ => return Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into()))),
        };
        self.size -= piece.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.size == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;

    fn large() -> Vec<u8> {
        (0..LARGE * 3).map(|number| number as u8).collect()
    }

    #[tokio::test]
    async fn a_large_answer_is_handed_over_whole() {
        let taken = axum::body::to_bytes(body(large(), Duration::from_secs(60)), usize::MAX).await;
        assert_eq!(taken.expect("whole"), large());
    }

    #[tokio::test]
    async fn a_large_answer_that_is_not_taken_is_let_go() {
        let mut slow = body(large(), Duration::from_millis(50)).into_data_stream();
        let told = loop {
            match slow.next().await.expect("an end that says that it is none") {
                Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(error) => break error,
            }
        };
        assert!(told.to_string().contains("timed out"), "{told}");
    }
}
