import Essentials

extension Network {
  /// Several networks that read the same inputs, as one: its outputs are those of the first, then those of the second …
  ///
  /// - Throws: `Misuse` when there is none, or they have different numbers of inputs.
  public static func sideBySide(_ networks: [Network]) throws -> Network {
    guard let first = networks.first else { throw Misuse("side by side: expected at least one network") }
    guard networks.allSatisfy({ $0.inputCount == first.inputCount }) else {
      throw Misuse("side by side: expected networks of as many inputs, got \(networks.map(\.inputCount))")
    }
    var builder = NetworkBuilder(inputCount: first.inputCount)
    let inputs = builder.inputs
    var outputs = AffineValues(constants: [])
    for network in networks { outputs = outputs.followed(by: try builder.apply(network, to: inputs)) }
    return try builder.network(outputs: outputs)
  }

  /// The network whose outputs are this one's minus another's, of the same inputs.
  ///
  /// - Throws: `Misuse` when they have different numbers of inputs or outputs.
  public func subtracting(_ other: Network) throws -> Network {
    guard inputCount == other.inputCount, outputCount == other.outputCount else {
      throw Misuse(
        "difference: expected a network of \(inputCount) inputs and \(outputCount) outputs, got \(other.inputCount) and "
          + "\(other.outputCount)")
    }
    var builder = NetworkBuilder(inputCount: inputCount)
    let inputs = builder.inputs
    let (own, others) = (try builder.apply(self, to: inputs), try builder.apply(other, to: inputs))
    return try builder.network(outputs: own - others)
  }
}
