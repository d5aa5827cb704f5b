package import InterlockCore

extension RemoteConnection {
    /// Asks for something small and says what the answer, or the lack of one, means.
    ///
    /// - Parameters:
    ///   - timeout: How long it may take.
    ///   - probe: Asks; returns the verdict and what else was learnt. It is told at any moment how much time is left.
    package func health(
        timeout: Duration,
        _ probe: (_ left: () -> Duration) async throws -> (
            state: HealthReport.State, details: [HealthReport.Detail]
        )
    ) async throws(CancellationError) -> HealthReport {
        let start = clocks.monotonic()
        var details = [HealthReport.Detail("address", settings.base.text)]
        if let key = settings.credential.shown { details.append(HealthReport.Detail("key", "\(key)")) }
        do {
            if let lookup = await HostLookup.summary(of: settings.base.host, timeout: timeout) {
                details.append(HealthReport.Detail("host", lookup))
            }
            // Each exchange of the probe has what those before it have left.
            let result = try await probe { max(timeout - (clocks.monotonic() - start), .milliseconds(1)) }
            if settings.base.isEncrypted { details.append(HealthReport.Detail("TLS", "certificate verified")) }
            return HealthReport(
                result.state, target: settings.base.text, latency: clocks.monotonic() - start,
                details: details + result.details)
        } catch let error as InterlockError {
            var report = HealthReport(
                presentable(error), target: settings.base.text, latency: clocks.monotonic() - start)
            report.details = details
            return report
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return HealthReport(
                InterlockError(.internalInconsistency, "\(error)", backend: backend), target: settings.base.text)
        }
    }

    /// What the backend uses: nothing of this machine's.
    package var status: BackendStatus {
        BackendStatus(isLoaded: true, device: settings.base.text, credential: settings.credential.shown)
    }

    /// The error of whoever asks for something without having named a model.
    package func requiredModel(_ what: String) throws(InterlockError) -> String {
        guard let model, !model.isEmpty else {
            throw InterlockError(
                .invalidConfiguration, "no model was given",
                hint: "Name \(what), for instance with --model; interlock models list --backend \(backend) shows them.",
                backend: backend)
        }
        return model
    }
}
