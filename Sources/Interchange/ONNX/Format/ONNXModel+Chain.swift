import Tensors

extension ONNXModel {
  /// What a chain of matrices consists of beside ReLUs: constants that are multiplied, added and divided by, and what only
  /// changes shapes.
  private static let affine: Set = [
    "Add", "BatchNormalization", "Div", "Dropout", "Flatten", "Gemm", "Identity", "MatMul", "Mul", "Neg", "Reshape",
    "Squeeze", "Sub", "Unsqueeze",
  ]

  /// Whether the graph is matrices with ReLUs between, each reading what the one before gives and nothing else: what most
  /// tools make of a multilayer perceptron. The layers of such a file are known by their places.
  var isChainOfMatrices: Bool {
    guard inputs.count == 1, outputs.count == 1 else { return false }
    var current = inputs[0].name
    var computed: Set<String> = []
    for node in nodes {
      let variable = node.proto.input.filter { !$0.isEmpty && constants[$0] == nil && !computed.contains($0) }
      if variable.isEmpty {
        computed.formUnion(node.proto.output)
        continue
      }
      guard node.isStandard, node.type == "Relu" || ONNXModel.affine.contains(node.type), variable == [current],
        let output = node.proto.output.first
      else { return false }
      current = output
    }
    return current == outputs[0]
  }
}
