import Testing

/// Contains all suites and runs them one after another, since they share an emulator, its clock and its faults.
@Suite(.serialized) struct AllTests {}
