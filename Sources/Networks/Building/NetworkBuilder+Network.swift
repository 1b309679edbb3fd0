import Essentials

extension NetworkBuilder {
  /// The network with these outputs. Neurons that no output depends on are left out, unless the builder keeps all.
  ///
  /// - Throws: `Misuse` unless there is an output.
  public func network(outputs: AffineValues, metadata: [String: String] = [:]) throws -> Network {
    guard outputs.count > 0 else { throw Misuse("network: expected at least one output") }
    var chain = LayerChain(self, outputs: outputs)
    return try Network(layers: chain.layers(), metadata: metadata)
  }
}
