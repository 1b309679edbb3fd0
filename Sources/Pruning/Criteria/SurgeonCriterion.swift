import Essentials
import Networks
import Tensors

/// Optimal brain surgeon, layer by layer: weights go one after the other, each time the one whose loss
/// w_q^2 / (2 [H^-1]_qq) is least, and the remaining weights of the neuron make up for it by
/// -w_q / [H^-1]_qq H^-1 e_q (B. Hassibi, D. Stork, "Second Order Derivatives for Network Pruning: Optimal Brain
/// Surgeon", NIPS 1992, eq. 5).
///
/// H is that of the layer's squared error (X. Dong, S. Chen, S. J. Pan, "Learning to Prune Deep Neural Networks via
/// Layer-wise Optimal Brain Surgeon", NeurIPS 2017, eq. 3), so that each neuron, or filter of a convolution, is a small
/// problem of its own (E. Frantar, D. Alistarh, "Optimal Brain Compression", NeurIPS 2022, section 4), with the same
/// Hessian as all that read the same. The bias takes part in making up, and is never pruned.
public final class SurgeonCriterion: Criterion {
  /// Removals between two products that bring the inverse up to date.
  private static let blockSize = 32

  private let calibration: Calibration
  private let dampening: Double
  /// Of each layer the one that was asked for last: all units of a dense layer have the same.
  private var hessians: [Int: (unit: Int, hessian: LayerHessian)] = [:]

  /// A criterion on a calibration batch.
  ///
  /// - Parameter dampening: what is added to the diagonal of H, as a share of its mean; 1e-3 by default.
  /// - Throws: `Misuse` unless the share is positive and finite.
  public init(_ calibration: Calibration, dampening: Double = 1e-3) throws {
    guard dampening > 0, dampening.isFinite else {
      throw Misuse("obs: expected a positive dampening, got \(dampening)")
    }
    self.calibration = calibration
    self.dampening = dampening
  }

  /// `obs`.
  public var name: String { "obs" }

  /// The loss at which each weight goes, never less than that of the weight before, so that the lowest scores of a
  /// neuron are the first steps of its surgery.
  public func scores(of index: Int, in network: Network) throws -> Tensor {
    try check(network)
    let layer = network.layers[index]
    var reading: (hessian: LayerHessian, inverse: SquareMatrix)?
    // Inputs that are always zero cost nothing on the batch: their weights go before all others, the smallest first.
    let scores = scores(of: index, in: network) { weight, _ in -1 / (1 + weight * weight) }
    for unit in 0..<layer.unitCount {
      if reading == nil || !layer.readsAlike(unit, unit - 1) {
        let hessian = try hessian(index, unit)
        reading = (hessian, try hessian.matrix.invertedPositiveDefinite())
      }
      guard let (hessian, inverse) = reading else { continue }
      let first = layer.places(ofUnit: unit).lowerBound
      var weights = hessian.places.map { layer.weight.base[first + $0] }
      weights.append(layer.bias.base[layer.biasPlaces(ofUnit: unit).lowerBound])
      for (place, loss) in try surgery(weights, inverse) { scores.base[first + hessian.places[place]] = loss }
    }
    return scores
  }

  /// The network with the mask's zeros, and in every unit that lost a weight the remaining weights and the bias that
  /// make the layer's squared error least: where all the single steps lead, in one.
  public func pruned(_ network: Network, keeping mask: Mask) throws -> Network {
    try check(network)
    let result = try mask.apply(to: network)
    for (index, layer) in result.layers.enumerated() where mask.keptWeights(ofLayer: index) < layer.weight.count {
      let (original, keeps) = (network.layers[index].weight, mask.weights[index])
      for unit in 0..<layer.unitCount {
        let biases = layer.biasPlaces(ofUnit: unit)
        guard biases.contains(where: { mask.biases[index].base[$0] != 0 }),
          layer.places(ofUnit: unit).contains(where: { keeps.base[$0] == 0 })
        else { continue }
        let first = layer.places(ofUnit: unit).lowerBound
        let hessian = try hessian(index, unit)
        let bias = hessian.places.count
        let kept = hessian.places.indices.filter { keeps.base[first + hessian.places[$0]] != 0 }
        guard kept.count < hessian.places.count else { continue }
        let gone = hessian.places.indices.filter { keeps.base[first + hessian.places[$0]] == 0 }
        // H_SS d = H_SP w_P: what the kept weights take over from those that went.
        let places = kept + [bias]
        let right = places.map { place in
          gone.reduce(0) { $0 + hessian.matrix[place, $1] * original.base[first + hessian.places[$1]] }
        }
        let change = try hessian.matrix.solvePositiveDefinite(places: places, right: right)
        for (position, place) in kept.enumerated() {
          layer.weight.base[first + hessian.places[place]] += change[position]
        }
        for place in biases { layer.bias.base[place] += change[kept.count] }
      }
    }
    return result
  }

