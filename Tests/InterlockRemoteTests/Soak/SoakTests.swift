import Testing

/// Thousands of requests to a server that misbehaves, some of them cancelled: nothing may stay behind.
///
/// `INTERLOCK_SOAK` is how many requests are made, 2,000 unless it says otherwise. `scripts/soak` makes 100,000. They run
/// in a process of their own, where nothing else opens descriptors or takes memory.
@Suite("remote backends: soak")
struct SoakTests {
    @Test("random faults and cancellations end in an answer or a typed error, and leave nothing behind")
    func soak() async {  // covers: S8
        let child = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try await Soak().run()
        }
        // What the soak counted is worth seeing, also where all is well.
        print(String(decoding: child?.standardOutputContent ?? [], as: UTF8.self))
    }
}
