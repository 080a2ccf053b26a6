//! Random messages for round trips, fuzzing and the Java oracle. Only with feature `arbitrary`.

use std::fmt;
use std::ops::RangeInclusive;

use bytes::Bytes;

use crate::codec::{CodecError, Message, Reader, Records, StrBytes, Uuid, Writer};

/// Where random field values come from.
pub trait Source {
    /// Any 64 bits; the other values derive from them.
    fn bits(&mut self) -> u64;

    /// Whether a nullable field is null.
    fn null(&mut self) -> bool {
        self.bits().is_multiple_of(4)
    }
    /// Elements of an array.
    fn count(&mut self) -> usize {
        (self.bits() % 4) as usize
    }
    /// A boolean.
    fn bool(&mut self) -> bool {
        self.bits().is_multiple_of(2)
    }
    /// A number, often at its limits.
    fn i64(&mut self) -> i64 {
        match self.bits() % 8 {
            0 => i64::MIN,
            1 => i64::MAX,
            2 => -1,
            3 => 0,
            _ => self.bits().cast_signed(),
        }
    }
    /// A number, often at its limits.
    fn i32(&mut self) -> i32 {
        match self.bits() % 8 {
            0 => i32::MIN,
            1 => i32::MAX,
            2 => -1,
            3 => 0,
            _ => self.bits() as i32,
        }
    }
    /// A number, often at its limits.
    fn i16(&mut self) -> i16 {
        match self.bits() % 4 {
            0 => i16::MIN,
            1 => i16::MAX,
            _ => self.bits() as i16,
        }
    }
    /// A number.
    fn i8(&mut self) -> i8 {
        self.bits() as i8
    }
    /// A number.
    fn u16(&mut self) -> u16 {
        self.bits() as u16
    }
    /// A number.
    fn u32(&mut self) -> u32 {
        self.bits() as u32
    }
    /// A number that equals itself.
    fn f64(&mut self) -> f64 {
        (self.bits() as i32).into()
    }
    /// An id.
    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.bits().to_be_bytes());
        bytes[8..].copy_from_slice(&self.bits().to_be_bytes());
        Uuid(bytes)
    }
    /// Text, sometimes empty, sometimes beyond ASCII.
    fn string(&mut self) -> StrBytes {
        let length = self.bits() % 20;
        let text: String = (0..length)
            .map(|_| char::from_u32((self.bits() % 0x2fff) as u32).unwrap_or('x'))
            .collect();
        StrBytes::from(text)
    }
    /// Bytes, sometimes none, sometimes more than a varint of one byte can count.
    fn bytes(&mut self) -> Bytes {
        let length = if self.bits().is_multiple_of(8) {
            700
        } else {
            self.bits() % 20
        };
        (0..length)
            .map(|_| self.bits() as u8)
            .collect::<Vec<u8>>()
            .into()
    }
    /// Bytes in the place of record batches.
    fn records(&mut self) -> Records {
        Records::from(self.bytes())
    }
}

/// A seeded source (SplitMix64): the same seed gives the same messages everywhere.
#[derive(Debug, Clone)]
pub struct Seeded(pub u64);

impl Source for Seeded {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Request of an API.
    Request,
    /// Response of an API.
    Response,
    /// Header of requests or responses.
    Header,
    /// Bytes inside a message.
    Data,
}

type Sample = Box<dyn Fn(&mut dyn Source, i16) -> Result<Bytes, CodecError> + Send + Sync>;
type Transcode = Box<dyn Fn(Bytes, i16, i16) -> Result<Bytes, CodecError> + Send + Sync>;
type Debugged = Box<dyn Fn(Bytes, i16) -> Result<String, CodecError> + Send + Sync>;
type Decode = Box<dyn Fn(&mut Reader, i16) -> Result<(), CodecError> + Send + Sync>;

/// One message as functions over bytes.
pub struct Entry {
    /// What it is for.
    pub role: Role,
    /// Key of its API, or -1.
    pub api_key: i16,
    /// Its name.
    pub name: &'static str,
    /// Its versions.
    pub versions: RangeInclusive<i16>,
    /// Whether a version has tagged fields.
    pub is_flexible: fn(i16) -> bool,
    /// Bytes of a random value.
    pub sample: Sample,
    /// Decodes and drops one value; what lies behind it stays in the reader.
    pub decode: Decode,
    /// Decodes all bytes in the first version and encodes the value in the second.
    pub transcode: Transcode,
    /// Decodes all bytes and shows the value.
    pub debug: Debugged,
    /// Bytes of the default value.
    pub default_bytes: fn(i16) -> Result<Bytes, CodecError>,
    /// Shows the default value.
    pub debug_default: fn() -> String,
}

impl Entry {
    /// Decodes all bytes and encodes the value again.
    ///
    /// # Errors
    /// Those of either direction.
    pub fn round_trip(&self, bytes: Bytes, version: i16) -> Result<Bytes, CodecError> {
        (self.transcode)(bytes, version, version)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn decode_all<M: Message>(bytes: Bytes, version: i16) -> Result<M, CodecError> {
    let mut reader = Reader::new(bytes);
    let message = M::decode(&mut reader, version)?;
    reader.finish()?;
    Ok(message)
}

fn bytes_of<M: Message>(message: &M, version: i16) -> Result<Bytes, CodecError> {
    let mut writer = Writer::new();
    message.encode(&mut writer, version)?;
    Ok(writer.into_bytes())
}

/// The entry of message `M`. Its sample also checks that what was encoded decodes to the same
/// value.
pub fn entry<M: Message + Default + PartialEq + fmt::Debug + 'static>(
    role: Role,
    api_key: i16,
    sample: fn(&mut dyn Source, i16) -> M,
) -> Entry {
    Entry {
        role,
        api_key,
        name: M::NAME,
        versions: M::VERSIONS,
        is_flexible: |version| M::FLEXIBLE_FROM.is_some_and(|from| version >= from),
        sample: Box::new(move |source, version| {
            let message = sample(source, version);
            let bytes = bytes_of(&message, version)?;
            let again = decode_all::<M>(bytes.clone(), version)?;
            assert_eq!(again, message, "{} v{version}", M::NAME);
            Ok(bytes)
        }),
        decode: Box::new(|reader, version| M::decode(reader, version).map(drop)),
        transcode: Box::new(|bytes, from, to| bytes_of(&decode_all::<M>(bytes, from)?, to)),
        debug: Box::new(|bytes, version| {
            decode_all::<M>(bytes, version).map(|message| format!("{message:?}"))
        }),
        default_bytes: |version| bytes_of(&M::default(), version),
        debug_default: || format!("{:?}", M::default()),
    }
}
