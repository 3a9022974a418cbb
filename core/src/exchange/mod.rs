//! Exchanges of Teams users' tokens with all that a back end wants around them.
