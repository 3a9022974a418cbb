//! On-behalf-of tokens, and the open extension of Microsoft Graph that maps a user to an ACS identity.
