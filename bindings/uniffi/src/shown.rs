//! How records and objects print: without what may be secret.

/// Lets a record print some of its members. Those behind the semicolon are named, so that a new one cannot be forgotten,
/// and not printed.
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

/// Lets objects print their names.
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
