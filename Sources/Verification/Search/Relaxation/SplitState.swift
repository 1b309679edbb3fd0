import Networks

/// What is assumed and known about the hidden neurons at a node of the search: one number per neuron, in the places of a
/// `NeuronLayout`.
struct SplitState {
  /// Lower bounds of the preactivations, those of passed neurons as in `RectifiedNeuron.passed`, valid for every input of the region that keeps the splits.
  var lower: [Double]
  /// Upper bounds of the preactivations.
  var upper: [Double]
  /// 1 where the node assumes a preactivation >= 0, -1 where <= 0, 0 where it assumes nothing.
  var splits: [Int8]
  /// The slope of the line below an unstable neuron, in [0, 1] (alpha), and the multiplier >= 0 of a split neuron's
  /// assumption (beta). Any such numbers give a valid bound; good ones give a tight one.
  var multipliers: [Double]

  /// The root: bounds as they are, no splits, and the slopes that leave the smaller area.
  init(_ bounds: PreactivationBounds, of network: Network) {
    let neurons = zip(bounds.layers, network.layers.dropLast()).flatMap { bounds, layer in
      (0..<bounds.count).map { bounds.neuron($0, of: layer) }
    }
    lower = neurons.map(\.lower)
    upper = neurons.map(\.upper)
    splits = [Int8](repeating: 0, count: lower.count)
    multipliers = neurons.map(\.smallerArea)
  }

  /// Whether the neuron at `place` is undecided.
  func isUnstable(_ place: Int) -> Bool { RectifiedNeuron(lower[place], upper[place]).isUndecided }

  /// How many neurons are undecided.
  var undecidedCount: Int { lower.indices.count { isUnstable($0) } }

  /// The state in which the neuron at `place` is moreover assumed to be active, or inactive.
  func split(_ place: Int, active: Bool) -> SplitState {
    var result = self
    if active { result.lower[place] = 0 } else { result.upper[place] = 0 }
    result.splits[place] = active ? 1 : -1
    result.multipliers[place] = 0
    return result
  }
}
