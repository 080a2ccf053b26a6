//! The suite notices each way to break the journal.

use strandline_log::Sabotage;

use crate::coverage::Coverage;
use crate::run_seeds;
use crate::world::{Plan, run};

/// Seeds within which a broken build must be caught.
const SEEDS: u64 = 2000;

fn caught(sabotage: Sabotage, direct: bool) {
    let plan = Plan {
        sabotage: Some(sabotage),
        direct: Some(direct),
    };
    let failure = run_seeds(SEEDS, |seed| run(seed, plan, &Coverage::default()));
    let (seed, error) = failure.unwrap_or_else(|| panic!("{sabotage:?} was not noticed"));
    println!("{sabotage:?} (direct: {direct}) caught by seed {seed}: {error}");
}

#[test]
fn acknowledging_before_a_direct_flush_is_caught() {
    caught(Sabotage::AcknowledgeBeforeFlush, true);
}

#[test]
fn acknowledging_before_a_buffered_flush_is_caught() {
    caught(Sabotage::AcknowledgeBeforeFlush, false);
}

#[test]
fn accepting_stale_blocks_is_caught() {
    caught(Sabotage::AcceptStaleBlocks, true);
}

#[test]
fn rewriting_the_last_acknowledged_block_is_caught() {
    caught(Sabotage::RewriteLastBlock, true);
}

#[test]
fn recycling_before_the_copy_is_durable_is_caught() {
    caught(Sabotage::RecycleBeforeCopy, true);
}

#[test]
fn a_footer_ahead_of_its_file_is_caught() {
    caught(Sabotage::FooterAheadOfFile, true);
}

#[test]
fn names_without_a_directory_sync_are_caught() {
    caught(Sabotage::SkipDirectorySync, true);
}
