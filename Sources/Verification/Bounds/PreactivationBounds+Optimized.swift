import Essentials
import Networks

extension BoundMethod {
  /// Backward linear bounds with optimised slopes.
  public static let optimized = BoundMethod("optimized") { network, region, known, shouldStop in
    try PreactivationBounds.backwardLinear(network, over: region, tightening: known, shouldStop: shouldStop)
      .optimized(network, over: region, shouldStop: shouldStop)
  }
}

extension PreactivationBounds {
  /// These bounds, tightened by backward linear bounds whose slopes below unstable neurons are optimised for every
  /// neuron that is still undecided (alpha-CROWN: Xu et al., ICLR 2021), layer by layer.
  ///
  /// - Parameters:
  ///   - network: the network that these bounds are of.
  ///   - region: the region that they hold over.
  ///   - iterations: evaluations per bound; 12 by default.
  ///   - shouldStop: asked before every neuron; true ends the work with what has been reached.
  /// - Throws: `Misuse` when network, region and bounds do not fit.
  public func optimized(
    _ network: Network, over region: any InputRegion, iterations: Int = 12, shouldStop: () -> Bool = { false }
  ) throws -> PreactivationBounds {
    try NetworkCheck.check(network, region: region)
    try check(network)
    guard iterations > 0 else { throw Misuse("bounds: expected at least one iteration, got \(iterations)") }
    var state = SplitState(self, of: network)
    let relaxation = SplitRelaxation(network, over: region, root: state)
    try SplitRelaxation.tightenWithSlopes(
      [relaxation], by: ThreadTeam(members: 1, isBrief: false), iterations: iterations, shouldStop: shouldStop)
    relaxation.store(into: &state)
    let layout = NeuronLayout(network)
    var result = self
    for index in 0..<layout.layerCount {
      let known = layers[index]
      var (lower, upper) = (known.lower, known.upper)
      for (neuron, place) in layout.range(index).enumerated() where network.layers[index].rectified.contains(neuron) {
        (lower[neuron], upper[neuron]) = (state.lower[place], state.upper[place])
      }
      result = result.replacing(layer: index, with: try LayerBounds(lower: lower, upper: upper))
    }
    // Tighter hidden layers make tighter outputs.
    let outputs = (0..<network.outputCount).map { relaxation.defaultBounds(layer: layout.layerCount, neuron: $0) }
    return result.replacing(
      layer: layout.layerCount,
      with: self.outputs.intersected(uncheckedLower: outputs.map(\.lower), upper: outputs.map(\.upper)))
  }
}
