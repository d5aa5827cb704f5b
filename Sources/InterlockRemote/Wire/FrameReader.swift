import InterlockCore

/// Reads members of a frame whose type matters, and says where one is wrong.
struct FrameReader: Sendable {
    /// Who sent the frame, for the messages.
    let sender: String

    /// Parses a frame, which has to be an object; half a character in it becomes U+FFFD.
    func object(_ data: [UInt8]) throws(InterlockError) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data, options: .init(loneSurrogates: .replace))
        } catch {
            throw malformed("a frame is not JSON: \(error)")
        }
        return try object(value)
    }

    /// A frame, which has to be an object.
    func object(_ value: JSONValue) throws(InterlockError) -> JSONObject {
        guard case .object(let object) = value else {
            throw malformed("a frame must be of type object and is of type \(value.typeName)")
        }
        return object
    }

    /// Parses a frame, which has to be an object; half a character in it is joined with that of the next frame.
    func object(_ data: [UInt8], _ mender: inout SurrogateMender) throws(InterlockError) -> JSONValue {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data)
        } catch {
            guard error.code == .loneSurrogate else { throw malformed("a frame is not JSON: \(error)") }
            value = try mended(data, &mender)
        }
        return .object(try object(value))
    }

    /// Parses a frame with half a character in it.
    private func mended(_ data: [UInt8], _ mender: inout SurrogateMender) throws(InterlockError) -> JSONValue {
        do {
            return try JSONValue(parsing: mender.mend(data), options: .tolerant)
        } catch {
            throw malformed("a frame is not JSON: \(error)")
        }
    }

    /// A text that may be missing or null.
    func text(_ value: JSONValue?, at path: @autoclosure () -> String) throws(InterlockError) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return text
        case .some(let other): throw wrongType(other, path(), "string")
        }
    }

    /// A list that may be missing or null.
    func list(_ value: JSONValue?, at path: @autoclosure () -> String) throws(InterlockError) -> [JSONValue] {
        switch value {
        case nil, .null?: return []
        case .array(let list)?: return list
        case .some(let other): throw wrongType(other, path(), "array")
        }
    }

    /// An object that may be missing or null.
    func member(_ value: JSONValue?, at path: @autoclosure () -> String) throws(InterlockError) -> JSONObject? {
        switch value {
        case nil, .null?: return nil
        case .object(let object)?: return object
        case .some(let other): throw wrongType(other, path(), "object")
        }
    }

    /// An error about a value of the wrong type.
    func wrongType(_ value: JSONValue, _ path: String, _ expected: String) -> InterlockError {
        malformed("\(path) must be of type \(expected) and is of type \(value.typeName)")
    }

    /// An error about a frame.
    func malformed(_ problem: String) -> InterlockError {
        InterlockError(
            .malformedResponse, "\(sender) sent something that its API does not allow: \(problem)",
            hint: "Send the request again; if it stays so, check that the address is that of such a server.")
    }

    /// The error about a stream that ended too early.
    func truncated() -> InterlockError {
        InterlockError(
            .truncatedStream, "\(sender) ended the answer before it was complete", hint: "Send the request again.")
    }
}
