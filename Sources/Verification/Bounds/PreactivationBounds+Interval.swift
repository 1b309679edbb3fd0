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
  /// - Throws: `Misuse` when network and region do not fit, or a parameter is not finite; `OutsideFailure` when the bounds
  ///   overflow.
  public static func interval(_ network: Network, over region: any InputRegion) throws -> PreactivationBounds {
    try NetworkCheck.check(network, region: region)
    var bounds = PreactivationBounds(layers: [
      try firstLayer(network.layers[0], over: region, workspace: SupportWorkspace(inputCount: region.inputCount))
    ])
    for index in network.layers.indices.dropFirst() {
      bounds.append(try next(network.layers[index], after: bounds.layers[index - 1], of: network.layers[index - 1]))
    }
    return bounds
  }

  /// Exact bounds of the first layer: for each neuron the region's support along its weights, both ways.
  static func firstLayer(
    _ layer: Layer, over region: any InputRegion, workspace: SupportWorkspace
  ) throws -> LayerBounds {
    let inputs = layer.inputCount
    var lower = [Double](repeating: 0, count: layer.outputCount)
    var upper = lower
    let written = UnsafeMutablePointer<Double>.allocate(capacity: 2 * inputs)
    defer { written.deallocate() }
    let negated = written + inputs
    let isDense = layer.connections == .dense
    withExtendedLifetime(layer) {
      for neuron in 0..<layer.outputCount {
        let bias = layer.bias(of: neuron)
        var row = UnsafePointer(layer.weight.base + neuron * inputs)
        if !isDense {
          written.initialize(repeating: 0, count: inputs)
          layer.forEachWeight(of: neuron) { written[$0] = $1 }
          row = UnsafePointer(written)
        }
        for index in 0..<inputs { negated[index] = -row[index] }
        let most = region.support(row, maximizer: nil, workspace: workspace)
        let least = region.support(negated, maximizer: nil, workspace: workspace)
        upper[neuron] = Rounding.sumUp(bias, most.upperBound)
        lower[neuron] = -Rounding.sumUp(-bias, least.upperBound)
      }
    }
    return try .computed(lower: lower, upper: upper)
  }

  /// Interval arithmetic through the ReLUs of the layer `before`, whose preactivations have the bounds `known`, and this
  /// layer's weights.
  static func next(_ layer: Layer, after known: LayerBounds, of before: Layer) throws -> LayerBounds {
    // A ReLU never falls, so that what it makes of a bound is one.
    let (low, high) = (before.outputs(of: known.lower), before.outputs(of: known.upper))
    var lower = [Double](repeating: 0, count: layer.outputCount)
    var upper = lower
    for neuron in 0..<layer.outputCount {
      var least = layer.bias(of: neuron)
      var most = least
      var magnitude = abs(least)
      layer.forEachWeight(of: neuron) { input, weight in
        let a = weight * low[input]
        let b = weight * high[input]
        let (smaller, larger) = (min(a, b), max(a, b))
        least += smaller
        most += larger
        magnitude += max(-smaller, larger)
      }
      let isExact = magnitude == 0 || isCopy(layer, neuron)
      let error = Rounding.error(terms: layer.inputCount + 4, size: magnitude)
      lower[neuron] = isExact ? least : (least - error).nextDown
      upper[neuron] = isExact ? most : (most + error).nextUp
    }
    return try .computed(lower: lower, upper: upper)
  }

  /// Whether a neuron is one of its inputs as it is, or minus it, which is not rounded.
  private static func isCopy(_ layer: Layer, _ neuron: Int) -> Bool {
    guard layer.connections != .dense, layer.connectionCount(of: neuron) == 1, layer.bias(of: neuron) == 0 else {
      return false
    }
    var isUnit = false
    layer.forEachWeight(of: neuron) { _, weight in isUnit = abs(weight) == 1 }
    return isUnit
  }
}
