//! The test runner: `tests/run`. See the library for everything.

use std::process::ExitCode;

fn main() -> ExitCode {
    strandline_tests::main()
}
