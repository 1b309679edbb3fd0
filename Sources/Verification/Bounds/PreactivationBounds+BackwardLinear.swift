import Essentials
import Networks

extension BoundMethod {
  /// Backward linear bounds of what interval arithmetic leaves undecided.
  public static let undecided = BoundMethod("undecided") { network, region, known, shouldStop in
    try .backwardLinear(network, over: region, tightening: known, skipsDecided: true, shouldStop: shouldStop)
  }

  /// Backward linear bounds; the default.
  public static let backward = BoundMethod("backward") { network, region, known, shouldStop in
    try .backwardLinear(network, over: region, tightening: known, shouldStop: shouldStop)
  }
}

extension PreactivationBounds {
  /// Backward linear bounds (CROWN/DeepPoly) of every layer, concretised with the region's support and intersected with
  /// interval bounds. The first layer's are exact.
  ///
  /// - Parameters:
  ///   - known: bounds that hold already; each layer is intersected with them before the next is bounded.
  ///   - skipsDecided: whether neurons whose phase interval arithmetic knows keep its bounds: those of the others, and of
  ///     the outputs, are hardly any wider, and much work is saved where most neurons are decided.
  ///   - shouldStop: asked before every batch of neurons; from when it is true, bounds are those of interval arithmetic.
  /// - Throws: `Misuse` when network, region and bounds do not fit, or a parameter is not finite; `OutsideFailure` when the
  ///   bounds overflow.
  public static func backwardLinear(
    _ network: Network, over region: any InputRegion, tightening known: PreactivationBounds? = nil,
    skipsDecided: Bool = false, shouldStop: () -> Bool = { false }
  ) throws -> PreactivationBounds {
    try NetworkCheck.check(network, region: region)
    try known?.check(network)
    func tightened(_ index: Int, _ bounds: LayerBounds) -> LayerBounds {
      known.map { bounds.intersected(with: $0.layers[index]) } ?? bounds
    }
    let pass = LinearPass(network, over: region)
    var bounds = PreactivationBounds(layers: [
      tightened(0, try firstLayer(network.layers[0], over: region, workspace: pass.workspace))
    ])
    for index in network.layers.indices.dropFirst() {
      pass.setBounds(layer: index - 1, bounds.layers[index - 1])
      let (layer, before) = (network.layers[index], network.layers[index - 1])
      let interval = try next(layer, after: bounds.layers[index - 1], of: before)
      // A passed neuron has no ReLU that would be tighter with tighter bounds.
      let isLast = index == network.layers.count - 1
      let decided = skipsDecided ? tightened(index, interval) : nil
      let wanted = (0..<layer.outputCount).filter { neuron in
        isLast || layer.rectified.contains(neuron) && decided?.neuron(neuron, of: layer).isUndecided != false
      }
      var (lower, upper) = (interval.lower, interval.upper)
      let step = max(4, min(64, batchLimit / max(layer.inputCount, pass.layout.widest)))
      for first in stride(from: 0, to: wanted.count, by: step) {
        if shouldStop() { break }
        let part = wanted[first..<min(first + step, wanted.count)]
        let most = bothEnds(of: part, layer, pass, depth: index)
        for (place, neuron) in part.enumerated() {
          (upper[neuron], lower[neuron]) = (most[place], -most[part.count + place])
        }
      }
      bounds.append(tightened(index, interval.intersected(uncheckedLower: lower, upper: upper)))
    }
    return bounds
  }

  /// Backward bounds of so many numbers are computed at a time.
  private static let batchLimit = 1 << 22

  /// Upper bounds of some preactivations z of a layer, and then of -z.
  private static func bothEnds(
    of neurons: ArraySlice<Int>, _ layer: Layer, _ pass: LinearPass, depth: Int
  ) -> [Double] {
    let (count, inputs) = (neurons.count, layer.inputCount)
    var rows = [Double](repeating: 0, count: 2 * count * inputs)
    rows.withUnsafeMutableBufferPointer { rows in
      for (place, neuron) in neurons.enumerated() {
        layer.forEachWeight(of: neuron) { input, weight in
          rows[place * inputs + input] = weight
          rows[(count + place) * inputs + input] = -weight
        }
      }
    }
    let biases = neurons.map(layer.bias(of:))
    return pass.upperBounds(rows, constants: biases + biases.map { -$0 }, depth: depth)
  }

  /// An upper bound over the region of Σ_k outputWeights[k] · y_k by the backward linear relaxation with these bounds.
  ///
  /// - Parameter outputWeights: one finite weight per output.
  /// - Throws: `Misuse` when network, region, bounds and weights do not fit.
  public func outputUpperBound(
    _ network: Network, over region: any InputRegion, outputWeights: [Double]
  ) throws -> Double {
    try NetworkCheck.check(network, region: region)
    try check(network)
    guard outputWeights.count == network.outputCount, outputWeights.allSatisfy(\.isFinite) else {
      throw Misuse("bounds: expected \(network.outputCount) finite output weights, got \(outputWeights)")
    }
    return outputUpperBound(LinearPass(network, over: region, bounds: self), outputWeights)
  }

  private func outputUpperBound(_ pass: LinearPass, _ weights: [Double]) -> Double {
    let bound = pass.upperBound(of: pass.function(outputWeights: weights)) { pass.defaultNumber($0, $1, $2) }
    // The intervals of the outputs are bounds as well.
    return min(bound, outputs.upperBound(weights))
  }

  /// An upper bound of the problem's margin over its region. When it is negative, no input of the region makes a rival
  /// beat the class: a proof.
  ///
  /// - Throws: `Misuse` when network, problem and bounds do not fit.
  public func marginUpperBound(_ network: Network, for problem: Problem) throws -> Double {
    try problem.check(network)
    try check(network)
    let pass = LinearPass(network, over: problem.region, bounds: self)
    return problem.rivals(outputCount: network.outputCount).reduce(-.infinity) { most, rival in
      max(most, outputUpperBound(pass, problem.marginWeights(rival: rival, outputCount: network.outputCount)))
    }
  }
}
