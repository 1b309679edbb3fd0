import Essentials
import Networks
import Tensors

/// The files of the networks that a query declares.
public struct VNNLIBModels: Sendable {
  /// The query.
  public let property: VNNLIBProperty
  /// One model for each network; equal networks have the same.
  let models: [ONNXModel]
  /// The same without activations at the end, where the query only compares the elements of what they give: they keep the
  /// order of what goes into them, which can be lowered.
  private let lowered: [ONNXModel]

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - paths: the file of each network that is not equal to another, by the network's name.
  ///   - output: the one output of the file that VNN-LIB 1.0 speaks of; by default all, joined. Queries of VNN-LIB 2.0
  ///     declare all that there are.
  /// - Throws: `OutsideFailure` where a file is missing, is one too many or cannot be read, or where inputs, outputs,
  ///   hidden values or element types are not those that the query declares (VNN-LIB 2.0, section 5.3.2).
  public init(_ property: VNNLIBProperty, paths: [String: String], output: String? = nil) throws {
    self.property = property
    guard output == nil || property.isNumbered else {
      throw Misuse("output: expected a property in VNN-LIB 1.0, as queries of 2.0 declare all outputs")
    }
    let names = property.networks.map(\.name)
    if let name = paths.keys.sorted().first(where: { !names.contains($0) }) {
      let near = NearestName.of(name, in: names).map { "; near: \($0)" } ?? ""
      throw OutsideFailure("\(name): the query declares no such network\(near)")
    }
    var models: [ONNXModel] = []
    for network in property.networks {
      let source: VNNLIBNetwork
      if case .equal(let place) = network.relation { source = property.networks[place] } else { source = network }
      if source != network, paths[network.name] != nil {
        throw OutsideFailure("\(network.name): expected no file for a network that is equal to \(source.name)")
      }
      guard let path = paths[source.name] else {
        throw OutsideFailure("\(source.name): expected a file for each network that the query declares")
      }
      let variables = Array(property.variables[network.variables])
      func shapes(_ role: VNNLIBVariable.Role) -> [[Int]] { variables.filter { $0.role == role }.map(\.shape) }
      let model: ONNXModel
      if property.isNumbered {
        model =
          try output.map { try ONNXModel(reading: path, outputs: [$0]) }
          ?? ONNXModel(reading: path, inner: [], shapes: nil)
      } else {
        let inner = variables.filter { $0.role == .hidden }.map(\.nodeOutput)
        model = try ONNXModel(reading: path, inner: inner, shapes: shapes(.input))
        try VNNLIBInterface(of: network, variables, isReal: property.isReal).check(model)
      }
      models.append(model)
    }
    self.models = models
    lowered = zip(property.networks, models).map { network, model in
      let variables = network.variables.filter { property.variables[$0].role != .input }
      return model.droppingLast { output in
        // All outputs of a file are one variable of VNN-LIB 1.0. The position of the largest has no order to keep.
        variables.count == model.outputs.count && property.onlyCompares(variables[output])
          && model.lastActivation(of: model.outputs[output])?.type != "ArgMax"
      }
    }
  }

  /// The chain that the files describe. An activation at the end is left out where the query only compares what it gives.
  ///
  /// - Throws: `OutsideFailure` naming the file, the operator and the node when something is not piecewise linear.
  public func network() throws -> Network {
    let networks = try lowered.map { try ONNXLowering.network(of: $0, takesConstants: true, fillsMatrices: false) }
    for (declared, (model, network)) in zip(property.networks, zip(models, networks)) {
      let (inputs, outputs) = property.elementCounts(of: declared)
      guard network.inputCount == inputs, network.outputCount == outputs else {
        throw OutsideFailure(
          "\(model.path): it has \(network.inputCount) inputs and \(network.outputCount) outputs, hidden values included, "
            + "and \(declared.name) is declared with \(inputs) inputs and \(outputs) outputs")
      }
    }
    return try property.chain(of: networks)
  }

  /// Whether `network()` leaves out an activation at the end of a file.
  public var dropsActivations: Bool { zip(lowered, models).contains { $0.outputs != $1.outputs } }

  /// The outputs of the chain when each file is run operator by operator in its own precision; see `ONNXReplay`.
  ///
  /// - Throws: `Misuse` when the number of inputs is wrong; `OutsideFailure` naming file and node when an operator is
  ///   not known there or shapes do not fit.
  public func replay(_ input: [Double]) throws -> [Double] { try replay(models, input) }

  /// The outputs of `network()` when each file is run likewise, up to where it was lowered from.
  ///
  /// - Throws: as `replay(_:)`.
  public func replayNetwork(_ input: [Double]) throws -> [Double] { try replay(lowered, input) }

  private func replay(_ models: [ONNXModel], _ input: [Double]) throws -> [Double] {
    guard input.count == property.inputCount else {
      throw Misuse("replay: expected \(property.inputCount) inputs, got \(input.count)")
    }
    let outputs = try zip(property.networks, models).flatMap { network, model in
      let own = try ONNXReplay.outputs(of: model, input: property.numbers(of: network).map { input[$0] })
      guard own.count == property.elementCounts(of: network).outputs else {
        throw OutsideFailure("\(model.path): replay: it has other numbers of outputs than the query declares")
      }
      return own
    }
    return outputs + property.carried.map { input[$0] }
  }

  /// Bounds of the outputs of the chain for inputs between bounds; see `ONNXEnclosure`.
  ///
  /// - Throws: `OutsideFailure` naming file and node when an operator has no bounds.
  func enclosure(lower: [Double], upper: [Double]) throws -> (lower: [Double], upper: [Double]) {
    var result: (lower: [Double], upper: [Double]) = ([], [])
    for (network, model) in zip(property.networks, models) {
      let numbers = property.numbers(of: network)
      let own = try ONNXEnclosure.outputs(
        of: model, lower: numbers.map { lower[$0] }, upper: numbers.map { upper[$0] })
      guard own.lower.count == property.elementCounts(of: network).outputs else {
        throw OutsideFailure("\(model.path): it has other numbers of outputs than the query declares")
      }
      result.lower += own.lower
      result.upper += own.upper
    }
    for number in property.carried {
      result.lower.append(lower[number])
      result.upper.append(upper[number])
    }
    return result
  }
}
