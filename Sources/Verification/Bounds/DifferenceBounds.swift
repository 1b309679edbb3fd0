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
/// max(d, 0), and these are bounded by `RectifiedNeuron`'s rule. Rounding is accounted for as `AccountedConstant` explains.
public final class DifferenceBounds {
  private let first: Network
  private let second: Network
  private let region: any InputRegion
  private let firstBounds: PreactivationBounds
  private let secondBounds: PreactivationBounds
  private let workspace: SupportWorkspace
  /// Bounds of d, layer by layer, the last being the outputs'.
  public private(set) var bounds: [LayerBounds] = []
  /// Per layer: the first network's weights and biases minus the second's.
  private let change: [Layer]
  /// Per layer and neuron: the sizes of what is summed up for d and for z; see `Layer.size`.
  private var changeSizes: [[Double]] = []
  private var secondSizes: [[Double]] = []

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
    change = try zip(first.layers, second.layers).map { try $0.subtracting($1) }
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
    return min(pass(from: last, outputWeights), bounds[last].upperBound(outputWeights))
  }

  /// Bounds of d in layer `index`: those of the two networks apart, and one backward pass each way.
  private func bound(layer index: Int) throws -> LayerBounds {
    addSizes(index)
    let (one, other) = (firstBounds.layers[index], secondBounds.layers[index])
    let apart = try LayerBounds.computed(
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

  private func addSizes(_ index: Int) {
    let reach = index == 0 ? region.reach : secondBounds.layers[index - 1].reach(of: second.layers[index - 1])
    let changeReach = index == 0 ? reach.map { _ in 0 } : reachOfChange(index - 1, reach)
    let neurons = 0..<change[index].outputCount
    secondSizes.append(neurons.map { second.layers[index].size(of: $0, reach: reach) })
    changeSizes.append(
      neurons.map {
        change[index].size(of: $0, reach: reach) + first.layers[index].size(of: $0, reach: changeReach, withBias: false)
      })
  }

  /// How far the outputs of layer `index` can be apart, those of the second network being no larger than `reach`: what two
  /// ReLUs say differs by no more than the larger of them, what is passed on by as much as both together.
  private func reachOfChange(_ index: Int, _ reach: [Double]) -> [Double] {
    let (one, other) = (first.layers[index].rectified, second.layers[index].rectified)
    return zip(reach, firstBounds.layers[index].reach(of: first.layers[index])).enumerated().map { neuron, sizes in
      one.contains(neuron) && other.contains(neuron) ? max(sizes.0, sizes.1) : sizes.0 + sizes.1
    }
  }

  /// An upper bound of Σ weights[k] · d_k in layer `index`.
  private func pass(from index: Int, _ weights: [Double]) -> Double {
    // The numbers of d and of z, and the coefficients of the outputs' differences and of the second network's outputs.
    var numbers = (change: weights, plain: [Double](repeating: 0, count: weights.count))
    var account = AccountedConstant(0)
    for layer in stride(from: index, through: 0, by: -1) {
      for neuron in numbers.change.indices {
        account.substitute(
          numbers.change[neuron], bias: change[layer].bias(of: neuron), size: changeSizes[layer][neuron])
        account.substitute(
          numbers.plain[neuron], bias: second.layers[layer].bias(of: neuron), size: secondSizes[layer][neuron])
      }
      account.close(terms: 2 * numbers.change.count)
      let ofChange = first.layers[layer].multiplyTransposed(numbers.change)
      let ofPlain = zip(
        change[layer].multiplyTransposed(numbers.change), second.layers[layer].multiplyTransposed(numbers.plain)
      ).map(+)
      guard layer > 0 else { return account.upperBound(support(ofPlain)) }
      numbers = relax(layer - 1, ofChange, ofPlain, &account)
    }
    return .infinity
  }

  private func support(_ coefficients: [Double]) -> Support {
    coefficients.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { region.support($0, maximizer: nil, workspace: workspace) }
        ?? Support(value: .infinity, error: 0)
    }
  }

  /// The numbers of d and z for coefficients of the outputs' differences and of the second network's outputs, after the
  /// ReLUs of layer `index`.
  ///
  /// A pair contributes a · (relu(z + d) - relu(z)) + b · relu(z). Where both are undecided, the first part is at most
  /// |a| times the ReLU of d for a > 0, of -d for a < 0. Where the first's phase is decided, or the second's, the sum is
  /// written as a · relu(z + d) + (b - a) · relu(z). What is left are ReLUs of d, -d, z + d and z, and each has a number
  /// by the one rule, `RectifiedNeuron`.
  private func relax(
    _ index: Int, _ ofChange: [Double], _ ofPlain: [Double], _ account: inout AccountedConstant
  ) -> (change: [Double], plain: [Double]) {
    var change = [Double](repeating: 0, count: ofChange.count)
    var plain = change
    func number(_ v: Double, _ neuron: RectifiedNeuron) -> Double {
      let w = neuron.number(v, above: neuron.chord)
      account.relax(v, w, neuron)
      return w
    }
    let bothBounds = (firstBounds.layers[index], secondBounds.layers[index])
    for neuron in ofChange.indices {
      let (a, b) = (ofChange[neuron], ofPlain[neuron])
      let one = bothBounds.0.neuron(neuron, of: first.layers[index])
      let z = bothBounds.1.neuron(neuron, of: second.layers[index])
      let (low, high) = (bounds[index].lower[neuron], bounds[index].upper[neuron])
      if one.isUndecided && z.isUndecided {
        change[neuron] = a > 0 ? number(a, RectifiedNeuron(low, high)) : -number(-a, RectifiedNeuron(-high, -low))
        plain[neuron] = number(b, z)
      } else {
        change[neuron] = number(a, one)
        plain[neuron] = change[neuron] + number(b - a, z)
        // The difference and the sum are rounded.
        account.charge((abs(b - a) + abs(plain[neuron])) * max(-z.lower, z.upper))
      }
    }
    return (change, plain)
  }
}
