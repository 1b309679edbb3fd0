/// What older operator sets wrote as attributes and today's take as inputs. A node is read in today's form, so that
/// whoever runs or lowers it knows only that.
extension ONNXNode {
  /// By operator, the attributes and which input each became, counted from 0.
  private static let inputs: [String: KeyValuePairs<String, Int>] = [
    "Clip": ["min": 1, "max": 2],
    "ConstantOfShape": ["value": 1],
    "Pad": ["pads": 1, "paddings": 1, "value": 2],
    "ReduceL1": axes, "ReduceMax": axes, "ReduceMean": axes, "ReduceMin": axes, "ReduceProd": axes, "ReduceSum": axes,
    "Reshape": ["shape": 1],
    "Slice": ["starts": 1, "ends": 2, "axes": 3],
    "Split": ["split": 1],
    "Squeeze": axes, "Unsqueeze": axes,
    "Upsample": ["scales": 1],
  ]
  private static let axes: KeyValuePairs = ["axes": 1]

  /// The node with such attributes as inputs.
  ///
  /// - Parameter define: makes a constant of an attribute and returns its name.
  func upgraded(_ define: (Onnx_AttributeProto) throws -> String) rethrows -> ONNXNode {
    guard isStandard, let inputs = ONNXNode.inputs[type] else { return self }
    var proto = proto
    for (name, position) in inputs {
      guard let attribute = attribute(name), position >= proto.input.count || proto.input[position].isEmpty else {
        continue
      }
      while proto.input.count <= position { proto.input.append("") }
      proto.input[position] = try define(attribute)
    }
    return ONNXNode(proto: proto, name: name, version: version)
  }

  /// The shape that a second operand is stretched from.
  ///
  /// Before operator set 7, an axis said where it is laid along the first one, and the slopes of PRelu lay along the
  /// second axis, the channels.
  func aligned(_ shape: [Int], to first: [Int]) throws -> [Int] {
    let isSlopes = type == "PRelu" && shape.count == 1 && shape[0] > 1 && first.count > 2
    guard version < 7, attribute("axis") != nil || isSlopes else { return shape }
    let axis = isSlopes ? 1 : try Shape.axis(integer("axis", default: 0), rank: first.count)
    let missing = first.count - axis - shape.count
    return shape + [Int](repeating: 1, count: max(missing, 0))
  }
}
