import Essentials

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
