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
  /// The mean cross-entropy of the epoch's images so far, each before its batch's step.
  public let epochLoss: Double
  /// The share of the epoch's images so far that were classified correctly, likewise.
  public let epochAccuracy: Double
  /// Wall seconds since training began.
  public let seconds: Double
}
