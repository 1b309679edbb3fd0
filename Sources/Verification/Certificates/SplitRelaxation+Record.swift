extension SplitRelaxation {
  /// Adds the numbers of the pass that was walked last where they are not what a checker takes by itself: those of
  /// assumed phases, and of lines below undecided neurons.
  ///
  /// - Parameter depth: the hidden layers below the function.
  func addNumbers(depth: Int, to text: inout CertificateText) {
    for index in 0..<depth {
      let offset = layout.offsets[index]
      for place in layout.range(index) where isGiven(place) {
        text.add(layer: index, neuron: place - offset, numbers[place])
      }
    }
  }

  private func isGiven(_ place: Int) -> Bool {
    if signs[place] != 0 { return multipliers[place] != 0 }
    return neuron(place).isUndecided && coefficients[place] < 0 && multipliers[place] != neuron(place).smallerArea
  }

  /// Adds the numbers of a leaf that closes under a bound of at most `threshold`: none where a checker's own will do,
  /// otherwise the state's.
  ///
  /// - Parameter alternative: which of what is unwanted the function stands for, where `record` has several.
  func addLeaf(
    _ function: LinearFunction, _ alternative: Int, below threshold: Double, _ record: SearchRecord,
    to text: inout CertificateText
  ) {
    // What closed the leaf was evaluated last as a rule.
    if lastBound > threshold { _ = evaluate(function) }
    var given = CertificateText()
    addNumbers(depth: min(function.depth, record.layerCount), to: &given)
    let isLong = !given.bytes.isEmpty
    addWeights(alternative, record, to: &given)
    // Where phases are assumed, the defaults would hardly do.
    guard isLong, !hasAssumptions, evaluate(function, usesMultipliers: false) <= threshold else {
      return text.add(given)
    }
    addWeights(alternative, record, to: &text)
  }

  /// Adds the weights of the alternative's inequalities that the numbers of the last pass amount to. In the first layer
  /// that `OutputCondition.reduce` added, inequalities a and b are the neurons a and a - b, their numbers w and u: the
  /// pass goes on with (w + u) a - u b.
  private func addWeights(_ alternative: Int, _ record: SearchRecord, to text: inout CertificateText) {
    guard !record.alternativeSizes.isEmpty else { return }
    let sizes = record.alternativeSizes
    let first = layout.offsets[record.layerCount] + sizes[..<alternative].reduce(0, +)
    for place in 0..<sizes[alternative] {
      let isSecond = !place.isMultiple(of: 2)
      let difference = isSecond ? first + place : place + 1 < sizes[alternative] ? first + place + 1 : nil
      let number =
        (isSecond ? 0 : numbers[first + place]) + (difference.map { isSecond ? -numbers[$0] : numbers[$0] } ?? 0)
      text.add(" a:\(place + 1)=")
      text.add(max(number, 0))
    }
  }

  /// Writes down how a bound of a neuron, with the state's numbers, is worked out.
  func record(_ record: SearchRecord, layer: Int, neuron: Int, isUpper: Bool) throws {
    var text = CertificateText()
    text.add("\(isUpper ? "upper" : "lower") \(layer + 1) \(neuron + 1)")
    addNumbers(depth: layer, to: &text)
    text.end()
    try record.addKnown(text)
  }
}
