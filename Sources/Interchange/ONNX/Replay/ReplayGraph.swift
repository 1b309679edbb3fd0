import Essentials

/// The values of a graph while it runs in one precision.
struct ReplayGraph<Scalar: BinaryFloatingPoint> {
  /// A reason why a node cannot be run.
  struct Failure: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  /// Results with more elements than this are refused.
  static var elementLimit: Int { 1 << 24 }

  private let model: ONNXModel
  private var values: [String: Value] = [:]

  init(_ model: ONNXModel) { self.model = model }

  func run(_ input: [Scalar]) throws -> [Double] {
    var graph = self
    graph.values[model.inputName] = Value(shape: model.inputShape, elements: input)
    for (index, node) in model.nodes.enumerated() {
      do {
        let operands = try node.input.map { $0.isEmpty ? nil : try graph.operand($0) }
        let result = try ReplayOperators<Scalar>(node: node, operands: operands).run()
        graph.values[node.output.first ?? ""] = result
      } catch let failure as Failure {
        throw model.failure(at: index, "replay: \(failure.message)")
      }
    }
    guard let output = graph.values[model.outputName] else {
      throw OutsideFailure("\(model.path): replay: nothing computes the output '\(model.outputName)'")
    }
    return output.elements.map { Double($0) }
  }

  private mutating func operand(_ name: String) throws -> Value {
    if let value = values[name] { return value }
    guard let tensor = model.initializers[name] else { throw Failure("the input '\(name)' does not exist") }
    let value = try Self.value(of: tensor)
    values[name] = value
    return value
  }

  /// The numbers of a tensor of the file.
  static func value(of tensor: Onnx_TensorProto) throws -> Value {
    guard tensor.dataLocation != .external else { throw Failure("'\(tensor.name)' is in another file") }
    let elements: [Scalar] =
      switch tensor.dataType {
      case 1: numbers(tensor, tensor.floatData).map { Scalar($0) }
      case 11: numbers(tensor, tensor.doubleData).map { Scalar($0) }
      case 6: numbers(tensor, tensor.int32Data).map { Scalar($0) }
      case 7: numbers(tensor, tensor.int64Data).map { Scalar($0) }
      default: throw Failure("'\(tensor.name)' holds numbers of type \(tensor.dataType)")
      }
    let shape = tensor.dims.map(Int.init)
    var count = 1
    for size in shape {
      guard size >= 0, count <= elements.count else { throw Failure("'\(tensor.name)' does not fill its shape") }
      count = count.multipliedReportingOverflow(by: size).partialValue
    }
    guard count == elements.count else { throw Failure("'\(tensor.name)' does not fill its shape") }
    return Value(shape: shape, elements: elements)
  }

  /// The numbers of a tensor, from its raw bytes where it has them and else as they are listed.
  private static func numbers<Stored: BitwiseCopyable>(_ tensor: Onnx_TensorProto, _ listed: [Stored]) -> [Stored] {
    guard tensor.hasRawData else { return listed }
    let size = MemoryLayout<Stored>.size
    return tensor.rawData.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Stored.self) }
    }
  }
}
