import Essentials

/// What outputs of a network are unwanted: a disjunction of conjunctions of linear inequalities, as properties in
/// VNN-LIB have it (Demarchi et al., "Supporting standardization of neural networks verification with VNNLIB and
/// CoCoNet", FoMLAS 2023).
public struct OutputCondition: Sendable, Equatable {
  /// The condition holds where every inequality of one of these holds.
  public let alternatives: [[OutputInequality]]

  /// A disjunction of conjunctions.
  ///
  /// - Throws: `Misuse` unless there is an alternative, each has an inequality, all are over the same number of outputs
  ///   and all numbers are finite.
  public init(alternatives: [[OutputInequality]]) throws {
    guard let count = alternatives.first?.first?.coefficients.count, count > 0 else {
      throw Misuse("condition: expected at least one alternative with at least one inequality over the outputs")
    }
    for (number, alternative) in alternatives.enumerated() {
      guard !alternative.isEmpty else {
        throw Misuse("condition: expected at least one inequality in alternative \(number + 1)")
      }
      for inequality in alternative {
        guard inequality.coefficients.count == count else {
          throw Misuse(
            "condition: expected \(count) coefficients everywhere, got \(inequality.coefficients.count) in "
              + "alternative \(number + 1)")
        }
        guard inequality.constant.isFinite, inequality.coefficients.allSatisfy(\.isFinite) else {
          throw Misuse("condition: expected finite numbers, and alternative \(number + 1) has others")
        }
      }
    }
    self.alternatives = alternatives
  }

  /// The number of outputs that the condition is about.
  public var outputCount: Int { alternatives[0][0].coefficients.count }

  /// The largest over the alternatives of their smallest left side: the condition holds when it is not negative.
  public func margin(of outputs: [Double]) -> Double {
    alternatives.reduce(-.infinity) { best, alternative in
      max(
        best,
        alternative.reduce(.infinity) { smallest, inequality in
          let value = inequality.value(of: outputs)
          return value.isFinite ? min(smallest, value) : -.infinity
        })
    }
  }

  /// The classes c and t for which the condition says no more than "class t, or any other class when t is nil, is at
  /// least class c"; nil when it says something else.
  public var misclassification: (classIndex: Int, target: Int?)? {
    var rivals: Set<Int> = []
    var beaten: Set<Int> = []
    for alternative in alternatives {
      let coefficients = alternative[0].coefficients
      guard alternative.count == 1, alternative[0].constant == 0, let rival = coefficients.firstIndex(of: 1),
        let classIndex = coefficients.firstIndex(of: -1), coefficients.count(where: { $0 != 0 }) == 2
      else { return nil }
      rivals.insert(rival)
      beaten.insert(classIndex)
    }
    guard beaten.count == 1, let classIndex = beaten.first else { return nil }
    if rivals.count == outputCount - 1 { return (classIndex, outputCount == 2 ? rivals.first : nil) }
    return rivals.count == 1 ? (classIndex, rivals.first) : nil
  }
}
