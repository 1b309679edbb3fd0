import Essentials
import Glibc
import LuaHost
import Networks
import Pruning
import Tensors

/// `vnn.prune`: masks, criteria, compaction and lossless reduction.
enum PruneModule {
  static let name = "vnn.prune"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("criteria", .array(NamedCriterion.names.map { .string($0) }))
      module.constant(
        "published",
        .table([
          ("rounds", .integer(PruningRequest.published.rounds)), ("layers", .string("all")),
          ("keep_biases", .boolean(true)),
        ]))
      module.function("mask") { call in
        let network: Network = try call.object(1)
        return call.push(boxed: try PruningRequest(reading: call, for: network).mask(for: network))
      }
      module.function("apply") { call in
        let network: Network = try call.object(1)
        let request = try PruningRequest(reading: call, for: network)
        let mask = try request.mask(for: network)
        if request.warns { warn(about: mask) }
        return call.push(try request.criterion.pruned(network, keeping: mask)) + call.push(boxed: mask)
      }
      module.function("scores", scores)
      module.function("compensate") { call in
        let network: Network = try call.object(1)
        let mask: Mask = try call.boxed(2)
        return call.push(
          try call.options(3) { try CriterionReader(reading: $0, from: call).surgeon(for: network) }
            .pruned(network, keeping: mask))
      }
      module.function("from_tensors") { call in
        let weights = try call.objects(1, as: Tensor.self).map { $0.copy() }
        let biases =
          call.isNil(2)
          ? try weights.map { weight in
            guard weight.shape.count > 1 else {
              throw call.failure(2, "expected masks of biases beside those of sparse layers, got none")
            }
            return try Tensor.ones([weight.shape[0]])
          }
          : try call.objects(2, as: Tensor.self).map { $0.copy() }
        return call.push(boxed: try Mask(weights: weights, biases: biases))
      }
      module.function("keep_all") { call in call.push(boxed: Mask(keepingAllOf: try call.object(1))) }
      module.function("nonzeros") { call in call.push(boxed: Mask(nonzerosOf: try call.object(1))) }
      module.function("activations") { call in
        let network: Network = try call.object(1)
        let calibration = try Calibration(network, batch: try call.object(2))
        return call.push(calibration.inputs) + call.push(calibration.outputs)
      }
      module.function("ranges") { call in
        let ranges = try (try call.object(2, as: NetworkBounds.self)).ranges(for: try call.object(1))
        func tensors(_ lists: [[Double]]) throws -> LuaValue { .array(try lists.map { .object(try Tensor($0)) }) }
        return call.push(
          .table([
            ("lower", try tensors(ranges.lower)), ("upper", try tensors(ranges.upper)),
            ("input_lower", try tensors(ranges.inputLower)), ("input_upper", try tensors(ranges.inputUpper)),
          ]))
      }
      module.function("sensitivity") { call in
        let network: Network = try call.object(1)
        let bounds: NetworkBounds = try call.object(2)
        let ranges = try bounds.ranges(for: network)
        let problem = bounds.finding.question.problem
        let margins = problem.rivals(outputCount: network.outputCount).map { rival in
          problem.marginWeights(rival: rival, outputCount: network.outputCount)
        }
        return call.push(try ranges.sensitivity(of: margins, in: network).map { try Tensor($0) })
      }
      module.function("compact") { call in
        let compaction = try Compaction(try call.object(1))
        return call.push(compaction.network)
          + call.push(
            .table([
              ("unused", .integer(compaction.unusedCount)), ("constant", .integer(compaction.constantCount)),
              ("kept", .array(compaction.kept.map { .numbers($0.map { Double($0 + 1) }) })),
            ]))
      }
      module.function("lossless") { call in
        let network: Network = try call.object(1)
        let bounds: NetworkBounds = try call.object(2)
        let reduction = try LosslessReduction(network, over: try bounds.ranges(for: network))
        return call.push(reduction.network)
          + call.push(
            .table([
              ("removed", .integer(reduction.removedCount)), ("merged", .integer(reduction.mergedCount)),
              ("folded", .integer(reduction.foldedCount)),
            ]))
      }
    }
  }

  /// `prune.scores(network, options)`: one tensor per layer, or one vector per layer for neurons.
  private static func scores(_ call: Call) throws -> Int {
    let network: Network = try call.object(1)
    let request = try PruningRequest(reading: call, for: network, needsAmount: false)
    let isStructured = request.options.structure == .structured
    return call.push(
      try network.layers.indices.map { index in
        isStructured
          ? try Tensor(request.criterion.neuronScores(of: index, in: network))
          : try request.criterion.scores(of: index, in: network)
      })
  }

  /// Says on standard error that a network has become constant; it is allowed, and rarely meant.
  private static func warn(about mask: Mask) {
    for index in mask.emptyLayers {
      let line = "prune: layer \(index + 1) has lost all its weights; what follows it is constant\n"
      // Nothing is lost but the warning where standard error is closed.
      _ = line.withCString { write(STDERR_FILENO, $0, line.utf8.count) }
    }
  }
}

extension NetworkBounds {
  /// The bounds as plain ranges.
  ///
  /// - Throws: `Misuse` when they were computed for another network.
  func ranges(for other: Network) throws -> RegionRanges {
    let question = finding.question
    guard question.network.hasSameParameters(as: other) else {
      throw Misuse("bounds: expected bounds of the network itself; these were computed for \(question.network)")
    }
    let layers = finding.content.layers
    return try RegionRanges(
      of: other, inputLower: question.problem.region.lower, inputUpper: question.problem.region.upper,
      lower: layers.map(\.lower), upper: layers.map(\.upper))
  }
}
