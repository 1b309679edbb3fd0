import Essentials
import SwiftProtobuf

/// The content of an ONNX file, as far as it was checked: a graph with one input and one output.
///
/// What the operators mean is said elsewhere, and twice: `ONNXLowering` turns them into dense layers, `ONNXReplay` runs
/// them as they are. Nothing but this reading of the file is shared by the two.
public struct ONNXModel {
  /// The file, for messages.
  public let path: String
  /// The nodes that the output depends on, in an order in which each comes after those it needs.
  let nodes: [Onnx_NodeProto]
  /// The constant tensors by name.
  let initializers: [String: Onnx_TensorProto]
  /// The name of the input.
  let inputName: String
  /// The sizes of the input; a leading axis without a fixed size, the batch, is 1.
  public let inputShape: [Int]
  /// Whether the input holds Float64 numbers; Float32 otherwise.
  public let isDouble: Bool
  /// The name of the output.
  let outputName: String
  /// Text that travels with the network.
  let metadata: [String: String]

  /// The number of inputs.
  public var inputCount: Int { inputShape.reduce(1, *) }

  /// Networks with more inputs than this are refused: their dense layers would not fit into memory.
  static let inputLimit = 1 << 20

  /// Reads the file at `path`, gzipped or not.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be read, is not ONNX, or is not a graph with one input
  ///   and one output.
  public init(reading path: String) throws {
    try self.init(decoding: try FileAccess.readDecompressed(path), path: path)
  }

  /// Reads the content of a file.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `OutsideFailure`; see `init(reading:)`.
  public init(decoding bytes: [UInt8], path: String) throws {
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): \(what)") }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    guard let model = try? Onnx_ModelProto(serializedBytes: bytes, partial: true, options: options), model.hasGraph
    else { throw failure("not a readable ONNX file: it is cut short, damaged or something else") }
    let graph = model.graph
    var initializers: [String: Onnx_TensorProto] = [:]
    for tensor in graph.initializer {
      guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
        throw failure("the initializer '\(tensor.name)' occurs twice")
      }
    }
    let inputs = graph.input.filter { initializers[$0.name] == nil }
    guard inputs.count == 1, let input = inputs.first else {
      throw failure("expected a network with one input, got \(inputs.count)")
    }
    guard graph.output.count == 1, let output = graph.output.first else {
      throw failure("expected a network with one output, got \(graph.output.count)")
    }
    let tensorType = input.type.tensorType
    guard tensorType.elemType == TensorKind.float32 || tensorType.elemType == TensorKind.float64 else {
      throw failure("input '\(input.name)': expected Float32 or Float64 numbers, got type \(tensorType.elemType)")
    }
    self.path = path
    self.initializers = initializers
    inputName = input.name
    inputShape = try ONNXModel.shape(of: input, path: path)
    isDouble = tensorType.elemType == TensorKind.float64
    outputName = output.name
    metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { $1 }
    nodes = ONNXModel.needed(graph.node, for: output.name)
  }

  private static func shape(of input: Onnx_ValueInfoProto, path: String) throws -> [Int] {
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): input '\(input.name)': \(what)") }
    guard input.type.tensorType.hasShape else { throw failure("its shape is missing") }
    var count = 1
    return try input.type.tensorType.shape.dim.enumerated().map { axis, dimension in
      // A batch size that is left open is one.
      if dimension.dimValue <= 0, axis == 0 { return 1 }
      guard dimension.dimValue > 0 else {
        throw failure("expected a fixed size along axis \(axis + 1), got '\(dimension.dimParam)'")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension.dimValue))
      guard !overflow, product <= inputLimit else {
        throw failure("it has more than \(inputLimit) elements")
      }
      count = product
      return Int(dimension.dimValue)
    }
  }

  /// The nodes without those that nothing asks for.
  private static func needed(_ nodes: [Onnx_NodeProto], for output: String) -> [Onnx_NodeProto] {
    var wanted: Set = [output]
    var kept: [Onnx_NodeProto] = []
    for node in nodes.reversed() where node.output.contains(where: wanted.contains) {
      wanted.formUnion(node.input)
      kept.append(node)
    }
    return kept.reversed()
  }

  /// An error about the node at `index`.
  func failure(at index: Int, _ what: String) -> OutsideFailure {
    let node = nodes[index]
    let name = node.name.isEmpty ? "node \(index + 1)" : "node '\(node.name)'"
    return OutsideFailure("\(path): \(name) (\(node.opType)): \(what)")
  }
}
