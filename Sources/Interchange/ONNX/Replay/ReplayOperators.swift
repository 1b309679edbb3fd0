import Glibc

/// Which operators can be run on tensors, and how.
enum ReplayOperators {
  typealias Function = @Sendable (ReplayNode) throws -> [ONNXTensor]

  /// Operators that only choose elements of operands, or put numbers in between, and compute nothing with them.
  static let moving: [String: Function] = [
    "Concat": { try $0.concatenated() },
    "DepthToSpace": { try $0.blocks(isDepth: false) },
    "Dropout": { try $0.dropout() },
    "Expand": { try $0.expanded() },
    "Flatten": { try $0.flattened() },
    "Gather": { try $0.gathered() },
    "GatherElements": { try $0.gatheredElements() },
    "GatherND": { try $0.gatheredSlices() },
    "Identity": { try $0.unchanged() },
    "Pad": { try $0.padded() },
    "Reshape": { try $0.reshaped() },
    "Resize": { try $0.resized() },
    "ScatterND": { try $0.scatteredSlices() },
    "Slice": { try $0.sliced() },
    "SpaceToDepth": { try $0.blocks(isDepth: true) },
    "Split": { try $0.split() },
    "Squeeze": { try $0.squeezed() },
    "Tile": { try $0.tiled() },
    "Transpose": { try $0.transposed() },
    "Unsqueeze": { try $0.unsqueezed() },
    "Upsample": { try $0.resized() },
    "Where": { try $0.chosen() },
  ]

  /// Operators whose results depend on the shapes of their operands alone, or that are wanted for constants.
  static let constant: [String: Function] = [
    "And": { try $0.combine(type: .boolean) { $0 != 0 && $1 != 0 ? 1 : 0 } },
    "Cast": { try $0.cast() },
    "CastLike": { try $0.cast() },
    "ArgMin": { try $0.place(sign: -1) },
    "Ceil": { try $0.map { $0.rounded(.up) } },
    "ConstantOfShape": { try $0.constantOfShape() },
    "DequantizeLinear": { try $0.dequantized() },
    "Equal": { try $0.combine(type: .boolean) { $0 == $1 ? 1 : 0 } },
    "Exp": { try $0.map(exp) },
    "Floor": { try $0.map { $0.rounded(.down) } },
    "Greater": { try $0.combine(type: .boolean) { $0 > $1 ? 1 : 0 } },
    "GreaterOrEqual": { try $0.combine(type: .boolean) { $0 >= $1 ? 1 : 0 } },
    "Less": { try $0.combine(type: .boolean) { $0 < $1 ? 1 : 0 } },
    "LessOrEqual": { try $0.combine(type: .boolean) { $0 <= $1 ? 1 : 0 } },
    "Log": { try $0.map(log) },
    "Mod": { try $0.remainder() },
    "Not": { try $0.map { $0 == 0 ? 1 : 0 } },
    "Or": { try $0.combine(type: .boolean) { $0 != 0 || $1 != 0 ? 1 : 0 } },
    "Pow": { try $0.combine(pow) },
    "Range": { try $0.range() },
    "Reciprocal": { try $0.map { 1 / $0 } },
    "ReduceProd": { try $0.reduce(empty: 1) { $0.reduce(1, *) } },
    "Round": { try $0.map { $0.rounded(.toNearestOrEven) } },
    "Shape": { try $0.size() },
    "Sign": { try $0.map { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 } },
    "Size": { try $0.elementCount() },
    "Sqrt": { try $0.map { $0.squareRoot() } },
  ]

  /// Affine and piecewise linear operators.
  static let computing: [String: Function] = [
    "Abs": { try $0.map(abs) },
    "Add": { try $0.combine(+) },
    "AveragePool": { try $0.averagePool() },
    "BatchNormalization": { try $0.normalization() },
    "Clip": { try $0.clip() },
    "Conv": { try $0.convolution() },
    "ConvTranspose": { try $0.transposedConvolution() },
    "Div": { try $0.quotient() },
    "Einsum": { try $0.einsum() },
    "Gemm": { try $0.generalProduct() },
    "GlobalAveragePool": { try $0.globalPool { $0.reduce(0, +) / Double($0.count) } },
    "GlobalMaxPool": { try $0.globalPool { $0.reduce(-.infinity, max) } },
    "HardSigmoid": { try $0.hardSigmoid() },
    "LeakyRelu": { try $0.leaky() },
    "MatMul": { try $0.matrixProduct() },
    "Max": { try $0.fold(max) },
    "MaxPool": { try $0.pool { covered, _ in covered.reduce(-.infinity, max) } },
    "Mean": { try $0.mean() },
    "Min": { try $0.fold(min) },
    "Mul": { try $0.combine(*) },
    "Neg": { try $0.map { -$0 } },
    "PRelu": { try $0.combine { $0 < 0 ? $0 * $1 : $0 } },
    "ReduceL1": { try $0.reduce(empty: 0) { $0.reduce(0) { $0 + abs($1) } } },
    "ReduceMax": { try $0.reduce(empty: nil) { $0.reduce(-.infinity, max) } },
    "ReduceMean": { try $0.reduce(empty: nil) { $0.reduce(0, +) / Double($0.count) } },
    "ReduceMin": { try $0.reduce(empty: nil) { $0.reduce(.infinity, min) } },
    "ReduceSum": { try $0.reduce(empty: 0) { $0.reduce(0, +) } },
    "Relu": { try $0.map { max($0, 0) } },
    "Sub": { try $0.combine(-) },
    "Sum": { try $0.fold(+) },
  ]

  /// What classifiers end in.
  static let last: [String: Function] = [
    "ArgMax": { try $0.place(sign: 1) },
    "LogSoftmax": { try $0.softmax(logarithm: true) },
    "Sigmoid": { try $0.map { 1 / (1 + exp(-$0)) } },
    "Softmax": { try $0.softmax(logarithm: false) },
    "Tanh": { try $0.map(tanh) },
  ]

  static func function(_ name: String) -> Function? {
    moving[name] ?? computing[name] ?? constant[name] ?? last[name]
  }
}

extension ReplayNode {
  /// What the node computes, one tensor for each of its outputs that are supported.
  ///
  /// - Throws: `NodeFailure` when the operator is not known, or its operands are not what it takes.
  func run() throws -> [ONNXTensor] {
    guard node.isStandard else { throw NodeFailure("operators of the domain '\(node.proto.domain)' are not supported") }
    guard let function = ReplayOperators.function(node.type) else {
      throw NodeFailure("the operator \(node.type) is not supported")
    }
    return try function(self)
  }
}
