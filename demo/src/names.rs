//! Made-up names from common syllables.

use crate::draw::Draw;

#[rustfmt::skip]
const SURNAMES: [(&str, &str); 16] = [
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"),
    ("黄", "huang"), ("赵", "zhao"), ("吴", "wu"), ("周", "zhou"), ("徐", "xu"), ("孙", "sun"),
    ("马", "ma"), ("朱", "zhu"), ("胡", "hu"), ("林", "lin"),
];
#[rustfmt::skip]
const GIVEN: [(&str, &str); 20] = [
    ("安", "an"), ("博", "bo"), ("晨", "chen"), ("丹", "dan"), ("帆", "fan"), ("海", "hai"),
    ("佳", "jia"), ("静", "jing"), ("凯", "kai"), ("兰", "lan"), ("敏", "min"), ("宁", "ning"),
    ("琪", "qi"), ("然", "ran"), ("思", "si"), ("婷", "ting"), ("文", "wen"), ("欣", "xin"),
    ("雅", "ya"), ("子", "zi"),
];
const LATIN: [&str; 20] = [
    "an", "bel", "car", "da", "el", "fin", "ga", "han", "is", "jo", "ka", "lin", "mar", "no", "ol",
    "per", "ro", "sel", "ti", "vin",
];

/// A name as it is shown, and its beginning of a userid.
pub(crate) fn name(draw: &mut Draw) -> (String, String) {
    if draw.chance(80) {
        let (mut shown, mut ascii) = pair(draw, &SURNAMES);
        for _ in 0..=draw.below(2) {
            let (character, syllable) = pair(draw, &GIVEN);
            shown += &character;
            ascii += &syllable;
        }
        (shown, ascii)
    } else {
        let (first, last) = (latin(draw), latin(draw));
        let ascii = format!("{first}.{last}").to_lowercase();
        (format!("{first} {last}"), ascii)
    }
}

fn pair(draw: &mut Draw, from: &[(&str, &str)]) -> (String, String) {
    let (shown, ascii) = from[draw.below(from.len())];
    (shown.to_owned(), ascii.to_owned())
}

fn latin(draw: &mut Draw) -> String {
    let mut word: String = (0..2 + draw.below(2)).map(|_| draw.pick(&LATIN)).collect();
    word[..1].make_ascii_uppercase();
    word
}
