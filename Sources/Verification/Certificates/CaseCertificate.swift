import Essentials
import Networks

/// The certificate of a property: of several boxes, each with a condition on the outputs.
public struct CaseCertificate {
  /// A box and the condition that no input of it is to meet.
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
  /// - Throws: `OutsideFailure` when a region is no box, or the files that state the question cannot be written.
  public init(at path: String, network: Network, cases: [Case]) throws {
    guard cases.allSatisfy({ $0.region.norm.isBox }) else {
      throw OutsideFailure("certificate: there is none yet of a property with a budget of changes")
    }
    (self.path, self.network, self.cases) = (path, network, cases)
    try NetworkFile.write(network, to: networkPath)
    try FileAccess.write(json.text() + "\n", to: problemPath)
  }

  private var json: JSON {
    func list(_ numbers: [Double]) -> JSON { .array(numbers.map { .number($0) }) }
    let all = cases.map { region, condition in
      let alternatives = condition.alternatives.map { alternative in
        JSON.array(
          alternative.map { .object(["outputs": list($0.coefficients), "constant": .number($0.constant)]) })
      }
      return JSON.object([
        "lower": list(region.lower), "upper": list(region.upper), "conditions": .array(alternatives),
      ])
    }
    return .object(["cases": .array(all)])
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
      guard search.answers(reduced, problem), let record = search.content.record, search.content.result.isProof,
        record.isComplete
      else { throw OutsideFailure("certificate: the search of case \(number + 1) proved nothing, or was not recorded") }
      let names = item.condition.certificateNames
      try file.write(CertificateText("region", "\(number + 1)").bytes)
      try record.writeKnown(to: file)
      for (alternative, root) in names.enumerated() {
        try file.write(CertificateText("against", "\(alternative + 1)").bytes)
        try record.writeTree(root, to: file)
      }
    }
    try file.finish()
  }

  /// Writes an input that meets a condition in real numbers.
  ///
  /// - Throws: `OutsideFailure` when it does not, or the file cannot be written.
  public func write(_ point: [Double]) throws {
    let isOne = try cases.contains { region, condition in
      guard region.boxViolation(of: point) <= 0, region.violation(of: point) <= 0 else { return false }
      let problem = try Problem(region: region, class: 0)
      return try Counterexample(point, network: network, condition: condition, problem: problem).isCertain
    }
    guard isOne else { throw OutsideFailure("certificate: without any rounding the point is no counterexample") }
    try Certificate.write(point, to: Certificate.begin(path, "adversarial", networkPath, problemPath))
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
