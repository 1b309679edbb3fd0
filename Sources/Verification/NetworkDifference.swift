import CKernels
import Essentials
import Networks

/// Rigorous upper bounds of how much more one network's outputs can be than another's over a region, for two networks of
/// the same widths such as a dense one and its pruned copy.
///
/// Bounding both networks apart forgets that they see the same input. Here the difference of every pair of neurons is
/// followed instead (Paulsen, Wang, Wang, "ReluDiff", ICSE 2020, and "NeuroDiff", ASE 2020): with z the preactivations of
/// the second network and d those of the first minus z, a backward pass rewrites a function of the outputs' differences
/// as one of d and z of the layer below, and in the end of the input alone, whose maximum is the region's support. Where
/// one neuron of a pair is decided, the pair's difference is written out; where neither is, it lies between min(d, 0) and
/// max(d, 0), and these are bounded by chords. Rounding is accounted for as in `BackwardPass`.
public final class NetworkDifference {
  private let first: Network
  private let second: Network
  private let region: any InputRegion
  private let firstBounds: PreactivationBounds
  private let secondBounds: PreactivationBounds
  private let workspace: SupportWorkspace
  /// Bounds of d, layer by layer, the last being the outputs'.
  public private(set) var bounds: [LayerBounds] = []
  /// Per layer: the first network's weights minus the second's, and likewise the biases.
  private let weightChange: [[Double]]
  private let biasChange: [[Double]]
  /// Per layer and neuron: the largest sizes of what is summed up for d and for z.
  private var changeSums: [[Double]] = []
  private var secondSums: [[Double]] = []

  /// The difference `first` - `second` over `region`.
  ///
  /// - Parameters:
  ///   - firstBounds: preactivation bounds of the first network; backward linear ones by default.
  ///   - secondBounds: those of the second.
  /// - Throws: `Misuse` when the networks have different widths, or do not fit the region or the bounds.
  public init(
    _ first: Network, _ second: Network, over region: any InputRegion, firstBounds: PreactivationBounds? = nil,
    secondBounds: PreactivationBounds? = nil
  ) throws {
    try NetworkCheck.check(first, region: region)
    try NetworkCheck.check(second, region: region)
    guard first.layers.map(\.outputCount) == second.layers.map(\.outputCount) else {
      throw Misuse(
        "difference: expected networks of the same widths, got \(first.layers.map(\.outputCount)) and "
          + "\(second.layers.map(\.outputCount))")
    }
    self.first = try first.copy()
    self.second = try second.copy()
    self.region = region
    self.firstBounds = try firstBounds ?? .backwardLinear(first, over: region)
    self.secondBounds = try secondBounds ?? .backwardLinear(second, over: region)
    try self.firstBounds.check(first)
    try self.secondBounds.check(second)
    workspace = SupportWorkspace(inputCount: region.inputCount)
    weightChange = zip(first.layers, second.layers).map { zip($0.weight.array, $1.weight.array).map { $0 - $1 } }
    biasChange = zip(first.layers, second.layers).map { zip($0.bias.array, $1.bias.array).map { $0 - $1 } }
    for index in first.layers.indices { bounds.append(try bound(layer: index)) }
  }

  /// A number that Σ outputWeights[k] · (first's output k - second's) never exceeds over the region.
  ///
  /// - Throws: `Misuse` unless there is one finite weight per output.
  public func upperBound(outputWeights: [Double]) throws -> Double {
    guard outputWeights.count == first.outputCount, outputWeights.allSatisfy(\.isFinite) else {
      throw Misuse("difference: expected \(first.outputCount) finite output weights, got \(outputWeights)")
    }
    let last = first.layers.count - 1
    var apart = 0.0
    var size = 0.0
    for (output, weight) in outputWeights.enumerated() where weight != 0 {
      let end = weight * (weight > 0 ? bounds[last].upper[output] : bounds[last].lower[output])
      apart += end
      size += abs(end)
    }
    apart += Double(outputWeights.count + 4) * Rounding.step * size
    return min(pass(from: last, outputWeights), apart.nextUp)
  }

