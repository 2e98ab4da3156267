//! The figures for people, and for machines.

use crate::growth::Growth;
use crate::measure::Measured;
use anyhow::Context;
use serde_json::{Value, json};

/// `judges`: whether the figures are ones to hold against the targets.
pub fn print(measured: &[Measured], growth: &[Growth], judges: bool) {
    println!(
        "{:<10} {:>8} {:>8} {:>6} {:>6} {:<7} {:>14} {:>14} {:>13} {:>13} {:>5} {:>11}",
        "query", "gateway", "by hand", "ratio", "target", "", "p50/p99 ms", "by hand", "cpu us gw+pg", "by hand", "stmts", "memory MB"
    );
    for one in measured {
        let verdict = match judges {
            true if one.ratio >= one.query.target => "holds",
            true => "MISSES",
            false => "",
        };
        let times = |side: &crate::measure::Side| format!("{:.1}/{:.1}", side.round.percentile(0.5), side.round.percentile(0.99));
        let cpu = |side: &crate::measure::Side| format!("{:.0}+{:.0}", side.cpu().0, side.cpu().1);
        println!(
            "{:<10} {:>6.0}/s {:>6.0}/s {:>6.2} {:>6.2} {verdict:<7} {:>14} {:>14} {:>13} {:>13} {:>5.1} {:>5.0}/{:<5.0}",
            one.query.name,
            one.gateway.round.rate(),
            one.reference.round.rate(),
            one.ratio,
            one.query.target,
            times(&one.gateway),
            times(&one.reference),
            cpu(&one.gateway),
            cpu(&one.reference),
            one.statements,
            one.gateway.memory,
            one.reference.memory
        );
    }
    for one in growth {
        println!(
            "{:<58} {}",
            one.about,
            one.figures
                .iter()
                .map(|(name, value)| format!("{name}: {value:.0}"))
                .collect::<Vec<_>>()
                .join("   ")
        );
    }
}

pub fn write(file: &str, measured: &[Measured], growth: &[Growth]) -> anyhow::Result<()> {
    let mut rows: Vec<Value> = measured.iter().map(row).collect();
    rows.extend(growth.iter().map(|one| {
        let figures: serde_json::Map<String, Value> = one.figures.iter().map(|(name, value)| (name.clone(), json!(round(*value)))).collect();
        json!({ "growth": one.about, "figures": figures })
    }));
    std::fs::write(file, serde_json::to_string_pretty(&rows)? + "\n").with_context(|| format!("{file} cannot be written"))
}

fn row(one: &Measured) -> Value {
    json!({
        "query": one.query.about,
        "name": one.query.name,
        "gateway_rps": round(one.gateway.round.rate()),
        "reference_rps": round(one.reference.round.rate()),
        "reference": one.variant,
        "ratio": (one.ratio * 1_000.0).round() / 1_000.0,
        "target": one.query.target,
        "holds": one.ratio >= one.query.target,
        "gateway_p50_ms": round(one.gateway.round.percentile(0.5)),
        "gateway_p99_ms": round(one.gateway.round.percentile(0.99)),
        "reference_p50_ms": round(one.reference.round.percentile(0.5)),
        "reference_p99_ms": round(one.reference.round.percentile(0.99)),
        "gateway_cpu_us": round(one.gateway.cpu().0),
        "gateway_postgres_cpu_us": round(one.gateway.cpu().1),
        "reference_cpu_us": round(one.reference.cpu().0),
        "reference_postgres_cpu_us": round(one.reference.cpu().1),
        "statements": round(one.statements),
        "gateway_memory_mb": round(one.gateway.memory),
        "reference_memory_mb": round(one.reference.memory),
    })
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
