/// What one epoch did.
public struct EpochReport: Equatable, Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// How many epochs there are to be.
  public let epochCount: Int
  /// The fit over the epoch's examples, each before its batch's step.
  public let training: Fit
  /// The fit of the validation examples after the epoch; nil without them.
  public let validation: Fit?
  /// The learning rate of the epoch.
  public let learningRate: Double
  /// Wall seconds that the epoch's steps took, without validation and checkpoints.
  public let seconds: Double
}
