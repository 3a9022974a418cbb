//! Cycles of a graph: nodes that depend on one another.

use std::collections::{BTreeMap, BTreeSet};

/// The cycles of a graph, given by what each node depends on: each lists its nodes in order.
pub(crate) fn circles<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>) -> BTreeSet<Vec<T>> {
    let reached = |start: &T| {
        let mut found = BTreeSet::new();
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for next in needs.get(node).into_iter().flatten() {
                if found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    };
    needs
        .keys()
        .filter(|node| reached(node).contains(node))
        .map(|node| {
            let around = reached(node).into_iter();
            around
                .filter(|other| reached(other).contains(node))
                .cloned()
                .collect()
        })
        .collect()
}
