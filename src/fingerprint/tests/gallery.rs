//! The gallery against a list.

use std::sync::Arc;

use proptest::prelude::*;

use super::synthetic::finger;
use crate::fingerprint::{FINGER_BLOCK_ROWS, FingerIndex, FingerTemplate};
use crate::gallery::GalleryError;
use crate::gallery::TemplateHandle;

/// A few templates, of all sizes that there are.
fn pool() -> Vec<FingerTemplate> {
    let sizes = [0, 1, 3, 7, 8, 9, 16, 20, 31, 47, 48, 60];
    let minutiae = (0..).zip(sizes).map(|(seed, count)| finger(seed, count));
    minutiae.map(|minutiae| FingerTemplate::new(&minutiae).unwrap()).collect()
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    handle: TemplateHandle,
    owner: u32,
    slot: u8,
    template: usize,
}

#[derive(Clone, Debug)]
enum Change {
    Insert { owner: u32, slot: u8, template: usize },
    Replace { pick: usize, template: usize },
    Remove { pick: usize },
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (any::<u32>(), any::<u8>(), 0usize..12)
            .prop_map(|(owner, slot, template)| Change::Insert { owner, slot, template }),
        1 => (any::<usize>(), 0usize..12)
            .prop_map(|(pick, template)| Change::Replace { pick, template }),
        2 => any::<usize>().prop_map(|pick| Change::Remove { pick }),
    ]
}

fn apply(index: &mut FingerIndex, rows: &mut Vec<Row>, pool: &[FingerTemplate], change: &Change) {
    match *change {
        Change::Insert { owner, slot, template } => {
            let handle = index.insert(owner, slot, &pool[template]).unwrap();
            assert!(rows.iter().all(|row| row.handle != handle));
            rows.push(Row { handle, owner, slot, template });
        }
        Change::Replace { pick, template } => {
            let count = rows.len();
            if let Some(row) = rows.get_mut(pick % count.max(1)) {
                row.template = template;
                index.replace(row.handle, &pool[template]).unwrap();
            }
        }
        Change::Remove { pick } if !rows.is_empty() => {
            let row = rows.swap_remove(pick % rows.len());
            index.remove(row.handle).unwrap();
            let unknown = Err(GalleryError::UnknownHandle(row.handle));
            assert_eq!(index.get(row.handle), None);
            assert_eq!(index.remove(row.handle), unknown);
            assert_eq!(index.replace(row.handle, &pool[0]), unknown);
        }
        Change::Remove { .. } => {}
    }
}

fn check(index: &FingerIndex, rows: &[Row], pool: &[FingerTemplate]) {
    assert_eq!(index.len(), rows.len());
    assert_eq!(index.is_empty(), rows.is_empty());
    assert_eq!(index.block_count(), rows.len().div_ceil(FINGER_BLOCK_ROWS));
    for row in rows {
        assert_eq!(index.get(row.handle), Some((row.owner, row.slot)));
        assert!(index.holds(row.handle, &pool[row.template]));
        assert!(!index.holds(row.handle, &pool[(row.template + 1) % pool.len()]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_changes_give_what_a_list_gives(
        filled in prop::sample::select(vec![
            0, 1, FINGER_BLOCK_ROWS - 1, FINGER_BLOCK_ROWS, FINGER_BLOCK_ROWS + 1, 150,
        ]),
        changes in prop::collection::vec(change(), 0..80),
    ) {
        let pool = pool();
        let (mut index, mut rows) = (FingerIndex::new(), Vec::new());
        for at in 0..filled {
            let owner = u32::try_from(at).unwrap();
            let insert = Change::Insert { owner, slot: 3, template: at % pool.len() };
            apply(&mut index, &mut rows, &pool, &insert);
        }
        let (snapshot, before) = (index.clone(), rows.clone());
        let mut most = rows.len();
        for change in &changes {
            apply(&mut index, &mut rows, &pool, change);
            most = most.max(rows.len());
        }
        check(&index, &rows, &pool);
        check(&snapshot, &before, &pool);
        prop_assert!(index.memory_bytes() <= FingerIndex::required_bytes(most));
    }
}

#[test]
fn a_clone_shares_blocks_until_they_change() {
    let pool = pool();
    let mut index = FingerIndex::new();
    let count = 2 * FINGER_BLOCK_ROWS + 20;
    let handles: Vec<_> = (0..count).map(|_| index.insert(0, 0, &pool[9]).unwrap()).collect();
    let snapshot = index.clone();
    let shared = |index: &FingerIndex| -> Vec<bool> {
        let pairs = index.rows.blocks.iter().zip(&snapshot.rows.blocks);
        pairs.map(|(a, b)| Arc::ptr_eq(a, b)).collect()
    };
    assert_eq!(shared(&index), [true, true, true]);
    index.replace(handles[FINGER_BLOCK_ROWS + 5], &pool[8]).unwrap();
    assert_eq!(shared(&index), [true, false, true]);
    index.remove(handles[0]).unwrap();
    assert_eq!(shared(&index), [false, false, false]);
    assert!(snapshot.holds(handles[0], &pool[9]));
    assert!(snapshot.holds(handles[FINGER_BLOCK_ROWS + 5], &pool[9]));
}

#[test]
fn the_memory_of_a_template_is_within_two_and_a_half_kilobytes() {
    assert!(FingerIndex::bytes_per_template() <= 2_500, "{}", FingerIndex::bytes_per_template());
    let mut index = FingerIndex::new();
    let template = &pool()[10];
    for count in 0..300 {
        assert!(index.memory_bytes() <= FingerIndex::required_bytes(count), "{count}");
        index.insert(0, 0, template).unwrap();
    }
    assert_eq!(FingerIndex::required_bytes(usize::MAX), usize::MAX);
}

/// What is left behind the rows in use is what a new block holds.
#[test]
fn removed_templates_are_erased_at_once() {
    let pool = pool();
    let mut index = FingerIndex::new();
    let handles: Vec<_> = (0..3).map(|owner| index.insert(owner, 1, &pool[10]).unwrap()).collect();
    index.remove(handles[0]).unwrap();
    let block = &index.rows.blocks[0];
    for row in 2..FINGER_BLOCK_ROWS {
        let finger = block.finger(row);
        assert!(finger.is_erased());
        assert_eq!((block.owner(row), block.slot(row)), (0, 0));
    }
    assert!(!block.finger(1).is_erased());
    // The last one moved into the place of the first.
    index.replace(handles[2], &pool[0]).unwrap();
    assert!(index.rows.blocks[0].finger(0).is_erased());
}
