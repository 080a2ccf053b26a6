//! Headers of record batches inside an object.

use strandline_protocol::record_batch::{BatchHeader, HEADER_LEN};

use crate::error::TierError;

/// Bytes of a whole batch header.
pub(crate) const BATCH_HEADER_BYTES: usize = HEADER_LEN;

/// Reads the header of a stored batch; `key` and `position` are for the error.
pub(crate) fn parse_batch(
    header: &[u8],
    key: &dyn std::fmt::Display,
    position: u64,
) -> Result<BatchHeader, TierError> {
    let corrupt = |detail: String| TierError::corrupt(format!("batch at {position}"), key, detail);
    let header = BatchHeader::parse(header).map_err(|error| corrupt(error.to_string()))?;
    if header.base_offset < 0 {
        return Err(corrupt("its offset is negative".to_owned()));
    }
    Ok(header)
}
