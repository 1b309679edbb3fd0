import Essentials
import Tensors

/// Runs an ONNX graph operator by operator in the file's own precision, as a runtime of the field would.
///
/// A counterexample is tried here before it is believed: this shares with `ONNXLowering` the reading of the file and no
/// code that knows what an operator means, works on whole tensors by plain loops, and takes its numbers from the file
/// itself.
public enum ONNXReplay {
  /// The elements of the output for `input`, the elements of the network's input in row-major order.
  ///
  /// - Throws: `Misuse` when the number of inputs is wrong; `OutsideFailure` naming file and node when an operator is
  ///   not known here or shapes do not fit.
  public static func outputs(of model: ONNXModel, input: [Double]) throws -> [Double] {
    guard input.count == model.inputCount else {
      throw Misuse("replay: expected \(model.inputCount) inputs, got \(input.count)")
    }
    return model.isDouble
      ? try ReplayGraph<Double>(model).run(input) : try ReplayGraph<Float>(model).run(input.map(Float.init))
  }
}

/// The values of a graph while it runs in one precision.
struct ReplayGraph<Scalar: BinaryFloatingPoint> {
  /// A tensor in row-major order. Whole numbers, such as sizes, are stored as `Scalar` too; they are small.
  struct Value {
    var shape: [Int]
    var elements: [Scalar]

    subscript(position: [Int]) -> Scalar {
      var offset = 0
      for (size, coordinate) in zip(shape, position) { offset = offset * size + coordinate }
      return elements[offset]
    }

    /// The element that this tensor, stretched by NumPy's rules, has at `position`.
    func stretched(_ position: [Int]) -> Scalar {
      var offset = 0
      for (size, coordinate) in zip(shape, position.suffix(shape.count)) {
        offset = offset * size + (size == 1 ? 0 : coordinate)
      }
      return elements[offset]
    }

    /// Calls `body` with every position, in row-major order.
    static func each(_ shape: [Int], _ body: ([Int]) -> Void) {
      guard !shape.contains(0) else { return }
      var position = [Int](repeating: 0, count: shape.count)
      while true {
        body(position)
        var axis = shape.count - 1
        while axis >= 0 {
          position[axis] += 1
          if position[axis] < shape[axis] { break }
          position[axis] = 0
          axis -= 1
        }
        if axis < 0 { return }
      }
    }

    /// A tensor whose element at each position is given by `element`.
    init(_ shape: [Int], _ element: ([Int]) -> Scalar) {
      self.shape = shape
      var elements: [Scalar] = []
      Value.each(shape) { elements.append(element($0)) }
      self.elements = elements
    }

    init(shape: [Int], elements: [Scalar]) {
      self.shape = shape
      self.elements = elements
    }
  }

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
