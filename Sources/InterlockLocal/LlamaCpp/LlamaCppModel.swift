#if LlamaCpp
import CLlama
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A loaded model's weights and vocabulary, which any thread may read.
final class LlamaCppHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    let vocabulary: OpaquePointer

    init?(_ pointer: OpaquePointer) {
        guard let vocabulary = llama_model_get_vocab(pointer) else {
            llama_model_free(pointer)
            return nil
        }
        self.pointer = pointer
        self.vocabulary = vocabulary
    }

    deinit {
        llama_model_free(pointer)
    }
}

/// A GGUF model run by llama.cpp in this process.
///
/// The four calls with which llama.cpp would end the process are out of reach: batches beyond `n_batch` and tokens that do
/// not exist are refused in ``submit(_:)``, sequences are never copied in part, and grammars are not llama.cpp's here.
final class LlamaCppModel: TokenModel {
    let description: TokenModelDescription
    let vocabulary: Vocabulary
    let limits: TokenModelLimits
    let interrupt = InterruptFlag()

    private let model: LlamaCppHandle
    private let context: OpaquePointer
    private var batch: llama_batch
    private var isReady = false

    static let runtimeVersion = String(cString: llama_version())

    static let backendReady: Void = {
        // Left to itself, ggml has a debugger attached to the process before it ends it, which may hang for ever.
        _ = ggml_set_abort_callback { message in
            guard let message else { return }
            _ = write(2, message, strlen(message))
            _ = write(2, "\n", 1)
        }
        llama_backend_init()
    }()

    /// Loads a model.
    ///
    /// - Parameters:
    ///   - path: The file; of a split model, the first.
    ///   - parameters: How to load and run it.
    ///   - logger: Where llama.cpp's messages and our warnings go.
    ///   - progress: Told how far the loading is.
    ///   - abandoned: Raised when nobody wants the model any more; loading then throws `CancellationError`.
    /// - Throws: ``InterlockError`` saying what is wrong with the file or the parameters.
    init(
        path: String, _ parameters: LlamaCppParameters, logger: Logger,
        progress: @Sendable (LoadProgress) -> Void, abandoned: InterruptFlag
    ) throws {
        try LlamaCppModelFile.check(path)
        LlamaCppLog.attach(logger, isVerbose: parameters.isVerbose)
        do {
            _ = Self.backendReady
            Self.warn(parameters, logger)
            model = try Self.loadModel(path, parameters, progress, abandoned)
            try Self.checkKind(model, path)
            let threads = parameters.threads ?? Self.defaultThreads(model)
            context = try Self.makeContext(model, parameters, threads: threads, interrupt: interrupt, logger)
            limits = TokenModelLimits(
                contextLength: Int(llama_n_ctx_seq(context)), batchCapacity: Int(llama_n_batch(context)), sequences: 1)
            batch = llama_batch_init(Int32(limits.batchCapacity), 0, 1)
            vocabulary = Vocabulary(model)
            description = Self.describe(model, parameters, threads: threads)
        } catch {
            LlamaCppLog.detach()
            throw error
        }
    }

    deinit {
        llama_batch_free(batch)
        llama_free(context)
        LlamaCppLog.detach()
    }

    func submit(_ batch: TokenBatch) throws {
        isReady = false
        guard !batch.entries.isEmpty, batch.entries.count <= limits.batchCapacity else {
            throw InterlockError(
                .internalInconsistency,
                "a batch of \(batch.entries.count) tokens; between 1 and \(limits.batchCapacity) are allowed")
        }
        for (index, entry) in batch.entries.enumerated() {
            guard (0..<Token(vocabulary.count)).contains(entry.token), entry.sequence == 0 else {
                throw InterlockError(
                    .internalInconsistency, "token \(entry.token) or sequence \(entry.sequence) does not exist")
            }
            self.batch.token[index] = entry.token
            self.batch.pos[index] = entry.position
            self.batch.n_seq_id[index] = 1
            self.batch.seq_id[index]?[0] = entry.sequence
            self.batch.logits[index] = entry.wantsLogits ? 1 : 0
        }
        self.batch.n_tokens = Int32(batch.entries.count)
    }

