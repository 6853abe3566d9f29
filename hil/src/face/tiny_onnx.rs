//! ONNX models made here, of a few numbers: they keep the code exercised where no real
//! model is. Protocol buffers by hand: a field is its number, its kind, and its value.

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn number(field: u64, value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3, &mut out);
    varint(value, &mut out);
    out
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3 | 2, &mut out);
    varint(value.len() as u64, &mut out);
    out.extend(value);
    out
}

fn text(field: u64, value: &str) -> Vec<u8> {
    bytes(field, value.as_bytes())
}

/// The name, type f32 and shape of an input or output.
fn value(name: &str, shape: &[u64]) -> Vec<u8> {
    let dimension = |&size: &u64| bytes(1, &number(1, size));
    let shape: Vec<u8> = shape.iter().flat_map(dimension).collect();
    let tensor = [number(1, 1), bytes(2, &shape)].concat();
    [text(1, name), bytes(2, &bytes(1, &tensor))].concat()
}

fn tensor(name: &str, shape: &[u64], values: &[f32]) -> Vec<u8> {
    let dimensions: Vec<u8> = shape.iter().flat_map(|&size| number(1, size)).collect();
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    [dimensions, number(2, 1), text(8, name), bytes(9, &raw)].concat()
}

/// A list of integers as an attribute.
fn integers(name: &str, values: &[u64]) -> Vec<u8> {
    let values: Vec<u8> = values.iter().flat_map(|&value| number(8, value)).collect();
    [text(1, name), values, number(20, 7)].concat()
}

fn node(kind: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut out: Vec<u8> = inputs.iter().flat_map(|input| text(1, input)).collect();
    out.extend(text(2, output));
    out.extend(text(3, &format!("node of {output}")));
    out.extend(text(4, kind));
    out.extend(attributes.iter().flat_map(|attribute| bytes(5, attribute)));
    out
}

fn model(parts: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut graph = text(2, "tiny");
    graph.extend(parts.iter().flat_map(|(field, part)| bytes(*field, part)));
    let opset = [text(1, ""), number(2, 13)].concat();
    [number(1, 8), bytes(7, &graph), bytes(8, &opset)].concat()
}

/// Means: each of the three planes is cut into squares with so many pixels a side.
pub(super) fn embedder(side: u64, square: u64) -> Vec<u8> {
    let attributes =
        [integers("kernel_shape", &[square, square]), integers("strides", &[square, square])];
    let squares = side / square;
    model(&[
        (1, node("AveragePool", &["input0"], "means", &attributes)),
        (1, node("Flatten", &["means"], "output0", &[])),
        (11, value("input0", &[1, 3, side, side])),
        (12, value("output0", &[1, 3 * squares * squares])),
    ])
}

/// A detector of 16 x 16 pixels and a stride of 8: a face is a cell that is bright. Its box
/// is the cell, its points lie in it like those of a face.
pub(super) fn detector() -> Vec<u8> {
    let stride = integers("strides", &[8, 8]);
    let boxes = [0.5, 0.5, 0.0, 0.0].repeat(4);
    let points = [0.25, 0.25, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.75, 0.75].repeat(4);
    model(&[
        (1, node("Conv", &["input", "weights"], "brightness", &[stride])),
        (1, node("Flatten", &["brightness"], "cls_8", &[])),
        (1, node("Identity", &["ones"], "obj_8", &[])),
        (1, node("Identity", &["boxes"], "bbox_8", &[])),
        (1, node("Identity", &["points"], "kps_8", &[])),
        (5, tensor("weights", &[1, 3, 8, 8], &[1.0 / (192.0 * 255.0); 192])),
        (5, tensor("ones", &[1, 4, 1], &[1.0; 4])),
        (5, tensor("boxes", &[1, 4, 4], &boxes)),
        (5, tensor("points", &[1, 4, 10], &points)),
        (11, value("input", &[1, 3, 16, 16])),
        (12, value("cls_8", &[1, 4])),
        (12, value("obj_8", &[1, 4, 1])),
        (12, value("bbox_8", &[1, 4, 4])),
        (12, value("kps_8", &[1, 4, 10])),
    ])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::network::Network;
    use super::*;

    #[test]
    fn what_is_no_model_says_so() {
        let load = |bytes: &[u8]| Network::load(Path::new("x.onnx"), bytes, 4, 4);
        let error = load(b"no model at all").err().expect("an error").to_string();
        assert!(error.starts_with("model x.onnx: "), "{error}");
        let whole = embedder(4, 4);
        assert!(load(&whole[..whole.len() / 2]).is_err());
        let network = load(&whole).unwrap_or_else(|error| panic!("{error}"));
        let error = network.output("output1").expect_err("no such output").to_string();
        assert_eq!(error, "model x.onnx: has no output \"output1\", but output0");
    }
}
