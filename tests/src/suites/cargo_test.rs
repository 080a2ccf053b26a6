//! What `cargo test` printed, as checks.

use crate::command::Finished;
use crate::suite::Run;

/// Tests counted in the output of `cargo test`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    passed: u64,
    failed: Vec<String>,
}

/// Adds each test that `cargo test` ran to `run`; a failed build is one failure.
pub(crate) fn record(run: &mut Run, finished: Finished) {
    let counted = count(&finished.stdout);
    run.add_passed(counted.passed);
    for name in &counted.failed {
        run.fail(format!("{name}\n{}", details(&finished.stdout, name)));
    }
    if counted.failed.is_empty()
        && let Err(error) = finished.succeeded()
    {
        run.fail(format!("{error:#}"));
    }
}

fn count(stdout: &str) -> Counted {
    let mut counted = Counted::default();
    for line in stdout.lines() {
        let Some(test) = line.strip_prefix("test ") else {
            continue;
        };
        if test.ends_with("... ok") {
            counted.passed += 1;
        } else if let Some(name) = test.strip_suffix(" ... FAILED") {
            counted.failed.push(name.to_owned());
        }
    }
    counted
}

/// The output of one failed test.
fn details(stdout: &str, name: &str) -> String {
    let head = format!("---- {name} stdout ----");
    let body = stdout.lines().skip_while(|line| *line != head).skip(1);
    let body = body.take_while(|line| !line.starts_with("---- ") && *line != "failures:");
    body.take(30).map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_reads_passed_failed_and_ignored() {
        let stdout = "test a::b ... ok\ntest c ... FAILED\ntest d ... ignored\ntest x - should panic ... ok\n";
        let expected = Counted {
            passed: 2,
            failed: vec!["c".to_owned()],
        };
        assert_eq!(count(stdout), expected);
    }

    #[test]
    fn details_stop_at_the_next_test() {
        let stdout = "---- a stdout ----\nwhy\n---- b stdout ----\nother\n";
        assert_eq!(details(stdout, "a"), "    why\n");
    }
}
