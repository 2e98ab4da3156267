//! What processes use, as Linux tells it.

use std::fs;

/// Seconds of CPU of this process so far.
pub fn cpu(pid: u32) -> f64 {
    ticks(pid).map_or(0.0, |(_, ticks)| ticks as f64 / 100.0)
}

/// Seconds of CPU of all processes whose parent is this one: PostgreSQL's backends.
pub fn cpu_of_children(parent: u32) -> f64 {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let own = pids.filter_map(ticks).filter(|(found, _)| *found == parent);
    own.map(|(_, ticks)| ticks as f64 / 100.0).sum()
}

/// Resident memory in megabytes.
pub fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1_024.0
}

/// The parent, and the clock ticks (hundredths of a second) spent in user and kernel mode.
fn ticks(pid: u32) -> Option<(u32, u64)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, parentheses too.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some((u32::try_from(number(1)?).ok()?, number(11)? + number(12)?))
}
