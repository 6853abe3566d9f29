//! Models of a few numbers and people made for them, in a folder: they keep everything from
//! the camera to the decision at work where no real model is. They say nothing of real faces.
//!
//! A person is a square of sixteen colours under a fine chequer; the detector finds what is
//! bright, the embedder takes the means of sixteen squares.

use std::fs;
use std::path::Path;

use super::error::FaceError;
use super::tiny_onnx;
use crate::camera::Picture;

/// Pictures of each person.
const LOOKS: u64 = 3;
/// People who are enrolled.
pub const PEOPLE: u64 = 4;
/// Others.
pub const STRANGERS: u64 = 2;

/// A picture of them, as a camera gives it: the detector has two by two cells in it.
const SIZE: (u32, u32) = (640, 480);
/// Pixels of a person each way: one cell.
const SIDE: u32 = 320;
/// Pixels of one of their squares.
const SQUARE: u32 = SIDE / 4;

const DESCRIPTION: &str = r#"# Models of a few numbers: they find bright squares, not faces.
[detector]
model = "detector.onnx"
size = 16
order = "bgr"
mean = [0, 0, 0]
std = [1, 1, 1]
score = 0.4
overlap = 0.3
strides = [8]
class = ["cls_8"]
object = ["obj_8"]
box = ["bbox_8"]
points = ["kps_8"]

[embedder]
model = "embedder.onnx"
width = 32
height = 32
order = "rgb"
mean = [140, 140, 140]
std = [80, 80, 80]
points = [[8, 8], [24, 8], [16, 16], [8, 24], [24, 24]]

[quality]
brightness = [75, 215]
"#;

/// Writes `face.toml` with its models, and `pictures` with people, strangers and pictures
/// without anybody. What is there already is replaced.
///
/// # Errors
///
/// [`FaceError::Read`]: a file that cannot be written.
pub fn write(folder: &Path) -> Result<(), FaceError> {
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|source| FaceError::Read { path, source })
    };
    let pictures = folder.join("pictures");
    let make = |path: &Path| {
        let made = fs::create_dir_all(path);
        made.map_err(|source| FaceError::Read { path: path.to_owned(), source })
    };
    let draw = |path: &Path, picture: &Picture| {
        let written = picture.write(path);
        written.map_err(|source| FaceError::Read { path: path.to_owned(), source })
    };
    let (strangers, empty) = (pictures.join("strangers"), pictures.join("empty"));
    make(&strangers)?;
    make(&empty)?;
    put("face.toml", DESCRIPTION.as_bytes())?;
    put("detector.onnx", &tiny_onnx::detector())?;
    put("embedder.onnx", &tiny_onnx::embedder(32, 8))?;
    for number in 0..PEOPLE {
        let own = pictures.join("people").join(format!("person-{number}"));
        make(&own)?;
        for look in 0..LOOKS {
            draw(&own.join(format!("{look}.png")), &person(number, look))?;
        }
    }
    for number in 0..STRANGERS {
        draw(&strangers.join(format!("{number}.png")), &person(100 + number, 0))?;
    }
    draw(&empty.join("dim.png"), &dim())
}

/// A person in the upper left of a picture. Looks differ by the light on each square.
#[must_use]
pub fn person(number: u64, look: u64) -> Picture {
    let mut identity = fastrand::Rng::with_seed(0x9e37_79b9 + number);
    let mut light = fastrand::Rng::with_seed(0x7f4a_7c15 + number * 1000 + look);
    let colours: Vec<[u8; 3]> = (0..16)
        .map(|_| {
            [(); 3].map(|()| {
                let bright = if identity.bool() { 200 } else { 80 };
                bright + light.u8(0..24)
            })
        })
        .collect();
    paint(|x, y| {
        if x >= SIDE || y >= SIDE {
            return [0; 3];
        }
        let colour = colours.get((y / SQUARE * 4 + x / SQUARE) as usize).copied();
        // Squares of twenty pixels are two of the aligned picture: what a blur takes first.
        let fine = if (x / 20 + y / 20) % 2 == 0 { 25 } else { 0 };
        colour.unwrap_or_default().map(|part| part + fine)
    })
}

/// Greys that the detector takes for nobody.
fn dim() -> Picture {
    paint(|x, y| [u8::try_from((x + y) * 30 / (SIZE.0 + SIZE.1)).unwrap_or(0); 3])
}

fn paint(pixel: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let (width, height) = SIZE;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| pixel(x, y)).collect();
    Picture::new(width, height, rgb).unwrap_or_else(|| unreachable!("three bytes a place"))
}

#[cfg(test)]
mod tests {
    use super::super::{Description, FacePath, Look};
    use super::*;

    fn vector(path: &FacePath, picture: &Picture) -> Vec<f32> {
        match path.look(picture).expect("no error") {
            Look::Good(seen) => seen.vector,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn people_are_themselves_and_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path()).expect("files");
        let description = Description::read(&folder.path().join("face.toml")).expect("as written");
        let path = FacePath::load(&description).expect("models");
        assert_eq!(path.dimension(), 48);
        let dot =
            |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
        let numbers = (0..PEOPLE).chain(100..100 + STRANGERS);
        let all: Vec<_> = numbers.map(|number| vector(&path, &person(number, 0))).collect();
        for (at, one) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                assert!(dot(one, other) < 0.4, "{at}: {}", dot(one, other));
            }
        }
        for number in 0..PEOPLE {
            let file = folder.path().join(format!("pictures/people/person-{number}/2.png"));
            let other = Picture::read(&file).expect("as written");
            let near = dot(&all[usize::try_from(number).expect("few")], &vector(&path, &other));
            assert!((0.9..0.9999).contains(&near), "{number}: {near}");
        }
        let empty = Picture::read(&folder.path().join("pictures/empty/dim.png")).expect("there");
        assert_eq!(path.look(&empty).expect("no error"), Look::Nobody);
    }
}
