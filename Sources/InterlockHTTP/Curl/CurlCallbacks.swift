import CCurl

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The functions that curl calls, which capture nothing: what they work on comes as a pointer.
enum CurlCallbacks {
    private static func easy(_ pointer: UnsafeMutableRawPointer?) -> EasyHandle? {
        pointer.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Sets them on an easy handle whose data pointers are set.
    static func install(on handle: UnsafeMutableRawPointer) {
        _ = interlock_curl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, pointer in
            guard let easy = CurlCallbacks.easy(pointer), let transfer = easy.transfer else { return 0 }
            let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return easy.engine.received(body: buffer, for: transfer)
        }
        _ = interlock_curl_set_data_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, pointer in
            guard let easy = CurlCallbacks.easy(pointer), let transfer = easy.transfer else { return 0 }
            easy.engine.received(line: UnsafeRawBufferPointer(start: bytes, count: size * count), for: transfer)
            return size * count
        }
        _ = interlock_curl_set_data_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, pointer in
            guard let transfer = CurlCallbacks.easy(pointer)?.transfer, let body = transfer.request.body else {
                return 0
            }
            let length = min(size * count, body.count - transfer.bodyOffset)
            UnsafeMutableRawBufferPointer(start: bytes, count: length)
                .copyBytes(from: body[transfer.bodyOffset..<transfer.bodyOffset + length])
            transfer.bodyOffset += length
            return length
        }
        _ = interlock_curl_set_seek_function(handle) { pointer, offset, origin in
            guard origin == SEEK_SET, let transfer = CurlCallbacks.easy(pointer)?.transfer, offset >= 0,
                offset <= transfer.request.body?.count ?? 0
            else { return CURL_SEEKFUNC_CANTSEEK }
            transfer.bodyOffset = Int(offset)
            return CURL_SEEKFUNC_OK
        }
        installProgress(on: handle)
    }

    /// Those that tell how far a transfer has come.
    private static func installProgress(on handle: UnsafeMutableRawPointer) {
        _ = interlock_curl_set_resolver_function(handle) { _, _, pointer in
            if let easy = CurlCallbacks.easy(pointer), let transfer = easy.transfer { easy.engine.connects(transfer) }
            return 0
        }
        _ = interlock_curl_set_socket_option_function(handle) { pointer, _, _ in
            if let easy = CurlCallbacks.easy(pointer), let transfer = easy.transfer { easy.engine.connects(transfer) }
            return CURL_SOCKOPT_OK
        }
        _ = interlock_curl_set_request_function(handle) { pointer, _, _, _, _ in
            if let easy = CurlCallbacks.easy(pointer), let transfer = easy.transfer {
                easy.engine.isConnected(transfer)
            }
            return CURL_PREREQFUNC_OK
        }
    }

    private static func engine(_ pointer: UnsafeMutableRawPointer?) -> CurlEngine? {
        pointer.map { Unmanaged<CurlEngine>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Sets them on a multi handle.
    static func install(on multi: UnsafeMutableRawPointer, engine: CurlEngine) {
        _ = interlock_curl_multi_set_functions(
            multi,
            { _, socket, what, pointer, _ in
                CurlCallbacks.engine(pointer)?.wants(what, of: socket)
                return 0
            },
            { _, milliseconds, pointer in
                CurlCallbacks.engine(pointer)?.wantsTimer(after: milliseconds)
                return 0
            },
            Unmanaged.passUnretained(engine).toOpaque()
        )
    }
}
