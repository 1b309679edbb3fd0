import Tensors

/// What classifiers end in beside layers: functions of the outputs that keep their order, or tell the largest.
extension ONNXModel {
  /// The last activation of an output, if its elements go through one and only change their shape or type after it.
  func lastActivation(of output: String) -> ONNXNode? {
    let unchanging: Set = ["Identity", "Cast", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze"]
    var name = output
    while let node = nodes.last(where: { $0.proto.output.first == name }), node.isStandard,
      let input = node.proto.input.first
    {
      if ReplayOperators.last[node.type] != nil { return node }
      guard unchanging.contains(node.type) else { return nil }
      name = input
    }
    return nil
  }

  /// The same graph, whose outputs are what goes into their last activations, where they have some: a Softmax,
  /// LogSoftmax, Sigmoid, Tanh or ArgMax, or one after the other.
  ///
  /// - Parameter isChosen: for which outputs, by their positions; all by default.
  public func droppingLast(of isChosen: (Int) -> Bool = { _ in true }) -> ONNXModel {
    var result = self
    for (index, output) in outputs.enumerated() where isChosen(index) {
      var activations: [ONNXNode] = []
      var name = output
      while let node = lastActivation(of: name) {
        name = node.proto.input[0]
        activations.append(node)
      }
      result.dropped += activations.map { ($0, name) }
      result.outputs[index] = name
    }
    result.nodes = nodes.needed(for: result.outputs)
    return result
  }

  /// Checks that a node which was left out keeps the order of all elements of what goes into it, of shape `shape`.
  ///
  /// - Throws: `NodeFailure` when it brings several groups of them to a scale of their own.
  static func checkOrder(_ node: ONNXNode, _ shape: [Int]) throws {
    guard node.type != "Sigmoid", node.type != "Tanh", !shape.isEmpty else { return }
    let isOld = node.version < 13 && node.type != "ArgMax"
    let fallback = node.type == "ArgMax" ? 0 : isOld ? 1 : -1
    let axis = try Shape.axis(node.integer("axis", default: fallback), rank: shape.count)
    let group = isOld ? shape[axis...].reduce(1, *) : shape[axis]
    guard group == shape.reduce(1, *) else {
      throw NodeFailure(
        "it takes groups of \(group) among outputs of shape \(Tensor.describe(shape: shape)), so that leaving it out "
          + "changes how those of two groups compare")
    }
  }
}
