//! Argon2id, off the async workers and a few at a time: a flood of sign-ins must not starve the rest.

use crate::error::{Code, Error, Result};
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::sync::OnceLock;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Each computation takes 19 MiB; this many run at once, the others wait.
const COMPUTATIONS: usize = 4;
static TURNS: Semaphore = Semaphore::const_new(COMPUTATIONS);
/// Who waits holds a connection to the database; fewer than there are may, the others come back later.
static QUEUE: Semaphore = Semaphore::const_new(12);
/// Longer ones are no passwords of ours.
pub const LONGEST_BYTES: usize = 1_024;

struct Turn {
    _place: SemaphorePermit<'static>,
    _turn: SemaphorePermit<'static>,
}

async fn turn() -> Result<Turn> {
    let full = |_| Error::new(Code::Overloaded, "Too many people sign in at once. Try again in a moment.");
    let place = QUEUE.try_acquire().map_err(full)?;
    let turn = TURNS.acquire().await.map_err(|_| Error::internal())?;
    Ok(Turn { _place: place, _turn: turn })
}

/// A hash in the PHC form, with argon2id's recommended parameters (19 MiB, 2 passes).
pub fn hash_password(password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| Error::internal())
}

pub async fn hash(password: String) -> Result<String> {
    let turn = turn().await?;
    in_turn(turn, move || hash_password(&password)).await?
}

/// Whether the password is the one behind the hash. Without a hash (nobody of that name) the work is
/// done all the same, so that the time taken says nothing.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let turn = turn().await?;
    let work = move || {
        let known = hash.is_some() && password.len() <= LONGEST_BYTES;
        let nobody = || NOBODY.get_or_init(|| hash_password("nobody").unwrap_or_default()).clone();
        let hash = hash.unwrap_or_else(nobody);
        let matches = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && matches
    };
    in_turn(turn, work).await
}

/// The turn belongs to the computation, which goes on although its caller went away.
async fn in_turn<T: Send + 'static>(turn: Turn, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let job = move || {
        let done = work();
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(job).await.map_err(|_| Error::internal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let stored = hash("correct horse".into()).await.expect("must hash");
        assert!(verify("correct horse".into(), Some(stored.clone())).await.expect("must verify"));
        assert!(!verify("wrong horse".into(), Some(stored)).await.expect("must verify"));
        assert!(!verify("nobody".into(), None).await.expect("must verify"));
    }

    #[tokio::test]
    async fn who_hangs_up_does_not_make_room_for_more() {
        let turn = turn().await.expect("a turn");
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let hung_up = tokio::time::timeout(std::time::Duration::from_millis(20), in_turn(turn, move || finished.recv()));
        assert!(hung_up.await.is_err(), "the caller waits no longer");
        assert!(TURNS.available_permits() < COMPUTATIONS, "the computation goes on, and its turn with it");
        finish.send(()).expect("it still runs");
    }
}