  /// Bounds of d in layer `index`: those of the two networks apart, and one backward pass each way.
  private func bound(layer index: Int) throws -> LayerBounds {
    addSums(index)
    let (one, other) = (firstBounds.layers[index], secondBounds.layers[index])
    let apart = try LayerBounds(
      lower: zip(one.lower, other.upper).map { Rounding.differenceDown($0, $1) },
      upper: zip(one.upper, other.lower).map { Rounding.sumUp($0, -$1) })
    var lower = apart.lower
    var upper = apart.upper
    var unit = [Double](repeating: 0, count: apart.count)
    for neuron in unit.indices {
      unit[neuron] = 1
      upper[neuron] = pass(from: index, unit)
      unit[neuron] = -1
      lower[neuron] = -pass(from: index, unit)
      unit[neuron] = 0
    }
    return apart.intersected(uncheckedLower: lower, upper: upper)
  }

  private func addSums(_ index: Int) {
    let layer = second.layers[index]
    let inputs = layer.inputCount
    var changeReach = [Double](repeating: 0, count: inputs)
    var reach = zip(region.lower, region.upper).map { max(abs($0), abs($1)) }
    if index > 0 {
      reach = secondBounds.layers[index - 1].upper.map { max($0, 0) }
      changeReach = zip(reach, firstBounds.layers[index - 1].upper).map { max($0, $1) }
    }
    changeSums.append(
      (0..<layer.outputCount).map { neuron in
        let row = neuron * inputs
        return (0..<inputs).reduce(abs(biasChange[index][neuron])) {
          $0 + abs(first.layers[index].weight.base[row + $1]) * changeReach[$1]
            + abs(weightChange[index][row + $1]) * reach[$1]
        }
      })
    secondSums.append(
      (0..<layer.outputCount).map { neuron in
        (0..<inputs).reduce(abs(layer.bias.base[neuron])) {
          $0 + abs(layer.weight.base[neuron * inputs + $1]) * reach[$1]
        }
      })
  }

  /// An upper bound of Σ weights[k] · d_k in layer `index`.
  private func pass(from index: Int, _ weights: [Double]) -> Double {
    // Coefficients of d and of z.
    var change = weights
    var plain = [Double](repeating: 0, count: weights.count)
    var total = 0.0
    var magnitude = 0.0
    var terms = 64 + region.inputCount
    for layer in stride(from: index, through: 0, by: -1) {
      let inputs = second.layers[layer].inputCount
      terms += 8 * weights.count + 8 * plain.count
      for neuron in change.indices {
        total += change[neuron] * biasChange[layer][neuron] + plain[neuron] * second.layers[layer].bias.base[neuron]
        magnitude +=
          4 * (abs(change[neuron]) * changeSums[layer][neuron] + abs(plain[neuron]) * secondSums[layer][neuron])
      }
      var ofChange = [Double](repeating: 0, count: inputs)
      var ofPlain = ofChange
      var rest = ofChange
      multiply(first.layers[layer].weight.base, change, &ofChange)
      weightChange[layer].withUnsafeBufferPointer { if let base = $0.baseAddress { multiply(base, change, &ofPlain) } }
      multiply(second.layers[layer].weight.base, plain, &rest)
      for input in rest.indices { ofPlain[input] += rest[input] }
      guard layer > 0 else {
        let reach = zip(region.lower, region.upper).map { max(abs($0), abs($1)) }
        for input in ofPlain.indices { magnitude += (abs(ofPlain[input]) + 2 * abs(rest[input])) * reach[input] }
        plain = ofPlain
        break
      }
      (change, plain) = relax(layer - 1, ofChange, ofPlain, &total, &magnitude)
    }
    return plain.withUnsafeBufferPointer { plain in
      guard let base = plain.baseAddress else { return .infinity }
      let support = region.support(base, maximizer: nil, workspace: workspace)
      magnitude += abs(support.value)
      let error = support.error + Double(terms) * Rounding.step * magnitude + Rounding.tiny
      let bound = (total + support.value + error).nextUp
      return bound.isNaN ? .infinity : bound
    }
  }

