import Essentials
import Networks

extension VNNLIBProperty {
  /// The chain, for networks that stand for the declared ones.
  ///
  /// - Parameter networks: one for each that is declared, of the elements of its inputs, joined in the order of their
  ///   declaration, and of those of its hidden values and outputs.
  /// - Throws: `Misuse` when their numbers do not fit.
  public func chain(of networks: [Network]) throws -> Network {
    guard networks.count == self.networks.count else {
      throw Misuse("property: expected \(self.networks.count) networks, got \(networks.count)")
    }
    for (declared, network) in zip(self.networks, networks) {
      let (inputs, outputs) = elementCounts(of: declared)
      guard network.inputCount == inputs, network.outputCount == outputs else {
        throw Misuse(
          "property: expected \(declared.name) to be a network with \(inputs) inputs and \(outputs) outputs, got "
            + "\(network.inputCount) and \(network.outputCount)")
      }
    }
    if networks.count == 1, carried.isEmpty, inputs.isEveryElement { return networks[0] }
    var builder = NetworkBuilder(inputCount: inputCount)
    let numbers = builder.inputs
    var outputs = AffineValues(constants: [])
    for (declared, network) in zip(self.networks, networks) {
      outputs = outputs.followed(by: try builder.apply(network, to: numbers.selecting(self.numbers(of: declared))))
    }
    return try builder.network(outputs: outputs.followed(by: numbers.selecting(carried)))
  }

  /// How many elements the inputs of a network have, and how many its hidden values and outputs.
  public func elementCounts(of network: VNNLIBNetwork) -> (inputs: Int, outputs: Int) {
    variables[network.variables].reduce((0, 0)) { counts, variable in
      variable.role == .input ? (counts.0 + variable.count, counts.1) : (counts.0, counts.1 + variable.count)
    }
  }

  /// Which of the chain's inputs the elements of a network's inputs are.
  func numbers(of network: VNNLIBNetwork) -> [Int] {
    network.variables.flatMap { inputs.numbers(of: $0, count: variables[$0].count) }
  }
}
