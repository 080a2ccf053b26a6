//! Looks batches up by timestamp: manifest time ranges, then the footer's time index, then the headers of batches.

use std::sync::Arc;

use strandline_protocol::TopicPartition;
use strandline_protocol::record_batch::RecordBatch;

use super::chunk_reader::{Nearby, ObjectHandle};
use super::remote_reader::{RemoteReader, chunk_of};
use super::scan::Window;
use crate::error::TierError;
use crate::object::BATCH_HEADER_BYTES;

impl RemoteReader {
    /// See [`crate::Tier::batch_for_timestamp`].
    pub(crate) async fn batch_for_timestamp(
        &self,
        tp: TopicPartition,
        timestamp: i64,
        from: i64,
    ) -> Result<Option<RecordBatch>, TierError> {
        let manifest = self.manifests().manifest(tp)?;
        let mut from = manifest
            .start_offset()
            .unwrap_or_default()
            .max(manifest.log_start_offset)
            .max(from);
        while let Some(entry) = self
            .manifests()
            .entry_by_timestamp(&manifest, timestamp, from)
            .await?
        {
            let object = self.footers().open(tp, &entry).await?;
            if let Some(found) = self.search(&object, timestamp, from).await? {
                return Ok(Some(found));
            }
            // Only the records below the log start were late enough.
            from = entry.end_offset;
        }
        Ok(None)
    }

    async fn search(
        &self,
        object: &Arc<ObjectHandle>,
        timestamp: i64,
        from: i64,
    ) -> Result<Option<RecordBatch>, TierError> {
        let by_time = object.footer.position_before_timestamp(timestamp);
        let mut position = by_time.max(object.footer.position_before(from));
        let mut window = Window::new(chunk_of(position));
        while position < object.footer.data_bytes() {
            self.load(
                object,
                &mut window,
                position + BATCH_HEADER_BYTES as u64,
                Nearby::default,
            )
            .await?;
            let Some(header) = window.batch(object, position)? else {
                return Err(TierError::Closed);
            };
            let end = position + header.total_len() as u64;
            if header.max_timestamp >= timestamp && header.last_offset() >= from {
                self.load(object, &mut window, end, Nearby::default).await?;
                let batch = window.joined(position, end);
                let batch = RecordBatch::parse(&batch).map_err(|error| {
                    let what = format!("batch at offset {}", header.base_offset);
                    TierError::corrupt(what, &object.key, error.to_string())
                })?;
                return Ok(Some(batch));
            }
            position = end;
            window.forget_before(chunk_of(position));
        }
        Ok(None)
    }
}
