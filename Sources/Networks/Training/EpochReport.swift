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
