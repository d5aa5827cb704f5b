/// Timers, the earliest first: a binary heap whose members know their place, so that one can be taken out.
struct TimerHeap {
    private var timers: [LoopTimer] = []
    private var made: UInt64 = 0

    /// The one that is due first.
    var first: LoopTimer? { timers.first }

    /// Adds a timer.
    mutating func insert(_ timer: LoopTimer) {
        timer.sequence = made
        made += 1
        timer.place = timers.count
        timers.append(timer)
        moveUp(timers.count - 1)
    }

    /// Takes a timer out; one that is not in here is left alone.
    mutating func remove(_ timer: LoopTimer) {
        let place = timer.place
        guard timers.indices.contains(place), timers[place] === timer else { return }
        timer.place = -1
        let last = timers.removeLast()
        guard last !== timer else { return }
        timers[place] = last
        last.place = place
        moveUp(place)
        moveDown(last.place)
    }

    /// Takes all timers out.
    mutating func removeAll() -> [LoopTimer] {
        let all = timers
        timers = []
        for timer in all { timer.place = -1 }
        return all
    }

    private mutating func moveUp(_ start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard timers[place].precedes(timers[parent]) else { return }
            exchange(place, parent)
            place = parent
        }
    }

    private mutating func moveDown(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in (2 * place + 1)...(2 * place + 2) where child < timers.count {
                if timers[child].precedes(timers[least]) { least = child }
            }
            if least == place { return }
            exchange(place, least)
            place = least
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        timers.swapAt(one, other)
        timers[one].place = one
        timers[other].place = other
    }
}
