import Essentials
import Interchange
import LuaHost
import Networks
import Tensors

/// `vnn.nn`: ReLU networks and their training.
enum NetworkModule {
  static let name = "vnn.nn"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("initializations", .array(Initialization.allCases.map { .string($0.rawValue) }))
      let versions = [ONNXOperators.versions.lowerBound, ONNXOperators.versions.upperBound]
      module.constant("onnx_operator_sets", .array(versions.map { .integer($0) }))
      module.constant("onnx_operators", .array(ONNXOperators.names.map { .string($0) }))
      module.function("mlp") { call in
        let widths = try call.ints(1)
        let schemes = Initialization.allCases.map(\.rawValue)
        let (scheme, seed) = try call.options(2) { options in
          (
            try options.string("initialization", oneOf: schemes, default: "xavier_uniform"),
            try options.int("seed", default: 0)
          )
        }
        return call.push(
          try Network.initialized(
            widths: widths, scheme: Initialization(rawValue: scheme) ?? .xavierUniform,
            seed: UInt64(bitPattern: Int64(seed))))
      }
      module.function("side_by_side") { call in call.push(try Network.sideBySide(try call.objects(1))) }
      module.function("difference") { call in
        let first: Network = try call.object(1)
        return call.push(try first.subtracting(try call.object(2)))
      }
      module.function("from_layers") { call in
        call.push(try Network(layers: try call.layers(1)))
      }
      module.function("load") { call in
        let path = try call.string(1)
        let (outputs, dropsLast) = try call.options(2, Self.outputs)
        return call.push(try NetworkFormat.read(path, outputs: outputs, dropsLast: dropsLast))
      }
      module.function("replay") { call in
        let path = try call.string(1)
        guard NetworkFormat.isONNX(path) else {
          throw call.failure(1, "expected a path that ends in .onnx or .onnx.gz, got \"\(path)\"")
        }
        let input = try call.numberList(2)
        let (outputs, dropsLast) = try call.options(3, Self.outputs)
        let model = try ONNXModel(reading: path, outputs: outputs)
        return call.push(try Tensor(try ONNXReplay.outputs(of: dropsLast ? model.droppingLast() : model, input: input)))
      }
      module.function("train", NetworkTraining.train)
      module.function("train_all", NetworkTraining.trainAll)
      module.function("distil", NetworkDistillation.distil)
      module.function("cross_entropy") { call in
        let network: Network = try call.object(1)
        let (loss, gradients) = try network.crossEntropy(batch: try call.object(2), labels: try call.classes(3))
        return call.push(loss) + call.push(gradients: gradients)
      }
      module.function("loss") { call in
        let network: Network = try call.object(1)
        let (batch, targets) = (try call.object(2, as: Tensor.self), try call.object(3, as: Tensor.self))
        let loss = try call.options(4) { try $0.loss() } ?? .squares
        let (value, gradients) = try network.loss(loss, batch: batch, targets: targets)
        return call.push(value) + call.push(gradients: gradients)
      }
      module.constant("losses", .array(Loss.names.map { .string($0) }))
      module.function("clip", clip)
      module.function("adam") { call in
        let network: Network = try call.object(1)
        return call.push(
          try call.options(2) { options in
            let beta1 = try options.double("beta1", default: 0.9)
            let beta2 = try options.double("beta2", default: 0.999)
            let epsilon = try options.double("epsilon", default: 1e-8)
            return try optimizer(network, .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), options)
          })
      }
      module.function("sgd") { call in
        let network: Network = try call.object(1)
        return call.push(
          try call.options(2) { options in
            try optimizer(network, .descent(momentum: try options.double("momentum", default: 0)), options)
          })
      }
    }
  }

  /// Which outputs of a file are a network's.
  private static func outputs(_ options: TableReader) throws -> (names: [String]?, dropsLast: Bool) {
    let name = try options.optionalString("output")
    return (name.map { [$0] }, try options.string("last", oneOf: ["keep", "drop"], default: "keep") == "drop")
  }

  private static func optimizer(
    _ network: Network, _ rule: Optimizer, _ options: TableReader
  ) throws -> ParameterOptimizer {
    try ParameterOptimizer(
      network: network, optimizer: rule, learningRate: try options.double("learning_rate", default: 1e-3),
      weightDecay: try options.double("weight_decay", default: 0))
  }

  /// `nn.clip(gradients, limit)`: scales gradients in place so that their common norm is at most the limit, as
  /// `torch.nn.utils.clip_grad_norm_`; the norm before.
  private static func clip(_ call: Call) throws -> Int {
    let gradients = try call.gradients(1).flatMap { [$0.weight, $0.bias] }
    let limit = try call.double(2)
    guard limit > 0 else { throw call.failure(2, "expected a limit above 0, got \(limit)") }
    let norm = try Tensor(gradients.map { try $0.reduce(.norm2) }).reduce(.norm2)
    if norm > limit { for gradient in gradients { gradient.update(.multiply, limit / (norm + 1e-6)) } }
    return call.push(norm)
  }
}

extension Call {
  /// Pushes gradients as a sequence of tables `{ weight = tensor, bias = tensor }`, first layer first.
  func push(gradients: [LayerGradient]) -> Int {
    push(.array(gradients.map { .table([("weight", .object($0.weight)), ("bias", .object($0.bias))]) }))
  }

  /// The gradients at `position`, as `push(gradients:)` makes them.
  func gradients(_ position: Int) throws -> [LayerGradient] {
    try elements(position, of: "gradients", expected: "a table { weight = tensor, bias = tensor }") { call in
      guard call.kind(1) == .table else { return nil }
      let table = try call.table(1)
      return LayerGradient(weight: try table.object("weight"), bias: try table.object("bias"))
    }
  }
}
