//! The whole way with tiny models of ours, and with the real ones where they are.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::description::YUNET_AND_MOBILEFACENET;
use super::super::limits::Fault;
use super::super::tiny_onnx;
use super::*;

const TINY: &str = r#"
[detector]
model = "detector.onnx"
size = 16
order = "bgr"
mean = [0, 0, 0]
std = [1, 1, 1]
score = 0.6
overlap = 0.3
strides = [8]
class = ["cls_8"]
object = ["obj_8"]
box = ["bbox_8"]
points = ["kps_8"]

[embedder]
model = "embedder.onnx"
width = 4
height = 4
order = "rgb"
mean = [0, 0, 10]
std = [1, 2, 1]
points = [[1, 1], [3, 1], [2, 2], [1, 3], [3, 3]]
"#;

fn tiny() -> (tempfile::TempDir, FacePath) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [
        ("faces.toml", TINY.as_bytes().to_vec()),
        ("detector.onnx", tiny_onnx::detector()),
        ("embedder.onnx", tiny_onnx::embedder(4, 4)),
    ] {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let description = Description::read(&folder.path().join("faces.toml"));
    let path = description.and_then(|description| FacePath::load(&description));
    (folder, path.unwrap_or_else(|error| panic!("{error}")))
}

/// Black, but for the lower left quarter.
fn one_bright_cell(side: u32, colour: [u8; 3]) -> Picture {
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let bright = places.map(|(x, y)| x < side / 2 && y >= side / 2);
    let rgb = bright.flat_map(|bright| if bright { colour } else { [0; 3] }).collect();
    Picture::new(side, side, rgb).expect("a picture")
}

#[test]
fn tiny_models_find_and_embed_a_bright_cell() {
    let (_folder, path) = tiny();
    let colour = [240, 200, 130];
    // Twice the size of the detector's input: places are those of the picture.
    let seen = path.see(&one_bright_cell(32, colour)).expect("no error");
    let [seen] = &seen[..] else { panic!("{} faces", seen.len()) };
    // The mean of the colour is 190 of 255.
    assert!((seen.face.score - (190.0_f32 / 255.0).sqrt()).abs() < 0.02, "{:?}", seen.face);
    assert_eq!((seen.face.left, seen.face.top, seen.face.width), (0.0, 16.0, 16.0));
    assert_eq!((seen.face.points[1].x, seen.face.points[1].y), (12.0, 20.0));
    assert!((seen.quality.eye_distance - 8.0).abs() < 1e-3);
    // The whole aligned picture is inside the cell: 240, 200 / 2, 130 - 10, of length 1.
    let norm = (240.0_f32 * 240.0 + 100.0 * 100.0 + 120.0 * 120.0).sqrt();
    let raw = [240.0 / norm, 100.0 / norm, 120.0 / norm];
    let furthest = seen.vector.iter().zip(raw).map(|(one, other)| (one - other).abs());
    assert!(furthest.fold(0.0, f32::max) < 0.02, "{:?} and {raw:?}", seen.vector);
}

#[test]
fn a_picture_without_a_face_has_none() {
    let (_folder, path) = tiny();
    assert_eq!(path.see(&one_bright_cell(16, [9; 3])).expect("no error"), []);
    let error = path.embed(&one_bright_cell(16, [9; 3])).expect_err("another size").to_string();
    assert!(error.ends_with("wants 4 x 4 pixels, not 16 x 16"), "{error}");
}

#[test]
fn a_look_is_a_template_a_refusal_or_nobody() {
    let (_folder, mut path) = tiny();
    assert_eq!(path.dimension(), 3);
    assert_eq!(path.look(&one_bright_cell(16, [9; 3])).expect("no error"), Look::Nobody);
    // One colour all over is as blurred as can be, and eight pixels between eyes are few.
    let cell = one_bright_cell(32, [240, 200, 130]);
    let Look::Refused(seen, refusals) = path.look(&cell).expect("no error") else {
        panic!("taken for good")
    };
    let faults: Vec<_> = refusals.iter().map(|refusal| refusal.fault).collect();
    assert_eq!(faults, [Fault::Small, Fault::Blurred]);
    path.limits = QualityLimits { eye_distance: 8.0, sharpness: 0.0, ..path.limits };
    assert_eq!(path.look(&cell).expect("no error"), Look::Good(seen));
}

#[test]
fn models_that_give_something_else_are_refused_when_they_are_loaded() {
    let (folder, _) = tiny();
    fs::write(folder.path().join("embedder.onnx"), tiny_onnx::detector()).expect("a file");
    let description = Description::read(&folder.path().join("faces.toml")).expect("as before");
    let error = FacePath::load(&description).err().expect("no embedder").to_string();
    assert!(error.contains("embedder.onnx: "), "{error}");
}

/// Real models and what they gave elsewhere; the README beside them says how.
fn data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/faces");
    if data.join("models/mobilefacenet_112.onnx").exists() {
        return Some(data);
    }
    println!("skipped: ../shared/data/faces/models is not there");
    None
}

