//! `acs-auth demo`
