//! An offline emulator of Azure Communication Services Identity and Microsoft Entra ID.
#![forbid(unsafe_code)]

pub mod clock;
pub mod entra;
pub mod http;
pub mod seed;
