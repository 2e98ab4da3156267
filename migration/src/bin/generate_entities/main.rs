//! Writes the `entity` crate from the migrated database: one file a table, never edited by hand.
//!
//! `generate-entities [--migrate] [--check] [DATABASE_URL]`; without a URL, OWNER_DATABASE_URL is read.
//! `--migrate` brings the database up to date first: the gateway, which reads the mirror, need not compile.

mod read;
mod write;

use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    let given = arguments.iter().find(|argument| !argument.starts_with("--")).cloned();
    let url = given
        .or_else(|| std::env::var("OWNER_DATABASE_URL").ok())
        .context("name the migrated database: generate-entities postgres://... or OWNER_DATABASE_URL")?;
    if arguments.iter().any(|argument| argument == "--migrate") {
        migration::up(&url).await?;
    }
    let tables = read::tables(&url).await?;
    let files = format(write::files(&tables))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src");
    let stale = differences(&root, &files)?;
    if check {
        if stale.is_empty() {
            println!("{} tables, the mirror is up to date", tables.len());
            return Ok(());
        }
        bail!(
            "the mirror differs from the database in {}. Run scripts/bless.sh and commit what it writes.",
            stale.join(", ")
        );
    }
    for (path, text) in &files {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    for path in leftovers(&root, &files)? {
        std::fs::remove_file(root.join(path))?;
    }
    println!("{} tables, {} files written", tables.len(), files.len());
    Ok(())
}

/// Formats by the workspace's own rules, so that `cargo fmt --check` has nothing to say. Files that
/// declare modules are written in their final form: the formatter would look for the modules.
fn format(files: BTreeMap<String, String>) -> anyhow::Result<BTreeMap<String, String>> {
    let folder = std::env::temp_dir().join(format!("entities-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (declaring, plain): (BTreeMap<_, _>, BTreeMap<_, _>) = files.into_iter().partition(|(_, text)| text.contains("pub mod "));
    let mut paths: Vec<(String, PathBuf)> = Vec::new();
    for (index, (name, text)) in plain.into_iter().enumerate() {
        let path = folder.join(format!("f{index}.rs"));
        std::fs::write(&path, text)?;
        paths.push((name, path));
    }
    let configuration = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut rustfmt = std::process::Command::new("rustfmt");
    rustfmt
        .args(["--edition", "2024", "--config-path"])
        .arg(configuration)
        .args(paths.iter().map(|(_, path)| path));
    if !rustfmt.status().context("rustfmt is needed: rustup component add rustfmt")?.success() {
        bail!("rustfmt refused what was generated");
    }
    let mut out = declaring;
    for (name, path) in paths {
        out.insert(name, std::fs::read_to_string(path)?);
    }
    std::fs::remove_dir_all(folder)?;
    Ok(out)
}

fn differences(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<Vec<String>> {
    let mut stale: Vec<String> = files
        .iter()
        .filter(|(path, text)| std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path.clone())
        .collect();
    stale.extend(leftovers(root, files)?);
    Ok(stale)
}

/// Generated files whose table is gone.
fn leftovers(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    for folder in std::fs::read_dir(root)?.flatten().filter(|entry| entry.path().is_dir()) {
        for file in std::fs::read_dir(folder.path())?.flatten() {
            let path = format!("{}/{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            if !files.contains_key(&path) {
                out.push(path);
            }
        }
    }
    Ok(out)
}