    func wait() throws -> TokenModelOutcome {
        switch llama_decode(context, batch) {
        case 0:
            llama_synchronize(context)
            isReady = true
            return .ready
        case 1: return .full
        case 2: return .interrupted
        case let code:
            let reason = LlamaCppLog.takeProblems().last.map { ": \($0)" } ?? ""
            throw InterlockError(
                .internalInconsistency, "llama.cpp could not evaluate the batch (code \(code))\(reason)",
                hint: "With --verbose the log tells more; with too little memory, lower n_ctx or n_batch.")
        }
    }

    func withLogits<Result>(
        after entry: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        guard isReady, entry >= 0, entry < batch.n_tokens, batch.logits[entry] != 0,
            let logits = llama_get_logits_ith(context, Int32(entry))
        else {
            throw InterlockError(.internalInconsistency, "nobody asked for the logits after entry \(entry)")
        }
        return try body(UnsafeMutableBufferPointer(start: logits, count: vocabulary.count))
    }

    func truncate(sequence: Int32, to position: Int32) -> Bool {
        let memory = llama_get_memory(context)
        if llama_memory_seq_rm(memory, sequence, position, -1) { return true }
        llama_memory_clear(memory, true)
        return position == 0
    }
}

// MARK: - Loading

extension LlamaCppModel {
    /// What llama.cpp's progress callback is given.
    private final class ProgressBox {
        let report: (Float) -> Bool
        init(_ report: @escaping (Float) -> Bool) { self.report = report }
    }

    private static func warn(_ parameters: LlamaCppParameters, _ logger: Logger) {
        if let layers = parameters.gpuLayers, layers != 0, !llama_supports_gpu_offload() {
            logger.warning(
                "n_gpu_layers is \(layers), but this build of llama.cpp has no GPU support: the model runs on the CPU. "
                    + "LLAMA_PREFIX points the set-up at a build that has.")
        }
        if parameters.usesMmap, !llama_supports_mmap() {
            logger.warning("use_mmap is set, but this system cannot map files: the model is read instead.")
        }
        if parameters.usesMlock, !llama_supports_mlock() {
            logger.warning("use_mlock is set, but this system cannot lock memory: the model may be swapped out.")
        }
    }

    private static func loadModel(
        _ path: String, _ parameters: LlamaCppParameters,
        _ progress: @Sendable (LoadProgress) -> Void, _ abandoned: InterruptFlag
    ) throws -> LlamaCppHandle {
        var options = llama_model_default_params()
        if let layers = parameters.gpuLayers { options.n_gpu_layers = Int32(clamping: layers) }
        options.load_mode =
            switch (parameters.usesMmap, parameters.usesMlock) {
            case (true, true): LLAMA_LOAD_MODE_MMAP_MLOCK
            case (true, false): LLAMA_LOAD_MODE_MMAP
            case (false, true): LLAMA_LOAD_MODE_MLOCK
            case (false, false): LLAMA_LOAD_MODE_NONE
            }
        return try withoutActuallyEscaping(progress) { progress in
            let box = ProgressBox { fraction in
                progress(LoadProgress(fraction: Double(fraction), label: "Loading \(path)"))
                return !abandoned.isRaised
            }
            options.progress_callback = { fraction, data in
                guard let data else { return true }
                return Unmanaged<ProgressBox>.fromOpaque(data).takeUnretainedValue().report(fraction)
            }
            options.progress_callback_user_data = Unmanaged.passUnretained(box).toOpaque()
            let pointer = withExtendedLifetime(box) { llama_model_load_from_file(path, options) }
            if let pointer, let model = LlamaCppHandle(pointer) { return model }
            if abandoned.isRaised { throw CancellationError() }
            let problems = LlamaCppLog.takeProblems()
            throw InterlockError(
                .modelLoadFailed, "llama.cpp cannot load \(path): \(problems.first ?? "it does not say why")",
                hint: "With --verbose the log tells more; a newer model may need a newer llama.cpp.")
        }
    }

    /// One thread for every physical core, but no more than the model has work for: threads that share a small model
    /// spend their time waiting for each other, and on a busy machine for the scheduler.
    private static func defaultThreads(_ model: LlamaCppHandle) -> Int {
        let bytesWorthAThread: UInt64 = 16 << 20
        return min(ProcessorCount.physical, 1 + Int(clamping: llama_model_size(model.pointer) / bytesWorthAThread))
    }

