/// A growing stack whose top part can be moved, not copied, into an array of exactly the right size.
///
/// Arrays cannot give up their elements without a retain and a release for each, which is what a parser would spend
/// most of its time on.
struct MoveStack<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    /// The last element; there must be one.
    var last: Element {
        _read {
            precondition(count > 0)
            yield base[count - 1]
        }
        _modify {
            precondition(count > 0)
            yield &base[count - 1]
        }
    }

    /// Takes all elements from an index on off the stack.
    mutating func pop(from start: Int) -> [Element] {
        precondition(start <= count)
        let source = base + start
        let length = count - start
        count = start
        return Array(unsafeUninitializedCapacity: length) { buffer, initialized in
            buffer.baseAddress?.moveInitialize(from: source, count: length)
            initialized = length
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
