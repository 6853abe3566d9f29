//! The algorithms that a configuration names.

use super::format::{FormatError, TemplateFormat};
use crate::limits;

/// What a template was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Modality {
    /// `fa_list`
    Face,
    /// `fp`
    Finger,
}

impl std::fmt::Display for Modality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Modality::Face => "face",
            Modality::Finger => "finger",
        })
    }
}

/// The name that always means the first algorithm of a modality.
pub(crate) const DEFAULT_ALGORITHM: &str = "default";

/// One algorithm: its name in the protocol and the layout of its templates.
#[derive(Debug, Clone, PartialEq)]
pub struct Algorithm {
    /// `fa_algorithm` or `fp_algorithm`, 1 to [`limits::ALGORITHM_BYTES`]
    /// bytes without control characters.
    pub name: String,
    /// Faces or fingers.
    pub modality: Modality,
    /// What its templates are.
    pub format: TemplateFormat,
}

/// Why a list of algorithms is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RegistryError {
    /// Empty, too long, or with a control character.
    #[error("algorithm {index}: the name must have 1 to {max} bytes and no control characters", max = limits::ALGORITHM_BYTES)]
    Name {
        /// Position in the list.
        index: usize,
    },
    /// `default` always means the first one, so no other may be called so.
    #[error("algorithm {index}: only the first {modality} algorithm may be named \"default\"")]
    DefaultNotFirst {
        /// Position in the list.
        index: usize,
        /// Its modality.
        modality: Modality,
    },
    /// The same name twice in one modality.
    #[error("algorithm {index}: the {modality} algorithm \"{name}\" is listed twice")]
    Duplicate {
        /// Position of the second one in the list.
        index: usize,
        /// Its modality.
        modality: Modality,
        /// The name.
        name: String,
    },
    /// More than [`limits::ALGORITHMS_PER_MODALITY`].
    #[error("more than {max} {modality} algorithms", max = limits::ALGORITHMS_PER_MODALITY)]
    TooMany {
        /// The modality that has too many.
        modality: Modality,
    },
    /// The layout cannot be right.
    #[error("algorithm {index}: {error}")]
    Format {
        /// Position in the list.
        index: usize,
        /// What is wrong with it.
        error: FormatError,
    },
}

/// The algorithms of one configuration, in its order; never changed afterwards.
#[derive(Debug, Clone)]
pub struct Registry {
    algorithms: Vec<Algorithm>,
}

impl Registry {
    /// Checks the whole list and keeps it.
    ///
    /// # Errors
    ///
    /// The first [`RegistryError`] in the order of the list.
    pub fn new(algorithms: Vec<Algorithm>) -> Result<Registry, RegistryError> {
        for (index, algorithm) in algorithms.iter().enumerate() {
            check(index, algorithm, &algorithms[..index])?;
        }
        Ok(Registry { algorithms })
    }

    /// The algorithm of that name. No name, an empty one and `default` mean
    /// the first of the modality. `None`: unknown.
    #[must_use]
    pub fn find(&self, modality: Modality, name: Option<&str>) -> Option<&Algorithm> {
        self.position(modality, name).map(|index| &self.algorithms[index])
    }

    /// Like [`Registry::find`]: the index into [`Registry::algorithms`], a
    /// short name that holds as long as this registry lives.
    #[must_use]
    pub fn position(&self, modality: Modality, name: Option<&str>) -> Option<usize> {
        let name = name.filter(|name| !name.is_empty() && *name != DEFAULT_ALGORITHM);
        self.algorithms
            .iter()
            .position(|a| a.modality == modality && name.is_none_or(|name| a.name == name))
    }

    /// All algorithms, in the configuration's order.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }
}

/// Checks one algorithm against those before it.
fn check(index: usize, algorithm: &Algorithm, before: &[Algorithm]) -> Result<(), RegistryError> {
    let Algorithm { name, modality, format } = algorithm;
    let modality = *modality;
    if name.is_empty() || name.len() > limits::ALGORITHM_BYTES || name.chars().any(char::is_control)
    {
        return Err(RegistryError::Name { index });
    }
    let mut peers = 0;
    for earlier in before.iter().filter(|a| a.modality == modality) {
        if earlier.name == *name {
            return Err(RegistryError::Duplicate { index, modality, name: name.clone() });
        }
        peers += 1;
    }
    if peers > 0 && name == DEFAULT_ALGORITHM {
        return Err(RegistryError::DefaultNotFirst { index, modality });
    }
    if peers >= limits::ALGORITHMS_PER_MODALITY {
        return Err(RegistryError::TooMany { modality });
    }
    format.check(modality).map_err(|error| RegistryError::Format { index, error })
}
