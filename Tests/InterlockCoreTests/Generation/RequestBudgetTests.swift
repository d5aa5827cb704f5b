import InterlockCore
import InterlockTesting
import Testing

@Suite struct RequestBudgetTests {
    private func complaint(_ body: () throws(InterlockError) -> Void) -> InterlockError? {
        do throws(InterlockError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func copiesOfARequestDrawFromOnePurse() throws {
        let request = GenerationRequest([.user("x")])
        var copy = request
        copy.options.temperature = 1
        copy.input = .text("y")
        let before = request.budget.remainingAttempts
        try copy.budget.takeAttempt()
        #expect(request.budget.remainingAttempts == before - 1)
        #expect(copy.budget === request.budget)
    }

    @Test func requestsThatAreMadeAnewHaveTheirOwn() throws {
        let one = GenerationRequest([.user("x")])
        let two = GenerationRequest([.user("x")])
        try one.budget.takeAttempt()
        #expect(two.budget.remainingAttempts == 6)
        #expect(one.budget.remainingAttempts == 5)
    }

    @Test func endsWithAnError() throws {
        let budget = RequestBudget(attempts: 2)
        #expect(budget.deadline == nil)
        #expect(budget.remainingTime == nil)
        #expect(!budget.isExpired)
        try budget.takeAttempt()
        try budget.takeAttempt()
        #expect(budget.remainingAttempts == 0)
        for _ in 0..<2 {
            let error = try #require(complaint(budget.takeAttempt))
            #expect(error.code == .attemptsExhausted)
            #expect(
                error.description == """
                    all attempts of this request are used up
                    hint: Look at the errors of the earlier attempts, or allow more attempts.
                    """)
        }
        #expect(budget.remainingAttempts == 0)
        try budget.checkDeadline()
    }

    @Test(arguments: [0, -1, Int.min])
    func thereIsAlwaysOneAttempt(attempts: Int) throws {
        let budget = RequestBudget(attempts: attempts)
        try budget.takeAttempt()
        #expect(complaint(budget.takeAttempt)?.code == .attemptsExhausted)
    }

    @Test func theDeadlineIsReadAgainstTheInjectedClock() throws {
        let clocks = ManualClocks()
        let budget = RequestBudget(attempts: 3, timeout: .seconds(10), clocks: clocks.clocks)
        #expect(budget.remainingTime == .seconds(10))
        clocks.advance(by: .seconds(9))
        #expect(budget.remainingTime == .seconds(1))
        #expect(!budget.isExpired)
        try budget.takeAttempt()
        clocks.advance(by: .seconds(1))
        // The deadline itself is too late.
        #expect(budget.remainingTime == .zero)
        #expect(budget.isExpired)
        clocks.advance(by: .seconds(100))
        #expect(budget.remainingTime == .zero)
        let error = try #require(complaint(budget.takeAttempt))
        #expect(error.code == .deadlineExceeded)
        #expect(
            error.description == """
                the request's deadline passed
                hint: Allow more time, ask for fewer tokens, or use a faster model.
                """)
        #expect(complaint(budget.checkDeadline)?.code == .deadlineExceeded)
        // Being too late takes no attempt.
        #expect(budget.remainingAttempts == 2)
    }

    @Test func aTimeoutThatNoClockReachesIsNone() throws {
        let clocks = ManualClocks()
        clocks.advance(by: .seconds(1))
        let budget = RequestBudget(timeout: .seconds(Int64.max), clocks: clocks.clocks)
        #expect(budget.deadline == MonotonicTime(nanoseconds: .max))
        #expect(!budget.isExpired)
        try budget.takeAttempt()
        #expect(RequestBudget(timeout: .zero, clocks: clocks.clocks).isExpired)
        #expect(RequestBudget(timeout: .seconds(-1), clocks: clocks.clocks).isExpired)
    }

    @Test func manyTasksTakeNoMoreThanThereIs() async {
        let budget = RequestBudget(attempts: 50)
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    (0..<20).reduce(0) { taken, _ in (try? budget.takeAttempt()) == nil ? taken : taken + 1 }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(taken == 50)
        #expect(budget.remainingAttempts == 0)
    }
}
