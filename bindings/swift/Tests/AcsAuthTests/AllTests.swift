import Testing

/// All suites, one after another: they share an emulator, its clock and its faults.
@Suite(.serialized) struct AllTests {}
