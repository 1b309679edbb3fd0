import Essentials
import Networks
import Tensors

/// Activation-aware magnitude: |w_ij| times the norm of input j over a calibration batch, compared within each neuron
/// (Wanda; M. Sun, Z. Liu, A. Bair, J. Z. Kolter, "A Simple and Effective Pruning Approach for Large Language Models",
/// ICLR 2024, eq. 1 and section 3).
public struct ActivationCriterion: Criterion {
  private let norms: [[Double]]

  /// A criterion from the norm of every input of every layer.
  public init(inputNorms: [[Double]]) { norms = inputNorms }

  /// A criterion from a calibration.
  public init(_ calibration: Calibration) {
    norms = calibration.inputs.indices.map(calibration.inputNorms(ofLayer:))
  }

  /// `wanda`.
  public var name: String { "wanda" }
  /// `rowwise`: each neuron loses the same share.
  public var usualScope: PruningOptions.Scope { .rowwise }

  /// |w| times the norm of the input.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    guard norms.map(\.count) == network.layers.map(\.inputCount) else {
      throw Misuse("\(name): expected one norm for every input of every layer")
    }
    let norms = norms[index]
    return scores(of: index, in: network) { weight, _, input in abs(weight) * norms[input] }
  }
}
