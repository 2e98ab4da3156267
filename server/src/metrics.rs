//! Counters in Prometheus' text form.

use graphql::Answer;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
/// What requests ended with, by the first digit of their status.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

#[derive(Default)]
pub struct Metrics {
    in_flight: AtomicI64,
    by_class: [AtomicU64; 4],
    buckets: [AtomicU64; 10],
    count: AtomicU64,
    microseconds: AtomicU64,
    operations: AtomicU64,
    failed_operations: AtomicU64,
    statements: AtomicU64,
    repeated_operations: AtomicU64,
    replayed_answers: AtomicU64,
    abandoned_requests: AtomicU64,
}

/// One request on its way; counts itself out when dropped, cancelled or not.
pub struct InFlight<'m>(&'m AtomicI64);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub fn start(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(&self.in_flight)
    }

    pub fn finish(&self, status: u16, elapsed: Duration) {
        let class = usize::from((status / 100).clamp(2, 5) - 2);
        self.by_class[class].fetch_add(1, Ordering::Relaxed);
        let seconds = elapsed.as_secs_f64();
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            if seconds <= *bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.microseconds
            .fetch_add(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// One GraphQL operation with its statements on the database.
    pub fn operation(&self, answer: &Answer) {
        self.operations.fetch_add(1, Ordering::Relaxed);
        self.failed_operations.fetch_add(u64::from(!answer.codes.is_empty()), Ordering::Relaxed);
        self.statements.fetch_add(answer.statements as u64, Ordering::Relaxed);
        self.repeated_operations.fetch_add(answer.repeats as u64, Ordering::Relaxed);
        self.replayed_answers.fetch_add(u64::from(answer.replayed), Ordering::Relaxed);
    }

    /// A request whose client went away before the answer.
    pub fn abandon(&self) {
        self.abandoned_requests.fetch_add(1, Ordering::Relaxed);
    }

    pub fn text(&self) -> String {
        let mut out = String::new();
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let _ = writeln!(
            out,
            "# TYPE thorbis_requests_in_flight gauge\nthorbis_requests_in_flight {}",
            self.in_flight.load(Ordering::Relaxed)
        );
        out.push_str("# TYPE thorbis_requests_total counter\n");
        for (class, counter) in CLASSES.iter().zip(&self.by_class) {
            let _ = writeln!(out, "thorbis_requests_total{{status=\"{class}\"}} {}", load(counter));
        }
        out.push_str("# TYPE thorbis_request_seconds histogram\n");
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            let _ = writeln!(out, "thorbis_request_seconds_bucket{{le=\"{bound}\"}} {}", load(bucket));
        }
        let _ = writeln!(out, "thorbis_request_seconds_bucket{{le=\"+Inf\"}} {}", load(&self.count));
        let _ = writeln!(out, "thorbis_request_seconds_sum {}", load(&self.microseconds) as f64 / 1e6);
        let _ = writeln!(out, "thorbis_request_seconds_count {}", load(&self.count));
        for (name, counter) in [
            ("operations", &self.operations),
            ("failed_operations", &self.failed_operations),
            ("statements", &self.statements),
            // Deadlocks and the like, after which the gateway ran an operation again by itself.
            ("repeated_operations", &self.repeated_operations),
            // Answers to an idempotency key that had one already.
            ("replayed_answers", &self.replayed_answers),
            ("abandoned_requests", &self.abandoned_requests),
        ] {
            let _ = writeln!(out, "# TYPE thorbis_{name}_total counter\nthorbis_{name}_total {}", load(counter));
        }
        out
    }
}