  private func check(_ network: Network) throws {
    guard zip(network.layers, calibration.network.layers).allSatisfy({ $0.connections == $1.connections }),
      network.widths == calibration.network.widths
    else {
      throw Misuse("\(name): expected a network of the calibrated shape, \(calibration.network), got \(network)")
    }
  }

  private func hessian(_ index: Int, _ unit: Int) throws -> LayerHessian {
    let layer = calibration.network.layers[index]
    if let known = hessians[index], layer.readsAlike(known.unit, unit) { return known.hessian }
    let hessian = try LayerHessian(layer, unit: unit, inputs: calibration.inputs[index], dampening: dampening)
    hessians[index] = (unit, hessian)
    return hessian
  }

  /// Removes all weights of one unit, the bias in the last place excepted, and returns the loss of each.
  ///
  /// The inverse of the remaining weights' H is `inverse` less one outer product per removal. Only its diagonal is kept
  /// up to date; its rows are made when they are asked for, and the products are applied block by block by BLAS.
  private func surgery(_ weights: [Double], _ inverse: SquareMatrix) throws -> [(place: Int, loss: Double)] {
    let size = inverse.size
    var weights = weights
    var matrix = inverse.elements
    var diagonal = (0..<size).map { inverse[$0, $0] }
    var remaining = Array(0..<size - 1)
    var block = [Double](repeating: 0, count: SurgeonCriterion.blockSize * size)
    var filled = 0
    var order: [(place: Int, loss: Double)] = []
    order.reserveCapacity(size)
    var last = -Double.infinity
    try matrix.withUnsafeMutableBufferPointer { matrix in
      try block.withUnsafeMutableBufferPointer { block in
        try weights.withUnsafeMutableBufferPointer { weights in
          guard let a = matrix.baseAddress, let v = block.baseAddress, let w = weights.baseAddress else { return }
          while !remaining.isEmpty {
            var best = 0
            var least = Double.infinity
            for (position, place) in remaining.enumerated() {
              let loss = w[place] * w[place] / diagonal[place]
              if loss < least {
                least = loss
                best = position
              }
            }
            let place = remaining[best]
            remaining.remove(at: best)
            // Equal losses would lose their order.
            last = max(last.nextUp, least / 2)
            order.append((place, last))
            let row = v + filled * size
            row.update(from: a + place * size, count: size)
            for earlier in 0..<filled {
              let other = v + earlier * size
              let factor = other[place]
              if factor != 0 { for k in 0..<size { row[k] -= factor * other[k] } }
            }
            let pivot = max(row[place], .leastNormalMagnitude)
            let step = w[place] / pivot
            let scale = 1 / pivot.squareRoot()
            for k in 0..<size {
              w[k] -= step * row[k]
              row[k] *= scale
              diagonal[k] -= row[k] * row[k]
            }
            // Rounding must not make a remaining variance vanish.
            for k in 0..<size where diagonal[k] < 1e-300 { diagonal[k] = 1e-300 }
            w[place] = 0
            filled += 1
            if filled == SurgeonCriterion.blockSize {
              try BLAS.matrixMultiply(
                rows: size, columns: size, inner: filled, alpha: -1, a: v, leadingA: size, transposeA: true, b: v,
                leadingB: size, beta: 1, c: a, leadingC: size)
              filled = 0
            }
          }
        }
      }
    }
    return order
  }
}
