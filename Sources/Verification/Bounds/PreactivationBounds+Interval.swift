import Essentials
import Networks

extension BoundMethod {
  /// Interval arithmetic.
  public static let interval = BoundMethod("interval") { network, region, known, _ in
    let bounds = try PreactivationBounds.interval(network, over: region)
    return try known.map(bounds.intersected) ?? bounds
  }
}

extension PreactivationBounds {
  /// Exact bounds of the first layer over the region, then interval arithmetic.
  ///
  /// A first-layer preactivation is linear in the input, so its largest and smallest value are two support functions.
  ///
  /// - Throws: `Misuse` when network and region do not fit, a parameter is not finite, or the bounds overflow.
  public static func interval(_ network: Network, over region: any InputRegion) throws -> PreactivationBounds {
    try NetworkCheck.check(network, region: region)
    var bounds = PreactivationBounds(layers: [
      try firstLayer(network.layers[0], over: region, workspace: SupportWorkspace(inputCount: region.inputCount))
    ])
    for index in network.layers.indices.dropFirst() {
      bounds.append(try next(network.layers[index], after: bounds.layers[index - 1]))
    }
    return bounds
  }

  /// Exact bounds of the first layer: for each neuron the region's support along its weights, both ways.
  static func firstLayer(
    _ layer: DenseLayer, over region: any InputRegion, workspace: SupportWorkspace
  ) throws -> LayerBounds {
    let inputs = layer.inputCount
    var lower = [Double](repeating: 0, count: layer.outputCount)
    var upper = lower
    let negated = UnsafeMutablePointer<Double>.allocate(capacity: inputs)
    defer { negated.deallocate() }
    try withExtendedLifetime(layer) {
      for neuron in 0..<layer.outputCount {
        let row = layer.weight.base + neuron * inputs
        let bias = layer.bias.base[neuron]
        for index in 0..<inputs { negated[index] = -row[index] }
        let most = region.support(row, maximizer: nil, workspace: workspace)
        let least = region.support(negated, maximizer: nil, workspace: workspace)
        upper[neuron] = Rounding.sumUp(bias, most.upperBound)
        lower[neuron] = -Rounding.sumUp(-bias, least.upperBound)
        try checkOverflow(lower[neuron], upper[neuron], neuron)
      }
    }
    return try LayerBounds(lower: lower, upper: upper)
  }

  /// Interval arithmetic through the ReLU of the layer before and this layer's weights.
  static func next(_ layer: DenseLayer, after before: LayerBounds) throws -> LayerBounds {
    let inputs = layer.inputCount
    let low = before.lower.map { max($0, 0) }
    let high = before.upper.map { max($0, 0) }
    var lower = [Double](repeating: 0, count: layer.outputCount)
    var upper = lower
    try withExtendedLifetime(layer) {
      for neuron in 0..<layer.outputCount {
        let row = layer.weight.base + neuron * inputs
        var least = layer.bias.base[neuron]
        var most = least
        var magnitude = abs(least)
        for index in 0..<inputs {
          let weight = row[index]
          let a = weight * low[index]
          let b = weight * high[index]
          least += min(a, b)
          most += max(a, b)
          magnitude += abs(b)
        }
        let error = Rounding.error(terms: inputs + 4, size: magnitude)
        lower[neuron] = magnitude == 0 ? 0 : (least - error).nextDown
        upper[neuron] = magnitude == 0 ? 0 : (most + error).nextUp
        try checkOverflow(lower[neuron], upper[neuron], neuron)
      }
    }
    return try LayerBounds(lower: lower, upper: upper)
  }

  private static func checkOverflow(_ lower: Double, _ upper: Double, _ neuron: Int) throws {
    guard lower.isFinite, upper.isFinite else {
      throw Misuse("bounds: the weights of neuron \(neuron + 1) are so large that its bounds overflow")
    }
  }
}