/// Numbers of an NPY file of f32 or u8: what comes after its header.
fn npy(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).expect("an array");
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].to_vec()
}

fn floats(path: &Path) -> Vec<f32> {
    let bytes = npy(path);
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("four"))).collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

fn described(data: &Path, size: u32) -> Description {
    let text = YUNET_AND_MOBILEFACENET
        .replace("size = 320", &format!("size = {size}"))
        .replace("yunet_n_320_320", &format!("yunet_n_{size}_{size}"));
    let mut description = Description::parse(&text).expect("a description");
    for model in [&mut description.detector.model, &mut description.embedder.model] {
        *model = data.join("models").join(&*model);
    }
    description
}

#[test]
fn the_real_embedder_gives_the_golden_vectors() {
    let Some(data) = data() else { return };
    let embedder = Embedder::new(&described(&data, 320).embedder).expect("a model");
    let crops = npy(&data.join("golden/crops-rgb-u8.npy"));
    let golden = floats(&data.join("golden/crops-embeddings-raw.npy"));
    let mut furthest = 0.0_f32;
    let each = 112 * 112 * 3;
    assert_eq!(crops.len() / each, 64);
    for (crop, golden) in crops.chunks_exact(each).zip(golden.chunks_exact(128)) {
        let crop = Picture::new(112, 112, crop.to_vec()).expect("a picture");
        let raw = embedder.raw(&crop).expect("a vector");
        assert_eq!(raw.len(), 128);
        for (one, other) in raw.iter().zip(golden) {
            furthest = furthest.max((one - other).abs());
        }
    }
    println!("64 crops, furthest {furthest:e}");
    assert!(furthest < 1e-3);
}

#[test]
fn the_whole_way_gives_the_golden_faces() {
    let Some(data) = data() else { return };
    let path = FacePath::load(&described(&data, 640)).expect("models");
    let table = fs::read_to_string(data.join("golden/pictures-faces.tsv")).expect("a table");
    let golden = floats(&data.join("golden/pictures-embeddings.npy"));
    let rows = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    // The largest face of each colour picture that the larger detector saw.
    let rows = rows.filter(|row| row[1].starts_with("colour/") && row[4] == "640" && row[5] == "0");
    let mut worst = 1.0_f32;
    let mut count = 0;
    for row in rows.take(10) {
        let bytes = fs::read(data.join("pictures").join(row[1])).expect("a picture");
        let decoded = image::load_from_memory(&bytes).expect("a JPEG").to_rgb8();
        let (width, height) = decoded.dimensions();
        let picture = Picture::new(width, height, decoded.into_raw()).expect("a picture");
        let seen = path.see(&picture).expect("no error");
        let number: usize = row[0].parse().expect("a row");
        let cosine = cosine(&seen[0].vector, &golden[number * 128..][..128]);
        println!("{}: {} faces, cosine {cosine:.4}, {:?}", row[1], seen.len(), seen[0].quality);
        worst = worst.min(cosine);
        count += 1;
    }
    assert!(count >= 5, "{count} pictures");
    assert!(worst >= 0.95, "{worst}");
}

/// Every third grey picture, as a camera of 640 x 480 sees it.
fn staged(data: &Path) -> Vec<Picture> {
    let files = fs::read_dir(data.join("pictures/lfw-gray")).expect("a folder");
    let mut files: Vec<_> = files.map(|file| file.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "jpg"));
    files.sort();
    let pictures = files.iter().step_by(3).map(|file| Picture::read(file).expect("a picture"));
    pictures.map(|picture| picture.staged(640, 480)).collect()
}

#[test]
fn real_faces_are_within_the_usual_limits_until_they_are_blurred() {
    let Some(data) = data() else { return };
    let path = FacePath::load(&described(&data, 640)).expect("models");
    let (mut all, mut good, mut seen_blurred, mut named) = (0, 0, 0, 0);
    for picture in staged(&data).into_iter().step_by(2) {
        all += 1;
        let Look::Good(seen) = path.look(&picture).expect("no error") else { continue };
        good += 1;
        let sigma = 0.045 * seen.quality.eye_distance;
        let image = image::RgbImage::from_raw(640, 480, picture.rgb().to_vec()).expect("pixels");
        let blurred = image::imageops::fast_blur(&image, sigma).into_raw();
        let blurred = Picture::new(640, 480, blurred).expect("as many pixels");
        match path.look(&blurred).expect("no error") {
            Look::Nobody => {}
            Look::Good(_) => seen_blurred += 1,
            Look::Refused(_, refusals) => {
                seen_blurred += 1;
                named += u32::from(refusals.iter().any(|one| one.fault == Fault::Blurred));
            }
        }
    }
    println!("{good} of {all} good; blurred, {named} of {seen_blurred} are named so");
    assert!(all >= 15 && good * 10 >= all * 9, "{good} of {all}");
    assert!(seen_blurred >= 5 && named * 10 >= seen_blurred * 7, "{named} of {seen_blurred}");
}
