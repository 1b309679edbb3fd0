/// What one batch did.
public struct BatchReport: Equatable, Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The batch in its epoch, from 1.
  public let batch: Int
  /// How many batches an epoch has.
  public let batchCount: Int
  /// The mean cross-entropy of the batch, before its step.
  public let loss: Double
  /// The share of the batch that was classified correctly, before its step.
  public let accuracy: Double
  /// Wall seconds since training began.
  public let seconds: Double
}

/// What one epoch did.
public struct EpochReport: Equatable, Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// How many epochs there are to be.
  public let epochCount: Int
  /// The mean cross-entropy over the epoch's images, each before its batch's step.
  public let loss: Double
  /// The share of the epoch's images that were classified correctly, each before its batch's step.
  public let accuracy: Double
  /// The mean cross-entropy of the validation images after the epoch; nil without them.
  public let validationLoss: Double?
  /// The accuracy on the validation images after the epoch; nil without them.
  public let validationAccuracy: Double?
  /// The learning rate of the epoch.
  public let learningRate: Double
  /// Wall seconds that the epoch's steps took, without validation and checkpoints.
  public let seconds: Double
}

/// What an observer wants of the training.
public enum TrainingAnswer: Sendable {
  /// Go on.
  case proceed
  /// Stop here and keep the weights as they are.
  case stop
}

/// How a training ended.
public struct TrainingReport: Equatable, Sendable {
  /// Why a training ended.
  public enum Reason: String, Sendable {
    /// All epochs are done.
    case finished
    /// The validation loss stopped improving; the weights are those of the best epoch.
    case earlyStopping = "early_stopping"
    /// An observer asked for it.
    case stopped
  }

  /// Why it ended.
  public let reason: Reason
  /// The epochs that were completed in this run, in order.
  public let epochs: [EpochReport]
  /// Mean wall seconds of an epoch's steps; 0 without epochs.
  public var secondsPerEpoch: Double {
    epochs.isEmpty ? 0 : epochs.reduce(0) { $0 + $1.seconds } / Double(epochs.count)
  }
}
