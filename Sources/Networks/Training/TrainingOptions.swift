import Essentials
import Tensors

/// How a network is trained. The defaults are the paper's recipe for MNIST.
public struct TrainingOptions {
  /// How often the whole set is gone through, up to 1,000,000; 5 by default.
  public var epochs = 5
  /// What is made small; nil, the default, for squares where there are real targets and cross-entropy where there are
  /// classes.
  public var loss: Loss?
  /// Whether rows of numbers, and with them the targets of a regression, are brought to means of 0 and standard
  /// deviations of 1 inside the training; true by default. Pictures never are.
  public var standardizes = true
  /// How many examples make one step; 64 by default. The last batch of an epoch may be smaller.
  public var batchSize = 64
  /// The rule of a step; Adam with PyTorch's constants by default.
  public var optimizer = Optimizer.adam()
  /// The learning rate before the schedule; 1e-3 by default.
  public var learningRate = 1e-3
  /// L2 penalty added to the gradient of every parameter, as PyTorch's `weight_decay`; 1e-3 by default.
  public var weightDecay = 1e-3
  /// How the learning rate changes from epoch to epoch; it does not by default.
  public var schedule = LearningRateSchedule.constant
  /// Gradients with a larger Euclidean norm, over all parameters together, are scaled down to it; nil for no limit.
  public var gradientNormLimit: Double?
  /// Whether every epoch has an order of its own; true by default.
  public var shuffle = true
  /// Where the stream of random numbers starts: it draws the validation split, then every epoch's order.
  public var seed: UInt64 = 0
  /// One tensor per layer in the shape of its weight: where it is zero, the weight is and stays exactly zero. Nil, or
  /// an entry nil, for no mask.
  public var masks: [Tensor?]?
  /// The same for biases, one tensor per layer in the shape of its bias.
  public var biasMasks: [Tensor?]?
  /// What each example counts, from 0, relative to their mean; nil, the default, for all alike. For losses of numbers.
  var exampleWeights: [Double]?
  /// How many threads may work on it; 1 by default. A second one is used while it pays; more are of no use. No number
  /// depends on it.
  public var threads = 1
  /// Whether they also do so where it does not pay; for tests.
  package var sharesAlways = false
  /// The share of the examples, from 0 to below 1, that are kept apart for validation; 0 by default.
  public var validationShare = 0.0
  /// Examples for validation, in place of a share; nil by default.
  public var validation: Dataset?
  /// Stop when the validation loss has not improved for this many epochs, and go back to the best weights; nil, the
  /// default, for never.
  public var patience: Int?
  /// The file that checkpoints are written to, each replacing the last; nil, the default, for none.
  public var checkpointPath: String?
  /// A checkpoint is written after every so many epochs and after the last; 1 by default.
  public var checkpointEvery = 1

  /// The recipe for MNIST: Adam 1e-3, weight decay 1e-3, batches of 64, 5 epochs.
  public init() {}

  /// What is usual for a data set: the recipe for MNIST, and a learning rate of 3e-3 for rows of numbers, which are in
  /// standard units and mostly fewer, so that an epoch has fewer steps.
  public init(for dataset: Dataset) {
    self.init()
    if !dataset.isPictures { learningRate = 3e-3 }
  }

  /// Checks every option that does not depend on a network or data set.
  ///
  /// - Throws: `Misuse` naming the option, what was expected and what came.
  func validate() throws {
    func check(_ holds: Bool, _ name: String, _ expected: String, _ got: Any) throws {
      guard holds else { throw Misuse("train: expected \(name) \(expected), got \(got)") }
    }
    func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }
    try check((0...1_000_000).contains(epochs), "epochs", "from 0 to 1000000", epochs)
    try check((1...1 << 20).contains(batchSize), "batch_size", "from 1 to 1048576", batchSize)
    try check((1...1024).contains(threads), "threads", "from 1 to 1024", threads)
    try check(isPositive(learningRate), "learning_rate", "above 0", learningRate)
    try check(weightDecay >= 0 && weightDecay.isFinite, "weight_decay", "of at least 0", weightDecay)
    if let limit = gradientNormLimit { try check(isPositive(limit), "gradient_norm_limit", "above 0", limit) }
    try check((0..<1).contains(validationShare), "validation_share", "from 0 to below 1", validationShare)
    if let patience {
      try check(patience >= 1, "patience", "of at least 1", patience)
      try check(
        validationShare > 0 || validation != nil, "validation_share", "above 0 for early stopping, or a validation set",
        validationShare)
    }
    guard validationShare == 0 || validation == nil else {
      throw Misuse("train: expected either validation_share or validation, got both")
    }
    try loss?.validate()
    try check(checkpointEvery >= 1, "checkpoint_every", "of at least 1", checkpointEvery)
    try optimizer.validate()
    try schedule.validate()
  }
}
