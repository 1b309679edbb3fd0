/// What one batch did.
public struct BatchReport: Equatable, Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The batch in its epoch, from 1.
  public let batch: Int
  /// How many batches an epoch has.
  public let batchCount: Int
  /// The fit over the batch, before its step.
  public let fit: Fit
  /// The fit over the epoch's examples so far, each before its batch's step.
  public let epochFit: Fit
  /// Wall seconds since training began.
  public let seconds: Double
}
