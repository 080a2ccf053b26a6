//! A blocking Kafka connection, cheap enough not to be what is measured: frames are encoded once,
//! and only the correlation id changes between sends.

use std::io::{BufReader, IoSlice, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::{Bytes, BytesMut};
use strandline_protocol::codec::{Message, Reader, Request, Writer};
use strandline_protocol::messages::{RequestHeader, ResponseHeader};

/// No broker of either kind takes longer to answer; a stuck run ends instead of hanging.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// Largest response that the generator accepts.
const RESPONSE_BYTES_MAX: usize = 128 << 20;

/// Where the correlation id stands in a frame: after length, API key and version.
const CORRELATION_ID_AT: std::ops::Range<usize> = 8..12;

/// An encoded request. `head` holds everything up to the record bytes.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    head: BytesMut,
    rest: Vec<Bytes>,
    flexible: bool,
    version: i16,
}

impl Frame {
    /// Encodes `request` at `version`, length and header included.
    pub(crate) fn new<R: Request>(request: &R, version: i16) -> Result<Self> {
        let flexible = R::FLEXIBLE_FROM.is_some_and(|from| version >= from);
        let header = RequestHeader {
            request_api_key: R::API_KEY.code(),
            request_api_version: version,
            correlation_id: 0,
            client_id: Some("strandline-bench".into()),
        };
        let mut writer = Writer::new();
        header.encode(&mut writer, if flexible { 2 } else { 1 })?;
        request.encode(&mut writer, version)?;
        let length = i32::try_from(writer.len())?;
        let mut segments = writer.into_segments().into_iter();
        let first = segments.next().context("a request is never empty")?;
        let mut head = BytesMut::with_capacity(first.len() + 4);
        head.extend_from_slice(&length.to_be_bytes());
        head.extend_from_slice(&first);
        Ok(Self {
            head,
            rest: segments.collect(),
            flexible,
            version,
        })
    }
}

/// One connection to a broker.
#[derive(Debug)]
pub(crate) struct Connection {
    writer: TcpStream,
    reader: BufReader<TcpStream>,
    next_correlation_id: i32,
}

impl Connection {
    /// Connects to `HOST:PORT`.
    pub(crate) fn open(address: &str) -> Result<Self> {
        let writer = TcpStream::connect(address).with_context(|| format!("connect {address}"))?;
        writer.set_nodelay(true)?;
        writer.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        writer.set_write_timeout(Some(ANSWER_TIMEOUT))?;
        let reader = BufReader::with_capacity(64 << 10, writer.try_clone()?);
        Ok(Self {
            writer,
            reader,
            next_correlation_id: 0,
        })
    }

    /// Sends a frame and returns its correlation id.
    pub(crate) fn send(&mut self, frame: &mut Frame) -> Result<i32> {
        let id = self.next_correlation_id;
        self.next_correlation_id = id.wrapping_add(1);
        frame.head[CORRELATION_ID_AT].copy_from_slice(&id.to_be_bytes());
        let mut slices: Vec<IoSlice<'_>> = Vec::with_capacity(1 + frame.rest.len());
        slices.push(IoSlice::new(&frame.head));
        slices.extend(frame.rest.iter().map(|bytes| IoSlice::new(bytes)));
        let mut slices = &mut slices[..];
        while !slices.is_empty() {
            let written = self.writer.write_vectored(slices)?;
            ensure!(written > 0, "the broker closed the connection");
            IoSlice::advance_slices(&mut slices, written);
        }
        Ok(id)
    }

    /// Receives the response to the request with `correlation_id`, which must be the oldest one
    /// in flight: brokers answer in order.
    pub(crate) fn receive<R: Request>(
        &mut self,
        correlation_id: i32,
        frame: &Frame,
    ) -> Result<R::Response> {
        let mut length = [0; 4];
        self.reader
            .read_exact(&mut length)
            .context("the broker closed the connection")?;
        let length = usize::try_from(i32::from_be_bytes(length))?;
        ensure!(length <= RESPONSE_BYTES_MAX, "response of {length} bytes");
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body)?;
        let mut reader = Reader::new(Bytes::from(body));
        let header = ResponseHeader::decode(&mut reader, i16::from(frame.flexible))?;
        ensure!(
            header.correlation_id == correlation_id,
            "answer {} where {correlation_id} was due",
            header.correlation_id
        );
        Ok(R::Response::decode(&mut reader, frame.version)?)
    }

    /// Sends one request and waits for its answer.
    pub(crate) fn call<R: Request>(&mut self, request: &R, version: i16) -> Result<R::Response> {
        let mut frame = Frame::new(request, version)?;
        let id = self.send(&mut frame)?;
        self.receive::<R>(id, &frame)
    }
}
