//! The `strandline` binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    strandline::cli::run()
}