  /// `result` = transposed `weights` times `vector`.
  private func multiply(_ weights: UnsafePointer<Double>, _ vector: [Double], _ result: inout [Double]) {
    let inputs = result.count
    vector.withUnsafeBufferPointer { vector in
      result.withUnsafeMutableBufferPointer { result in
        if let source = vector.baseAddress, let target = result.baseAddress {
          kernel_affine_transposed(weights, source, target, vector.count, inputs)
        }
      }
    }
  }

  /// Rewrites coefficients of the outputs' differences and of the second network's outputs, after the ReLUs of layer
  /// `index`, as coefficients of d and z.
  ///
  /// A pair contributes a · (relu(z + d) - relu(z)) + b · relu(z). Where both are undecided, the first part lies
  /// between min(d, 0) and max(d, 0), ReLUs of d: for a > 0 it is at most a times a line above relu(d), and for a < 0
  /// at most -a times one above -min(d, 0) = relu(-d). Where the first's phase is decided, or the second's, the sum is
  /// written as a · relu(z + d) + (b - a) · relu(z), each ReLU replaced by a line above or below it, as its coefficient
  /// asks.
  private func relax(
    _ index: Int, _ ofChange: [Double], _ ofPlain: [Double], _ total: inout Double, _ magnitude: inout Double
  ) -> (change: [Double], plain: [Double]) {
    var change = [Double](repeating: 0, count: ofChange.count)
    var plain = change
    let (one, other) = (firstBounds.layers[index], secondBounds.layers[index])
    for neuron in ofChange.indices {
      let a = ofChange[neuron]
      var b = ofPlain[neuron]
      let reach =
        max(abs(one.lower[neuron]), abs(one.upper[neuron])) + max(abs(other.lower[neuron]), abs(other.upper[neuron]))
        + max(abs(bounds[index].lower[neuron]), abs(bounds[index].upper[neuron]))
      magnitude += 8 * (abs(a) + abs(b)) * reach
      switch (one.stability(neuron), other.stability(neuron)) {
      case (.unstable, .unstable):
        let (low, high) = (bounds[index].lower[neuron], bounds[index].upper[neuron])
        // min(d, 0) is minus the ReLU of -d.
        let line = a > 0 ? Line(above: low, high) : Line(above: -high, -low)
        change[neuron] = a * line.slope
        total += abs(a) * line.offset
      case (let stability, _):
        // first's output minus second's, the latter among those of `other` below.
        b -= a
        let line = Line(stability, one.lower[neuron], one.upper[neuron], isAbove: a > 0)
        change[neuron] = a * line.slope
        plain[neuron] = a * line.slope
        total += a * line.offset
      }
      let line = Line(other.stability(neuron), other.lower[neuron], other.upper[neuron], isAbove: b > 0)
      plain[neuron] += b * line.slope
      total += b * line.offset
    }
    return (change, plain)
  }

  /// A line above or below a ReLU.
  private struct Line {
    var slope = 0.0
    var offset = 0.0

    /// The chord above between `low` and `high`, which need not be on different sides of 0.
    init(above low: Double, _ high: Double) {
      if low >= 0 {
        slope = 1
      } else if high > 0 {
        let chord = Chord(from: low, to: high)
        (slope, offset) = (chord.slope, chord.offset)
      }
    }

    init(_ stability: Stability, _ low: Double, _ high: Double, isAbove: Bool) {
      switch stability {
      case .inactive: break
      case .active: slope = 1
      case .unstable where isAbove: self = Line(above: low, high)
      case .unstable: slope = high > -low ? 1 : 0
      }
    }
  }
}
