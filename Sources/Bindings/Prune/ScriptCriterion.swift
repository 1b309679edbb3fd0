import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// A criterion that a script wrote: `function(layer, position) return scores end`.
struct ScriptCriterion: Criterion {
  let function: LuaFunction
  var name: String { "criterion" }

  func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    // A copy: a criterion that scribbles on its layer must not change the network.
    let layer = try network.layers[index].copy()
    return try function.call {
      $0.push(boxed: layer) + $0.push(index + 1)
    } read: { results in
      guard let scores = results.objectIfAny(1, as: Tensor.self) else {
        throw Misuse("criterion: expected scores as a tensor for layer \(index + 1), got \(results.kind(1))")
      }
      return scores
    }
  }
}
