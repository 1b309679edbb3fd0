import Essentials

/// The operators of the standard that networks may consist of.
public enum ONNXOperators {
  /// Those that are lowered exactly, sorted. Beside them, any operator of constants alone is computed at once: see
  /// `constant`.
  public static let names: [String] =
    (Array(LoweringOperators.computing.keys) + Array(ReplayOperators.moving.keys)
    + ["Cast", "CastLike", "Constant", "ConstantOfShape", "Shape", "Size"]).sorted()

  /// The versions of the standard's operators that are read: the first in which all of them broadcast as they do today,
  /// and the last that changed none of them.
  public static let versions = 7...21

  /// Further operators, of constants alone, sorted.
  public static let constant: [String] = ReplayOperators.constant.keys.filter { !names.contains($0) }.sorted()

  /// Those that are left out at the end of a network where that is asked for, sorted.
  public static let last: [String] = ReplayOperators.last.keys.sorted()

  /// What there is to say about a node that cannot be lowered.
  static func refusal(of node: ONNXNode, in model: ONNXModel) -> NodeFailure {
    if last.contains(node.type) {
      let isLast = model.outputs.contains { model.lastActivation(of: $0)?.proto.output == node.proto.output }
      return NodeFailure(
        isLast
          ? "\(node.type) of the outputs is no layer: last = \"drop\" takes the network before it"
          : "the operator \(node.type) is not piecewise linear, and only at the end it can be left out")
    }
    if constant.contains(node.type) {
      return NodeFailure(
        "the operator \(node.type) is supported for constants only, and depends on the network's input")
    }
    let near = NearestName.of(node.type, in: names).map { " (near: \($0))" } ?? ""
    return NodeFailure(
      "the operator \(node.type) is not supported\(near); those that are: " + names.joined(separator: ", "))
  }
}
