extension BranchAndBound {
  /// The record of a search that proved what it was asked; nil without one.
  var completeRecord: SearchRecord? {
    guard let record, result.isProof, record.isComplete else { return nil }
    return record
  }
}

extension SearchWorker {
  /// Begins the record anew, with a tree for every function, under the bounds that every checker works out.
  func beginRecord() throws {
    guard let record = search.record else { return }
    record.begin(roots: search.functions.count)
    try record.addKnown(layers(from: 0))
  }

  /// Writes down that a node is closed; its state is the relaxation's.
  ///
  /// - Parameter isEmpty: whether bounds crossed, so that no pass is needed.
  func recordClosed(_ node: SearchNode, isEmpty: Bool = false) throws {
    guard let record = search.record else { return }
    var text = layers(from: node.tightensFrom)
    text.add("leaf")
    if !isEmpty {
      relaxation.addLeaf(search.functions[node.function], node.function, below: threshold, record, to: &text)
    }
    text.end()
    try record.close(node.record, text)
  }

  /// Writes down that a node is divided by the phases of the neuron at `place`.
  ///
  /// - Returns: the number of its first child.
  func recordDivided(_ node: SearchNode, neuron place: Int) throws -> Int {
    let layer = relaxation.layout.layer(of: place)
    return try recordDivided(node, "split z \(layer + 1) \(place - relaxation.layout.offsets[layer] + 1)", at: 0)
  }

  /// Writes down that a node is divided along an input.
  ///
  /// - Returns: the number of its first child.
  func recordDivided(_ node: SearchNode, input: Int, at middle: Double) throws -> Int {
    try recordDivided(node, "split x \(input + 1)", at: middle)
  }

  private func recordDivided(_ node: SearchNode, _ words: String, at number: Double) throws -> Int {
    guard let record = search.record else { return 0 }
    var text = layers(from: node.tightensFrom)
    text.add(words + " ")
    text.add(number)
    text.end()
    return try record.divide(node.record, text)
  }

  /// The lines that bound the layers from `first` on anew.
  private func layers(from first: Int?) -> CertificateText {
    var text = CertificateText()
    let count = search.record?.layerCount ?? 0
    for index in min(first ?? count, count)..<count { text.line("layer \(index + 1)") }
    return text
  }
}
