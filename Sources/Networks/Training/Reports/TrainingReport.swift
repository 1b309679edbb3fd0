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
