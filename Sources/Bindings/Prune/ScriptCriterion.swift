import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// A criterion that is written in Lua: `function(layer, position) return scores end`.
struct ScriptCriterion: Criterion {
  let function: LuaFunction
  var name = "criterion"
  var usualScope = PruningOptions.Scope.layerwise
  /// The same for the scores of neurons; nil where they are the sums of their weights'.
  var neurons: LuaFunction?

  func scores(of index: Int, in network: Network) throws -> Tensor { try call(function, index, network) }

  func neuronScores(of index: Int, in network: Network) throws -> [Double] {
    guard let neurons else { return try summedScores(of: index, in: network) }
    return try call(neurons, index, network).array
  }

  private func call(_ function: LuaFunction, _ index: Int, _ network: Network) throws -> Tensor {
    // A copy: a criterion that scribbles on its layer must not change the network.
    let layer = network.layers[index].copy()
    return try function.call {
      $0.push(boxed: layer) + $0.push(index + 1)
    } read: { results in
      guard let scores = results.objectIfAny(1, as: Tensor.self) else {
        throw Misuse("\(name): expected scores as a tensor for layer \(index + 1), got \(results.kind(1))")
      }
      return scores
    }
  }
}
