import Essentials
import SwiftProtobuf
import Tensors

/// The content of an ONNX file, as far as it was checked: nodes in order, constants, inputs and outputs.
///
/// It holds all that it needs, whatever becomes of the file: tensors in files beside it are read at once, and functions
/// of its own are written out.
public struct ONNXModel: Sendable {
  /// A tensor that comes in.
  public struct Input: Sendable {
    /// What the file calls it.
    public let name: String
    /// Its sizes; a leading axis without a fixed size, the batch, is 1.
    public let shape: [Int]
    /// The type of its numbers, a real one.
    public let type: ElementType

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
  }

  /// The file, for messages.
  public let path: String
  /// The inputs, in the file's order. Their elements one after the other, each in row-major order, are a network's.
  public let inputs: [Input]
  /// The names of the outputs that were asked for.
  public internal(set) var outputs: [String]
  /// What was left out at the end: activations, and the output that stayed.
  var dropped: [(node: ONNXNode, output: String)] = []
  /// The nodes that the outputs depend on, in an order in which each comes after those it needs.
  var nodes: [ONNXNode]
  /// The constants that they use, by name.
  let constants: [String: ONNXTensor]
  /// Text that travels with the network.
  let metadata: [String: String]
  /// What the file says of all that enters and leaves the graph.
  let interface: ONNXInterface

  /// The number of inputs' elements.
  public var inputCount: Int { inputs.reduce(0) { $0 + $1.count } }
  /// Whether inputs hold Float64 numbers, so that a network is computed in that precision.
  public var isDouble: Bool { inputs.contains { $0.type == .float64 } }

  /// Networks with more inputs than this are refused.
  static let inputLimit = 1 << 20

  /// Reads the file at `path`, gzipped or not.
  ///
  /// - Parameter outputs: which of the graph's values are the outputs, in this order; by default its one output.
  /// - Throws: `OutsideFailure` naming the file when it cannot be read, is not ONNX, or is not a graph of real inputs
  ///   with the outputs.
  public init(reading path: String, outputs: [String]? = nil) throws {
    try self.init(decoding: try FileAccess.readDecompressed(path), path: path, outputs: outputs)
  }

  /// Reads the content of a file.
  ///
  /// - Parameters:
  ///   - path: what messages call the file; tensors in other files are looked for in its folder.
  ///   - outputs: as in `init(reading:outputs:)`.
  /// - Throws: `OutsideFailure`; see `init(reading:outputs:)`.
  public init(decoding bytes: [UInt8], path: String, outputs: [String]? = nil) throws {
    try self.init(decoding: bytes, path: path, shapes: nil) { names in
      guard outputs != nil || names.count == 1 else {
        throw OutsideFailure(
          names.isEmpty
            ? "\(path): expected a network with an output, got none"
            : "\(path): it has \(names.count) outputs, \(ONNXModel.list(names)): output = \"\(names[0])\" takes one of them"
        )
      }
      return outputs ?? names
    }
  }

  /// Reads the file at `path` with everything that leaves its graph.
  ///
  /// - Parameters:
  ///   - inner: further values of the graph, which are to be outputs too, before the graph's own.
  ///   - shapes: the sizes of the inputs, for those that the file leaves open, where they are known.
  /// - Throws: `OutsideFailure`; see `init(reading:outputs:)`.
  init(reading path: String, inner: [String], shapes: [[Int]]?) throws {
    try self.init(decoding: try FileAccess.readDecompressed(path), path: path, shapes: shapes) { inner + $0 }
  }

  /// - Parameter choose: the outputs, given the names of the graph's own.
  private init(
    decoding bytes: [UInt8], path: String, shapes: [[Int]]?, choose: ([String]) throws -> [String]
  ) throws {
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): \(what)") }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    guard let model = try? Onnx_ModelProto(serializedBytes: bytes, partial: true, options: options), model.hasGraph
    else { throw failure("not a readable ONNX file: it is cut short, damaged or something else") }
    let graph = model.graph
    let nodes = try FunctionInlining.nodes(of: model, path: path)
    let computed = Set(nodes.flatMap(\.proto.output))
    let names = graph.output.map(\.name)
    outputs = try choose(names)
    for name in outputs where !names.contains(name) && !computed.contains(name) {
      throw failure("no output is called '\(name)'; there are \(ONNXModel.list(names))")
    }
    self.path = path
    metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { $1 }
    interface = ONNXInterface(graph)
    var contents = ONNXContents(path: path, outputs: outputs, shapes: shapes)
    try contents.read(graph, nodes)
    (self.nodes, constants, inputs) = (contents.nodes, contents.constants, contents.inputs)
  }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

  /// An error about a node.
  func failure(at node: ONNXNode, _ what: String) -> OutsideFailure {
    OutsideFailure("\(path): \(node.name) (\(node.type)): \(what)")
  }
}
