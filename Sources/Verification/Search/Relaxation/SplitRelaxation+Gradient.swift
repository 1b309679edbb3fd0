extension SplitRelaxation {
  /// For every input, the largest size that the derivative of `function` by it can have under the state's bounds:
  /// interval arithmetic backward through the layers (ReluVal: Wang et al., USENIX Security 2018). It guides the search
  /// and is not rounded.
  func gradientSizes(_ function: LinearFunction) -> [Double] {
    var least = function.coefficients
    var most = least
    for index in (0..<function.depth).reversed() {
      let layer = network.layers[index]
      var nextLeast = [Double](repeating: 0, count: layer.inputCount)
      var nextMost = nextLeast
      for neuron in 0..<layer.outputCount {
        let place = layout.offsets[index] + neuron
        guard upper[place] > 0 else { continue }
        let isActive = lower[place] >= 0
        let low = isActive ? least[neuron] : min(least[neuron], 0)
        let high = isActive ? most[neuron] : max(most[neuron], 0)
        layer.forEachWeight(of: neuron) { input, weight in
          let (a, b) = (weight * low, weight * high)
          nextLeast[input] += min(a, b)
          nextMost[input] += max(a, b)
        }
      }
      (least, most) = (nextLeast, nextMost)
    }
    return zip(least, most).map { max(abs($0), abs($1)) }
  }
}
