import Essentials
import Tensors

/// Trains a network to compute what another one computes at given inputs: G. Hinton, O. Vinyals, J. Dean, "Distilling the
/// Knowledge in a Neural Network", 2015, with squared errors of the outputs themselves, of which there is no scale to be
/// chosen. No data set is needed.
///
/// Every step is one of Adam on all inputs together. The learning rate is a fifth in the last 30 % of the steps.
public struct Distillation {
  /// How often the weights are moved; 100 by default.
  public var steps = 100
  /// Before it falls; 5e-3 by default.
  public var learningRate = 5e-3
  /// Which parameters may be other than zero, as in `TrainingOptions`.
  public var masks: [Tensor?]?
  /// The same for biases.
  public var biasMasks: [Tensor?]?
  /// What each input counts, above or equal to 0; nil, the default, for all alike.
  public var weights: [Double]?
  /// Whether inputs and outputs are brought to means of 0 and standard deviations of 1 inside the training; true by
  /// default, which a convolution that comes first or last does not take.
  public var standardizes = true
  /// Asked before every step but the first whether the training shall end; never by default.
  public var isOver: () -> Bool = { false }

  /// The defaults.
  public init() {}

  /// Trains `student` in place.
  ///
  /// - Parameter inputs: [count, inputs], count at least 1.
  /// - Returns: before the last step, the root of the mean square of student minus teacher, weighted; with `standardizes`
  ///   in standard deviations of each of the teacher's outputs. Nil without a step.
  /// - Throws: `Misuse` when networks, inputs, masks or weights do not fit each other; `OutsideFailure` when the error
  ///   does not stay finite, and the student then keeps the weights of the last step that was.
  public func run(_ student: Network, teacher: Network, inputs: Tensor) throws -> Double? {
    guard student.inputCount == teacher.inputCount, student.outputCount == teacher.outputCount else {
      throw Misuse(
        "distil: expected networks of equal inputs and outputs, got \(student.inputCount) to \(student.outputCount) and "
          + "\(teacher.inputCount) to \(teacher.outputCount)")
    }
    guard inputs.shape.count == 2, inputs.shape[0] > 0, inputs.shape[1] == teacher.inputCount else {
      throw Misuse(
        "distil: expected inputs of shape count x \(teacher.inputCount), got \(Tensor.describe(shape: inputs.shape))")
    }
    guard (0...1_000_000).contains(steps) else {
      throw Misuse("distil: expected steps from 0 to 1000000, got \(steps)")
    }
    let points = try Dataset(name: "points", rows: inputs, targets: try teacher.forward(batch: inputs))
    var options = TrainingOptions()
    (options.epochs, options.batchSize, options.shuffle) = (steps, points.count, false)
    (options.loss, options.exampleWeights, options.standardizes) = (.squares, weights, standardizes)
    (options.learningRate, options.weightDecay) = (learningRate, 0)
    options.schedule = .step(factor: 0.2, every: max(1, 7 * steps / 10))
    (options.masks, options.biasMasks) = (masks, biasMasks)
    let report = try Trainer(network: student, dataset: points, options: options).run(onEpoch: { _ in
      isOver() ? .stop : .proceed
    })
    return report.epochs.last.map { $0.training.loss.squareRoot() }
  }
}
