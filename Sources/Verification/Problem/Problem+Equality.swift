extension Problem {
  /// Whether `other` lets the adversary choose from exactly the same inputs.
  public func hasSameRegion(as other: Problem) -> Bool {
    norm == other.norm && input == other.input && epsilon == other.epsilon
      && region.boxLower == other.region.boxLower && region.boxUpper == other.region.boxUpper
      && region.imageRows == other.region.imageRows
  }
}
