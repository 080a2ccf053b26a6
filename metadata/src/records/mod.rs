//! Everything that lasts, as records of the codec generator.
//!
//! `schema/*.facts` describes them, `generated.rs` is made from it, `docs/formats/metadata.md`
//! shows the bytes. A record is stored as one version byte and the record in that version.

mod generated;

use bytes::Bytes;
pub use generated::*;
use strandline_protocol::codec::{CodecError, Message, Reader, Writer};

/// The record's bytes in the version that is written today.
pub(crate) fn encode<M: Message>(record: &M) -> Bytes {
    let mut writer = Writer::new();
    let version = *M::VERSIONS.end();
    writer.i8(i8::try_from(version).expect("versions are small"));
    record
        .encode(&mut writer, version)
        .expect("own records fit their schema");
    writer.into_bytes()
}

/// Reads a record of any version that this build knows.
pub(crate) fn decode<M: Message>(bytes: Bytes) -> Result<M, CodecError> {
    let mut reader = Reader::new(bytes);
    let version = i16::from(reader.i8()?);
    if !M::VERSIONS.contains(&version) {
        return Err(CodecError::UnsupportedVersion {
            message: M::NAME,
            version,
        });
    }
    let record = M::decode(&mut reader, version)?;
    reader.finish()?;
    Ok(record)
}
