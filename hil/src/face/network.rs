//! An ONNX model: numbers in, numbers out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tract_onnx::prelude::*;

use super::error::FaceError;

/// The longest model file that is read: 1 GiB.
const MAX_BYTES: u64 = 1 << 30;

/// A loaded model with one input, `[1, 3, height, width]` of f32.
pub(super) struct Network {
    path: PathBuf,
    plan: Arc<TypedRunnableModel>,
    outputs: Vec<String>,
    shape: [usize; 4],
}

impl Network {
    pub(super) fn read(path: &Path, width: u32, height: u32) -> Result<Self, FaceError> {
        let read = |source| FaceError::Read { path: path.to_owned(), source };
        if fs::metadata(path).map_err(read)?.len() > MAX_BYTES {
            let reason = format!("has more than {MAX_BYTES} bytes");
            return Err(FaceError::Model { path: path.to_owned(), reason });
        }
        let bytes = fs::read(path).map_err(read)?;
        Self::load(path, &bytes, width, height)
    }

    pub(super) fn load(
        path: &Path,
        bytes: &[u8],
        width: u32,
        height: u32,
    ) -> Result<Self, FaceError> {
        let shape = [1, 3, height as usize, width as usize];
        let (plan, outputs) = plan(bytes, shape).map_err(|error| FaceError::Model {
            path: path.to_owned(),
            // With what led to it: the first line alone says little.
            reason: format!("{error:#}"),
        })?;
        Ok(Self { path: path.to_owned(), plan, outputs, shape })
    }

    /// Where an output of this name is among the results of [`Self::run`].
    pub(super) fn output(&self, name: &str) -> Result<usize, FaceError> {
        self.outputs.iter().position(|output| output == name).ok_or_else(|| {
            self.wrong(format!("has no output {name:?}, but {}", self.outputs.join(", ")))
        })
    }

    /// All outputs, each as a line of numbers.
    pub(super) fn run(&self, input: &[f32]) -> Result<Vec<Vec<f32>>, FaceError> {
        let failed = |error: TractError| self.wrong(format!("{error:#}"));
        let input = Tensor::from_shape(&self.shape, input).map_err(failed)?;
        let results = self.plan.run(tvec!(input.into())).map_err(failed)?;
        let numbers = |value: &TValue| {
            let array = value.to_plain_array_view::<f32>().map_err(failed)?;
            Ok(array.iter().copied().collect())
        };
        results.iter().map(numbers).collect()
    }

    pub(super) fn wrong(&self, reason: String) -> FaceError {
        FaceError::Model { path: self.path.clone(), reason }
    }
}

fn plan(bytes: &[u8], shape: [usize; 4]) -> TractResult<(Arc<TypedRunnableModel>, Vec<String>)> {
    let model = tract_onnx::onnx().model_for_read(&mut &*bytes)?;
    let model = model.with_input_fact(0, f32::fact(shape).into())?;
    let outlets = model.output_outlets()?.to_vec();
    let outputs = outlets
        .iter()
        .map(|outlet| {
            let own = || model.node(outlet.node).name.clone();
            model.outlet_label(*outlet).map_or_else(own, str::to_owned)
        })
        .collect();
    Ok((model.into_optimized()?.into_runnable()?, outputs))
}
