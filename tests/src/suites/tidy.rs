//! `tidy`: rules about the tree itself.

use anyhow::Result;

use crate::suite::{Run, Suite};
use crate::tidy;

pub(crate) const SUITE: Suite = Suite {
    name: "tidy",
    about: "dependency direction, licences, bans, file sizes, dead modules, documents",
    in_ci: true,
    run,
};

fn run(run: &mut Run) -> Result<()> {
    for rule in tidy::RULES {
        let complaints = (rule.check)()?;
        for complaint in &complaints {
            run.fail(format!("{}: {complaint}", rule.name));
        }
        if complaints.is_empty() {
            run.add_passed(1);
        }
    }
    Ok(())
}
