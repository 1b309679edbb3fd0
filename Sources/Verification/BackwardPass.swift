import Essentials
import Networks

/// Upper bounds of linear functions of a layer's outputs by backward linear relaxation: CROWN (Zhang et al., NeurIPS
/// 2018) with DeepPoly's choice of lower slopes (Singh et al., POPL 2019), concretised with the region's support.
///
/// It walks from the function towards the input. At every ReLU layer it replaces each output by a line that bounds it
/// from the side that the coefficient's sign asks for; at every affine layer it substitutes the weights. In the end the
/// function is bounded by a linear function of the input plus a constant, whose maximum is one support function.
///
/// Rounding. The computed coefficients are taken as exact numbers, and what is lost by rounding them is charged to the
/// result: in a sum of n terms at most n·`Rounding.step` times Σ |coefficient| · (largest possible factor), where the
/// factor's size is known from the bounds below (`reach`). Those charges are gathered per function in `magnitude`.
final class BackwardPass {
  private let network: Network
  private let region: any InputRegion
  private let workspace: SupportWorkspace
  private var layers: [LayerBounds] = []
  private var relaxations: [ReluRelaxation] = []
  /// Per layer and neuron: Σ |weight| · reach of its inputs + |bias|, which bounds everything that is summed there.
  private var sums: [[Double]] = []
  private var inputReach: [Double]
  private var left: [Double] = []
  private var right: [Double] = []
  private var packed: [Double] = []

  /// A pass through `network` over `region`. Bounds of the layers are added as they become known.
  init(_ network: Network, over region: any InputRegion, workspace: SupportWorkspace) {
    self.network = network
    self.region = region
    self.workspace = workspace
    inputReach = zip(region.lower, region.upper).map { max(abs($0), abs($1)) }
  }

  /// Tells the pass the bounds of the next layer.
  func append(_ bounds: LayerBounds) {
    let index = layers.count
    let layer = network.layers[index]
    let reach = index == 0 ? inputReach : layers[index - 1].upper.map { max($0, 0) }
    sums.append(
      (0..<layer.outputCount).map { neuron in
        let row = layer.weight.base + neuron * layer.inputCount
        var sum = abs(layer.bias.base[neuron])
        for input in 0..<layer.inputCount { sum += abs(row[input]) * reach[input] }
        return sum
      })
    layers.append(bounds)
    relaxations.append(ReluRelaxation(bounds))
  }

  /// Upper bounds of `count` functions Σ_j coefficients[r, j] · h_j + constants[r] of the outputs h (after ReLU) of the
  /// newest layer; of the inputs when no layer has been added.
  ///
  /// - Parameter coefficients: [count, width of that layer], row after row.
  func upperBounds(_ coefficients: [Double], constants: [Double]) -> [Double] {
    let count = constants.count
    left = coefficients
    var totals = constants
    var magnitudes = constants.map { abs($0) }
    var terms = 64
    for index in layers.indices.reversed() {
      let layer = network.layers[index]
      let relaxation = relaxations[index]
      let width = layer.outputCount
      let live = relaxation.live
      terms += 2 * width
      packed = [Double](unsafeUninitializedCapacity: count * live.count) { buffer, used in
        for row in 0..<count {
          var total = totals[row]
          var magnitude = magnitudes[row]
          for (place, neuron) in live.enumerated() {
            let neuron = Int(neuron)
            let coefficient = left[row * width + neuron]
            let relaxed: Double
            if coefficient > 0 {
              relaxed = coefficient * relaxation.upperSlope[neuron]
              total += coefficient * relaxation.upperOffset[neuron]
            } else {
              relaxed = coefficient * relaxation.lowerSlope[neuron]
            }
            total += relaxed * layer.bias.base[neuron]
            magnitude += abs(coefficient) * relaxation.reach[neuron] + abs(relaxed) * sums[index][neuron]
            buffer[row * live.count + place] = relaxed
          }
          totals[row] = total
          magnitudes[row] = magnitude
        }
        used = count * live.count
      }
      let inputs = layer.inputCount
      right = [Double](unsafeUninitializedCapacity: count * inputs) { buffer, used in
        packed.withUnsafeBufferPointer { packed in
          live.withUnsafeBufferPointer { live in
            if let packed = packed.baseAddress, let live = live.baseAddress, let result = buffer.baseAddress {
              MatrixProduct.multiply(
                packed, rows: count, inner: relaxation.live.count, leftStride: relaxation.live.count,
                layer.weight.base, places: live, columns: inputs, into: result)
            }
          }
        }
        used = count * inputs
      }
      swap(&left, &right)
    }
    terms += region.inputCount
    return left.withUnsafeBufferPointer { left in
      guard let base = left.baseAddress else { return totals }
      return (0..<count).map { row in
        let support = region.support(base + row * region.inputCount, maximizer: nil, workspace: workspace)
        let magnitude = magnitudes[row] + abs(support.value)
        let error = support.error + Double(terms) * Rounding.step * magnitude + Rounding.tiny
        let bound = (totals[row] + support.value + error).nextUp
        return bound.isNaN ? .infinity : bound
      }
    }
  }
}
