//! Go: the client programs for franz-go and sarama, and MinIO.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::install::{download, folder};
use super::{debian, versions};
use crate::command::Cmd;
use crate::workspace;

/// The program in `tests/clients/go/<name>`, built.
///
/// # Errors
/// When it cannot be built.
pub fn go_client(name: &str) -> Result<PathBuf> {
    let sources = workspace::root().join("tests/clients/go");
    let files = ["records/records.go", "franz-go/main.go", "sarama/main.go"];
    let mut pins = format!("{:?}", versions()?.section("go")?);
    for file in files {
        pins.push_str(&std::fs::read_to_string(sources.join(file))?);
    }
    let go = debian::program("go", "go")?;
    let folder = folder("go-clients", &pins, |folder| {
        for file in files {
            let to = folder.join(file);
            std::fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
            std::fs::copy(sources.join(file), to)?;
        }
        build(&go, folder)
    })?;
    Ok(folder.join("bin").join(name))
}

fn build(go: &Path, folder: &Path) -> Result<()> {
    let go = || Cmd::new(go).dir(folder);
    go().args(["mod", "init", "strandline.test/clients"])
        .output()?;
    let pins = versions()?.section("go")?;
    let modules: Vec<String> = pins
        .iter()
        .map(|(module, version)| format!("{module}@{version}"))
        .collect();
    download(|| go().arg("get").args(&modules))?;
    download(|| go().args(["build", "-buildvcs=false", "-o", "bin/", "./..."]))?;
    Ok(())
}

/// The MinIO server.
///
/// # Errors
/// When it cannot be built.
pub fn minio() -> Result<PathBuf> {
    let module = "github.com/minio/minio";
    let version = versions()?.of("minio", module)?;
    let go = debian::program("go", "go")?;
    let folder = folder("minio", version, |folder| {
        download(|| {
            Cmd::new("nice")
                .args(["-n", "19"])
                .arg(&go)
                .arg("install")
                .arg(format!("{module}@{version}"))
                .env("GOBIN", folder)
        })?;
        Ok(())
    })?;
    Ok(folder.join("minio"))
}
