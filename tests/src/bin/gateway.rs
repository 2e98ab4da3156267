//! The gateway's own binary once more, where tests find it: they kill it.

fn main() -> std::process::ExitCode {
    server::cli::run()
}
