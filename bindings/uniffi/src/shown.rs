//! Prints records and objects without what may be secret.

/// Implements `Debug` and `Display` for a record. Members after the semicolon are not printed; they must be
/// listed, so that a new member cannot be forgotten.
macro_rules! shown {
    ($record:ident { $($member:ident),* ; $($hidden:ident),* $(,)? }) => {
        impl std::fmt::Debug for $record {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let Self { $($member,)* $($hidden: _,)* } = self;
                f.debug_struct(stringify!($record))$(.field(stringify!($member), $member))*.finish_non_exhaustive()
            }
        }

        impl std::fmt::Display for $record {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(self, f)
            }
        }
    };
}

/// Implements `Debug` for objects, which print only the name of their type.
macro_rules! opaque {
    ($($object:ident)+) => {
        $(impl std::fmt::Debug for $object {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($object))
            }
        })+
    };
}

pub(crate) use {opaque, shown};
