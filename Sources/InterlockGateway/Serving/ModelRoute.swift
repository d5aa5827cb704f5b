package import InterlockCore

/// A name that clients ask for, and who answers.
package struct ModelRoute: Sendable {
    /// The name.
    package var id: String
    /// Who answers.
    package var backend: any Backend

    /// Makes a route.
    package init(id: String, backend: any Backend) {
        self.id = id
        self.backend = backend
    }
}

/// The names that a gateway offers.
package struct ModelRoutes: Sendable {
    /// The routes, in the order in which they are shown.
    package let list: [ModelRoute]
    private let places: [String: Int]

    /// Makes routes.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if there are none, or two have one name.
    package init(_ list: [ModelRoute]) throws(InterlockError) {
        guard !list.isEmpty else {
            throw InterlockError(.invalidConfiguration, "the gateway has no model to offer", hint: "Name at least one.")
        }
        var places: [String: Int] = [:]
        for (place, route) in list.enumerated() {
            guard !route.id.isEmpty, places.updateValue(place, forKey: route.id) == nil else {
                throw InterlockError(
                    .invalidConfiguration, "the gateway has two models named \(route.id.debugDescription)",
                    hint: "Give every model a name of its own.")
            }
        }
        self.list = list
        self.places = places
    }

    /// The route of a name; where there is only one, it need not be named.
    ///
    /// - Throws: ``InterlockError/Code/modelNotFound`` saying which names there are.
    package func route(for name: String) throws(InterlockError) -> ModelRoute {
        if let place = places[name] { return list[place] }
        if list.count == 1, name.isEmpty || name == "default" { return list[0] }
        let names = list.prefix(20).map(\.id).joined(separator: ", ") + (list.count > 20 ? ", …" : "")
        var error = InterlockError(
            .modelNotFound, name.isEmpty ? "the request names no model" : "there is no model named \(name)",
            hint: "The models are: \(names).")
        error.provider = InterlockError.ProviderDetail(parameter: "model")
        throw error
    }
}
