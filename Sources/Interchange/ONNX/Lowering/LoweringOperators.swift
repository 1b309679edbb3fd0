import Networks

/// Which operators of the network's input can be lowered, and how.
enum LoweringOperators {
  typealias Function = @Sendable (LoweringNode, inout NetworkBuilder) throws -> LoweredValue

  /// Affine and piecewise linear operators. Those that only move elements are `ReplayOperators.moving`.
  static let computing: [String: Function] = [
    "Abs": { try $0.absolute(&$1) },
    "Add": { node, _ in try node.sum(sign: 1) },
    "AveragePool": { try $0.averagePool(&$1) },
    "BatchNormalization": { node, _ in try node.normalization() },
    "Clip": { try $0.clip(&$1) },
    "Conv": { try $0.convolution(&$1) },
    "ConvTranspose": { try $0.transposedConvolution(&$1) },
    "Div": { node, _ in try node.quotient() },
    "Einsum": { try $0.einsum(&$1) },
    "Gemm": { try $0.generalProduct(&$1) },
    "GlobalAveragePool": { try $0.globalAveragePool(&$1) },
    "GlobalMaxPool": { try $0.globalMaxPool(&$1) },
    "HardSigmoid": { try $0.hardSigmoid(&$1) },
    "LeakyRelu": { try $0.leaky(&$1) },
    "MatMul": { try $0.matrixProduct(&$1) },
    "Max": { try $0.extreme(sign: 1, &$1) },
    "MaxPool": { try $0.maxPool(&$1) },
    "Mean": { node, _ in try node.sum(times: 1 / Double(node.operands.count)) },
    "Min": { try $0.extreme(sign: -1, &$1) },
    "Mul": { node, _ in try node.product() },
    "Neg": { node, _ in try node.operand(0).scaled(by: -1) },
    "PRelu": { try $0.parametric(&$1) },
    "ReduceL1": { try $0.reducedAbsolute(&$1) },
    "ReduceMax": { try $0.reducedExtreme(sign: 1, &$1) },
    "ReduceMean": { try $0.reducedSum(isMean: true, &$1) },
    "ReduceMin": { try $0.reducedExtreme(sign: -1, &$1) },
    "ReduceSum": { try $0.reducedSum(isMean: false, &$1) },
    "Relu": { try $0.rectified(&$1) },
    "Sub": { node, _ in try node.sum(sign: -1) },
    "Sum": { node, _ in try node.sum(times: 1) },
  ]
}
