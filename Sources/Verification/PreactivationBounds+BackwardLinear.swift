import Essentials
import Networks

extension PreactivationBounds {
  /// Backward linear bounds (CROWN/DeepPoly) of every layer, concretised with the region's support and intersected with
  /// interval bounds. The first layer's are exact.
  ///
  /// - Parameter known: bounds that hold already; each layer is intersected with them before the next is bounded.
  /// - Throws: `Misuse` when network, region and bounds do not fit, a parameter is not finite, or the bounds overflow.
  public static func backwardLinear(
    _ network: Network, over region: any InputRegion, tightening known: PreactivationBounds? = nil
  ) throws -> PreactivationBounds {
    try NetworkCheck.check(network, region: region)
    try known?.check(network)
    func tightened(_ index: Int, _ bounds: LayerBounds) -> LayerBounds {
      known.map { bounds.intersected(with: $0.layers[index]) } ?? bounds
    }
    let workspace = SupportWorkspace(inputCount: region.inputCount)
    let pass = BackwardPass(network, over: region, workspace: workspace)
    var bounds = PreactivationBounds(layers: [
      tightened(0, try firstLayer(network.layers[0], over: region, workspace: workspace))
    ])
    for index in network.layers.indices.dropFirst() {
      pass.append(bounds.layers[index - 1])
      let layer = network.layers[index]
      let interval = try next(layer, after: bounds.layers[index - 1])
      let weights = layer.weight.array
      let biases = layer.bias.array
      // The lower bound of z is minus the upper bound of -z.
      let most = pass.upperBounds(weights + weights.map { -$0 }, constants: biases + biases.map { -$0 })
      let layerBounds = interval.intersected(
        uncheckedLower: most[layer.outputCount...].map { -$0 }, upper: Array(most[..<layer.outputCount]))
      bounds.append(tightened(index, layerBounds))
    }
    return bounds
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
    let last = network.layers[network.layers.count - 1]
    let pass = BackwardPass(network, over: region, workspace: SupportWorkspace(inputCount: region.inputCount))
    for bounds in layers.dropLast() { pass.append(bounds) }
    // Merging the last layer's rows rounds; `slack` is what that can change, at the largest possible inputs.
    var coefficients = [Double](repeating: 0, count: last.inputCount)
    var constant = 0.0
    var slack = 0.0
    let reach =
      layers.count > 1
      ? layers[layers.count - 2].upper.map { max($0, 0) }
      : zip(region.lower, region.upper).map { max(abs($0), abs($1)) }
    for output in outputWeights.indices where outputWeights[output] != 0 {
      let row = last.weight.base + output * last.inputCount
      for input in 0..<last.inputCount {
        let term = outputWeights[output] * row[input]
        coefficients[input] += term
        slack += abs(term) * reach[input]
      }
      constant += outputWeights[output] * last.bias.base[output]
      slack += abs(outputWeights[output] * last.bias.base[output])
    }
    let bound = pass.upperBounds(coefficients, constants: [constant])[0]
    let total = bound + Double(2 * network.outputCount + 4) * Rounding.step * slack
    let backward = total.isNaN ? .infinity : total.nextUp
    // The intervals of the outputs are bounds as well.
    var interval = 0.0
    var magnitude = 0.0
    for output in outputWeights.indices {
      let weight = outputWeights[output]
      let end = weight > 0 ? outputs.upper[output] : outputs.lower[output]
      if weight != 0 {
        interval += weight * end
        magnitude += abs(weight * end)
      }
    }
    let intervalBound = (interval + Double(outputWeights.count + 4) * Rounding.step * magnitude).nextUp
    return intervalBound.isNaN ? backward : min(backward, intervalBound)
  }

  /// An upper bound of the problem's margin over its region. When it is negative, no input of the region makes a rival
  /// beat the class: a proof.
  ///
  /// - Throws: `Misuse` when network, problem and bounds do not fit.
  public func marginUpperBound(_ network: Network, for problem: Problem) throws -> Double {
    try problem.check(network)
    return try problem.rivals(outputCount: network.outputCount).reduce(-.infinity) { most, rival in
      let weights = problem.marginWeights(rival: rival, outputCount: network.outputCount)
      return max(most, try outputUpperBound(network, over: problem.region, outputWeights: weights))
    }
  }
}

extension LayerBounds {
  /// These bounds tightened by others that may be infinite.
  func intersected(uncheckedLower: [Double], upper uncheckedUpper: [Double]) -> LayerBounds {
    var result = self
    for index in 0..<count {
      let low = max(lower[index], uncheckedLower[index])
      let high = min(upper[index], uncheckedUpper[index])
      guard low <= high else { continue }
      result.lower[index] = low
      result.upper[index] = high
    }
    return result
  }
}
