/// How well outputs fit what they should be, over a batch, an epoch, or a part of a data set.
public struct Fit: Equatable, Sendable {
  /// The mean loss; of standardised numbers where the training standardises.
  public let loss: Double
  /// The share that is on the right side: of the examples classified as their class, or with the logistic loss of the
  /// outputs that are above 0 just where the target is above 1/2. Nil for regressions.
  public let accuracy: Double?
  /// The root of the mean square of output minus target, over examples and outputs, in the targets' own units. Nil
  /// unless it is a regression.
  public let rootMeanSquare: Double?
  /// The coefficient of determination R^2, 1 minus the squared errors' sum over that of the targets' deviations from
  /// their mean: the mean over the outputs whose targets vary. Nil unless it is a regression, where no target varies,
  /// and for single batches.
  public let determination: Double?

  /// - Parameters:
  ///   - squares: of each output, the sum of squared errors in the targets' own units; nil unless it is a regression.
  ///   - deviations: of each target, the sum of squared deviations from its mean; nil for no R^2.
  init(loss: Double, accuracy: Double?, squares: [Double]?, deviations: [Double]?, count: Int) {
    self.loss = loss
    self.accuracy = accuracy
    rootMeanSquare = squares.map { ($0.reduce(0, +) / Double(count * $0.count)).squareRoot() }
    determination = squares.flatMap { squares in
      let shares = zip(squares, deviations ?? []).filter { $0.1 > 0 }.map { 1 - $0.0 / $0.1 }
      return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }
  }
}
