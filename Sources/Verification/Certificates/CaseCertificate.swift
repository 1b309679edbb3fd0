import Essentials
import Networks

/// The certificate of a property: of several regions, each with a condition on the outputs.
public struct CaseCertificate {
  /// A region and the condition that no input of it is to meet.
  public typealias Case = (region: any InputRegion, condition: OutputCondition)

  private let path: String
  private let network: Network
  private let cases: [Case]
  /// The file of the network, as safetensors, beside the certificate.
  public var networkPath: String { "\(path).network.safetensors" }
  /// The file of what is asked, beside the certificate.
  public var problemPath: String { "\(path).problem.json" }

  /// A certificate at `path` about a network and cases.
  ///
  /// - Throws: `OutsideFailure` when the files that state the question cannot be written.
  public init(at path: String, network: Network, cases: [Case]) throws {
    (self.path, self.network, self.cases) = (path, network, cases)
    try NetworkFile.write(network, to: networkPath)
    try FileAccess.write(try json.text() + "\n", to: problemPath)
  }

  /// Regions as files of problems have them, each with its conditions in place of a class.
  private var json: JSON {
    get throws {
      .object(["cases": .array(try cases.map { try CaseCertificate.json(of: $0) })])
    }
  }

  private static func json(of item: Case) throws -> JSON {
    var members = try Problem(region: item.region, class: 0).json.object ?? [:]
    members["class"] = nil
    members["conditions"] = .array(
      item.condition.alternatives.map { alternative in
        .array(
          alternative.map {
            .object([
              "outputs": .array($0.coefficients.map { .number($0) }), "constant": .number($0.constant),
            ])
          })
      })
    return .object(members)
  }

  /// Writes the proof of recorded searches, one for each case, about what `OutputCondition.reduce` makes of it.
  ///
  /// - Throws: `OutsideFailure` when a search is about something else, was not recorded or proved nothing, or the file
  ///   cannot be written.
  public func write(_ searches: [Certified<BranchAndBound>]) throws {
    let file = try Certificate.begin(path, "robust", networkPath, problemPath)
    guard searches.count == cases.count else { throw OutsideFailure("certificate: a case has no recorded search") }
    for (number, (item, search)) in zip(cases, searches).enumerated() {
      let (reduced, problem) = try item.condition.reduce(network, over: item.region)
      guard search.answers(reduced, problem), let record = search.content.completeRecord else {
        throw OutsideFailure("certificate: the search of case \(number + 1) proved nothing, or was not recorded")
      }
      let trees = item.condition.certificateNames.enumerated().map { (against: $0, root: $1) }
      try record.write(region: number, trees, to: file)
    }
    try file.finish()
  }

  /// Writes an input that meets a condition in real numbers.
  ///
  /// - Throws: `Misuse` for another number of inputs, or ones that are not finite; `OutsideFailure` when it does not, or
  ///   the file cannot be written.
  public func write(_ point: [Double]) throws {
    guard point.count == network.inputCount, point.allSatisfy(\.isFinite) else {
      throw Misuse("certificate: expected \(network.inputCount) finite inputs, got \(point)")
    }
    for (region, condition) in cases {
      let problem = try Problem(region: region, class: 0)
      guard let inside = Recheck(network, problem).movedInside(point),
        try Counterexample(inside, network: network, condition: condition, problem: problem).isCertain
      else { continue }
      return try Certificate.write(inside, to: Certificate.begin(path, "adversarial", networkPath, problemPath))
    }
    throw OutsideFailure("certificate: without any rounding the point is no counterexample")
  }
}

extension OutputCondition {
  /// For each alternative the number of the rival, from 0, that a search of the reduced problem has in its place: rivals
  /// come in the order of the outputs.
  fileprivate var certificateNames: [Int] {
    guard misclassification != nil else { return Array(alternatives.indices) }
    let rivals = alternatives.map { $0[0].coefficients.firstIndex(of: 1) ?? 0 }
    let order = Set(rivals).sorted()
    return rivals.map { order.firstIndex(of: $0) ?? 0 }
  }
}
