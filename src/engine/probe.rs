//! What was captured at the door.

use zeroize::Zeroizing;

use super::minutiae;
use crate::error::Error;
use crate::fingerprint::FingerProbe;
use crate::index::PreparedQuery;
use crate::limits;
use crate::template::minutiae::MinutiaeFormat;
use crate::template::{TemplateError, Vector, VectorFormat, read_vector};

/// What was captured at the door, borrowed from the caller.
#[derive(Clone, Copy)]
pub struct Probe<'a> {
    data: Data<'a>,
    algorithm: Option<&'a str>,
}

#[derive(Clone, Copy)]
enum Data<'a> {
    Vector(&'a [f32]),
    /// Floats in the machine's byte order, perhaps not aligned.
    VectorBytes(&'a [u8]),
    Template(&'a [u8]),
}

/// The longest vector.
const LONGEST: usize = *limits::DIMENSION.end();

impl<'a> Probe<'a> {
    /// A vector of the algorithm's dimension, of any length but zero.
    ///
    /// `algorithm`: its name; `None` is the first one configured for faces.
    #[must_use]
    pub fn from_f32(vector: &'a [f32], algorithm: Option<&'a str>) -> Self {
        Self { data: Data::Vector(vector), algorithm }
    }

    /// The same, as bytes of `f32` in the machine's own order.
    #[must_use]
    pub fn from_f32_bytes(bytes: &'a [u8], algorithm: Option<&'a str>) -> Self {
        Self { data: Data::VectorBytes(bytes), algorithm }
    }

    /// A template in the algorithm's own layout (not base64); of an opaque algorithm whatever its
    /// comparison takes as a probe.
    #[must_use]
    pub fn from_template(bytes: &'a [u8], algorithm: Option<&'a str>) -> Self {
        Self { data: Data::Template(bytes), algorithm }
    }

    pub(super) fn algorithm(&self) -> Option<&'a str> {
        self.algorithm
    }

    /// Codes of the probe, ready to be compared. Works on the stack: a probe
    /// costs no allocation and leaves no copy behind.
    pub(super) fn prepare(&self, format: &VectorFormat) -> Result<PreparedQuery, Error> {
        let expected = format.dimension;
        match self.data {
            Data::Vector(vector) => {
                check_length(expected, vector.len())?;
                Ok(PreparedQuery::from_f32(vector)?)
            }
            Data::VectorBytes(bytes) => {
                let (floats, rest) = bytes.as_chunks::<4>();
                if !rest.is_empty() {
                    let reason = "is not a whole number of floats";
                    return Err(Error::Argument { name: "probe.size", reason });
                }
                check_length(expected, floats.len())?;
                let mut values = Zeroizing::new([0.0; LONGEST]);
                for (value, raw) in values.iter_mut().zip(floats) {
                    *value = f32::from_ne_bytes(*raw);
                }
                Ok(PreparedQuery::from_f32(&values[..expected])?)
            }
            Data::Template(bytes) => {
                let mut values = Zeroizing::new([0.0; LONGEST]);
                let mut codes = Zeroizing::new([0; LONGEST]);
                match read_vector(format, bytes, &mut values[..], &mut codes[..])? {
                    Vector::F32(values) => Ok(PreparedQuery::from_f32(values)?),
                    Vector::I8(codes) => Ok(PreparedQuery::from_i8(codes)?),
                }
            }
        }
    }
}

impl Probe<'_> {
    /// The views of a minutiae record, ready to be compared. Works on the heap.
    pub(super) fn prepare_finger(
        &self,
        format: Option<MinutiaeFormat>,
    ) -> Result<FingerProbe, Error> {
        let Data::Template(bytes) = self.data else {
            let reason = "is a vector, the algorithm's templates are minutiae records";
            return Err(Error::Argument { name: "probe", reason });
        };
        if bytes.len() > limits::TEMPLATE_BYTES {
            return Err(Error::Argument { name: "probe.size", reason: "is above 4194304" });
        }
        let views = minutiae::finger_templates(format, bytes);
        let views = views.map_err(|error| Error::Minutiae(error.to_string()))?;
        Ok(FingerProbe::new(views))
    }
}

impl<'a> Probe<'a> {
    /// The bytes that a vendor's comparison takes: any but none.
    pub(super) fn prepare_opaque(&self) -> Result<&'a [u8], Error> {
        let Data::Template(bytes) = self.data else {
            let reason = "is a vector, the algorithm's templates are opaque";
            return Err(Error::Argument { name: "probe", reason });
        };
        let (found, limit) = (bytes.len(), limits::TEMPLATE_BYTES);
        match found {
            0 => Err(TemplateError::Empty.into()),
            _ if found > limit => Err(TemplateError::TooLarge { found, limit }.into()),
            _ => Ok(bytes),
        }
    }
}

fn check_length(expected: usize, found: usize) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(Error::ProbeLength { expected, found }) }
}