    private static func checkKind(_ model: LlamaCppHandle, _ path: String) throws {
        guard llama_model_has_decoder(model.pointer), !llama_model_has_encoder(model.pointer) else {
            throw InterlockError(
                .modelUnsupported, "\(path) holds a model with an encoder, which does not continue text",
                hint: "Use a decoder-only model, such as Llama, Qwen, Mistral or Gemma.")
        }
        guard llama_vocab_type(model.vocabulary) != LLAMA_VOCAB_TYPE_NONE else {
            throw InterlockError(
                .modelUnsupported, "\(path) holds no vocabulary", hint: "Convert the model again, with its tokenizer.")
        }
    }

    private static func makeContext(
        _ model: LlamaCppHandle, _ parameters: LlamaCppParameters, threads: Int, interrupt: InterruptFlag,
        _ logger: Logger
    ) throws -> OpaquePointer {
        let trained = Int(llama_model_n_ctx_train(model.pointer))
        let wanted = parameters.contextLength ?? min(4096, trained)
        if trained > 0, wanted > trained {
            logger.warning("n_ctx is \(wanted), and the model was trained for \(trained): expect nonsense beyond that.")
        }
        var options = llama_context_default_params()
        options.n_ctx = UInt32(wanted)
        options.n_batch = UInt32(parameters.batchSize)
        options.n_seq_max = 1
        options.n_threads = Int32(threads)
        options.n_threads_batch = Int32(threads)
        options.no_perf = true
        options.abort_callback = { data in
            guard let data else { return false }
            return Unmanaged<InterruptFlag>.fromOpaque(data).takeUnretainedValue().isRaised
        }
        options.abort_callback_data = Unmanaged.passUnretained(interrupt).toOpaque()
        if let context = llama_init_from_model(model.pointer, options) { return context }
        let reason = LlamaCppLog.takeProblems().first ?? "it does not say why"
        throw InterlockError(
            .modelLoadFailed, "llama.cpp cannot make a context of \(wanted) tokens: \(reason)",
            hint: "Ask for a smaller n_ctx or n_batch.")
    }

    private static func describe(
        _ model: LlamaCppHandle, _ parameters: LlamaCppParameters, threads: Int
    ) -> TokenModelDescription {
        let runsOnGPU = llama_supports_gpu_offload() && parameters.gpuLayers != 0
        let cpu = "CPU (\(threads) thread\(threads == 1 ? "" : "s"))"
        return TokenModelDescription(
            summary: summary(of: model),
            name: string { llama_model_meta_val_str(model.pointer, "general.name", $0, $1) },
            device: runsOnGPU ? "\(gpuName() ?? "GPU"), \(cpu)" : cpu,
            memoryBytes: llama_model_size(model.pointer),
            chatTemplate: llama_model_chat_template(model.pointer, nil).map { String(cString: $0) },
            trainedContextLength: Int(llama_model_n_ctx_train(model.pointer)))
    }

    /// Architecture, size and quantisation; llama.cpp writes `?B` for a size that it has no name for.
    private static func summary(of model: LlamaCppHandle) -> String {
        let text = string { llama_model_desc(model.pointer, $0, $1) } ?? "unknown"
        let millions = Double(llama_model_n_params(model.pointer)) / 1e6
        let size = millions < 1000 ? "\((millions * 10).rounded() / 10)M" : "\((millions / 100).rounded() / 10)B"
        return text.split(separator: " ").map { $0 == "?B" ? size[...] : $0 }.joined(separator: " ")
    }

    private static func gpuName() -> String? {
        for index in 0..<ggml_backend_dev_count() {
            guard let device = ggml_backend_dev_get(index),
                ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_GPU
            else { continue }
            return String(cString: ggml_backend_dev_description(device))
        }
        return nil
    }

    private static func string(_ read: (UnsafeMutablePointer<CChar>?, Int) -> Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: 512)
        let length = read(&buffer, buffer.count)
        guard length >= 0 else { return nil }
        return String(
            decoding: buffer.prefix(min(Int(length), buffer.count - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
#endif
