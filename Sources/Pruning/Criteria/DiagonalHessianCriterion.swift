import Essentials
import Networks
import Tensors

import Glibc

/// Optimal brain damage: h_kk w_k^2 / 2, the loss of a weight to second order with a diagonal Hessian (Y. LeCun,
/// J. Denker, S. Solla, "Optimal Brain Damage", NIPS 1989, eq. 5).
///
/// The diagonal is propagated backwards as in their eq. 8 and 9, without the terms in the second derivative of the
/// activation, which is zero for ReLU; at the outputs it is that of the softmax cross-entropy, p (1 - p), or that of the
/// squared error, 2.
public struct DiagonalHessianCriterion: Criterion {
  /// The diagonal for every weight, one tensor per layer in the shape of its weight.
  public let diagonal: [Tensor]

  /// The diagonal over a calibration batch.
  ///
  /// - Parameter ofSquares: whether the outputs are those of a regression, judged by squared errors.
  /// - Throws: `OutsideFailure` when OpenBLAS is missing.
  public init(_ calibration: Calibration, ofSquares: Bool = false) throws {
    let network = calibration.network
    let rows = calibration.count
    var curvature =
      ofSquares
      ? try Tensor.full(calibration.outputs.shape, 2) : DiagonalHessianCriterion.softmaxCurvature(calibration.outputs)
    var diagonal: [Tensor] = []
    for index in network.layers.indices.reversed() {
      let layer = network.layers[index]
      let source = calibration.inputs[index]
      let squares = try Tensor.apply(.multiply, source, source)
      let sums = try layer.gradient(delta: curvature, input: squares).weight
      diagonal.append(try Tensor.apply(.multiply, sums, 1 / Double(rows)))
      guard index > 0 else { break }
      let weights = try Tensor.apply(.multiply, layer.weight, layer.weight)
      curvature = try layer.replacing(weight: weights).multiplyTransposed(batch: curvature)
      for place in stride(from: 0, to: curvature.count, by: layer.inputCount) {
        network.kernels[index - 1].maskGradient(curvature.base + place, outputs: source.base + place)
      }
    }
    self.diagonal = diagonal.reversed()
  }

  /// `obd`.
  public var name: String { "obd" }

  /// h w^2 / 2 for every weight.
  public func scores(of index: Int, in network: Network) throws -> Tensor {
    guard diagonal.map(\.shape) == network.layers.map(\.weight.shape) else {
      throw Misuse("\(name): expected a network of the calibrated shape")
    }
    let hessian = diagonal[index]
    return scores(of: index, in: network) { weight, place in hessian.base[place] * weight * weight / 2 }
  }

  /// p (1 - p) of the softmax of every row.
  private static func softmaxCurvature(_ logits: Tensor) -> Tensor {
    let result = logits.copy()
    let width = logits.shape[1]
    for row in 0..<logits.shape[0] {
      let place = UnsafeMutableBufferPointer(start: result.base + row * width, count: width)
      let largest = place.reduce(-Double.infinity) { max($0, $1) }
      var sum = 0.0
      for j in place.indices {
        place[j] = exp(place[j] - largest)
        sum += place[j]
      }
      for j in place.indices {
        let share = place[j] / sum
        place[j] = share * (1 - share)
      }
    }
    return result
  }
}
