extension SearchWorker {
  /// What to branch on at a node whose bound has just been improved.
  func chooseBranch(_ function: LinearFunction, _ node: SearchNode) -> Branch? {
    let input = { self.search.inputs.choose(in: node.box, self.relaxation.gradientSizes(function)).map(Branch.input) }
    let neuron = { self.chooseNeuron(function, bound: node.bound, target: self.threshold).map(Branch.neuron) }
    return dividesInputs(of: node) ? input() ?? neuron() : neuron()
  }

  /// Whether a node is divided by inputs. Where few neurons are undecided their phases end the search for certain, which
  /// halves of inputs do not: these can shrink towards a point for ever where the function is tangent to 0.
  private func dividesInputs(of node: SearchNode) -> Bool {
    guard search.splitsInputs else { return false }
    guard search.options.branching == .automatic else { return true }
    // With a record that leaves neurons out phases do not help where it is theirs that matter.
    if let record = search.record, record.layerCount < relaxation.layout.layerCount { return true }
    let count = node.state.undecidedCount
    guard count > search.options.fewNeurons, node.halvings < search.inputs.mostHalvings else { return false }
    return search.inputs.areFew || gains.choose(undecidedCount: count) == .inputs
  }

  /// Keeps what the split of `node` gained.
  ///
  /// - Parameters:
  ///   - opened: the children that are left.
  ///   - evaluations: how many there had been before.
  func keepGain(of node: SearchNode, _ kind: SplitGains.Kind, opened: ArraySlice<SearchNode>, evaluations: Int) {
    let room = node.bound - threshold
    guard search.splitsInputs, !search.inputs.areFew, room.isFinite, room > 0 else { return }
    let left = opened.reduce(0) { $0 + min(max(($1.bound - threshold) / room, 0), 1) }
    gains.add(
      kind, undecidedCount: node.state.undecidedCount, share: 1 - left / 2,
      cost: Double(relaxation.evaluations - evaluations))
  }

  /// The undecided neuron to branch on: of those whose relaxation adds most to the bound at the maximiser, the one whose
  /// two phases, bounded once each, both lower it most.
  ///
  /// - Returns: nil when no neuron below the function is undecided.
  private func chooseNeuron(_ function: LinearFunction, bound: Double, target: Double) -> Int? {
    _ = relaxation.evaluate(function)
    relaxation.propagate(depth: function.depth)
    var candidates: [(place: Int, score: Double)] = []
    // Of neurons that are not the certificate's nothing can be assumed: they are a choice of weights, which slopes make.
    let last = search.record.map { relaxation.layout.offsets[$0.layerCount] } ?? relaxation.layout.count
    for place in 0..<last where relaxation.neuron(place).isUndecided {
      // Where nothing is lost at the maximiser, what could be lost elsewhere decides.
      let loss = relaxation.neuron(place).loss(relaxation.coefficients[place])
      candidates.append((place, relaxation.gap(place) + 0.1 * loss))
    }
    candidates.sort { ($0.score, $1.place) > ($1.score, $0.place) }
    guard let best = candidates.first else { return nil }
    guard search.options.probes > 1, candidates.count > 1 else { return best.place }
    var choice = best.place
    var choiceScore = -Double.infinity
    for candidate in candidates.prefix(search.options.probes) {
      let gains = [true, false].map { active in
        min(max(bound - relaxation.probe(function, candidate.place, active: active), 0), bound - target)
      }
      // Both children must be closed: the one that gains less counts, the other breaks ties.
      let score = min(gains[0], gains[1]) + 0.1 * max(gains[0], gains[1])
      if score > choiceScore {
        choiceScore = score
        choice = candidate.place
      }
    }
    return choice
  }
}
