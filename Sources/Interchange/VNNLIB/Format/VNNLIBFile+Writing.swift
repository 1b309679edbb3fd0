import Essentials
import Verification

extension VNNLIBFile {
  /// Writes `property` to `path`, so that a crash leaves either the old file or the whole new one.
  ///
  /// - Throws: `Misuse` when a region is neither a box nor a box with an L1 budget, or the property says more than
  ///   VNN-LIB 1.0 has words for here; `OutsideFailure` naming the file when it cannot be written.
  public static func write(_ property: VNNLIBProperty, to path: String) throws {
    try FileAccess.write(try encode(property), to: path)
  }

  /// The text of the file.
  ///
  /// - Throws: `Misuse`; see `write(_:to:)`.
  public static func encode(_ property: VNNLIBProperty) throws -> String {
    guard property.isOfOneNetwork else {
      throw Misuse(
        "VNN-LIB: expected regions and conditions on the outputs of one network, got a property that speaks of several "
          + "networks, of hidden values, of inputs and outputs together or of strict inequalities, or leaves inputs unbounded"
      )
    }
    var lines = [
      "; Written by vnnlua. Satisfiable when an input in the region meets the condition on the outputs.", "",
    ]
    lines += (0..<property.inputCount).map { "(declare-const X_\($0) Real)" }
    lines += (0..<property.outputCount).map { "(declare-const Y_\($0) Real)" }
    lines.append("")
    if property.cases.isEmpty {
      lines.append("(assert false)")
    } else if property.cases.count == 1, let only = property.cases.first {
      lines += try assertions(only.region).map { "(assert \($0))" } + [""]
      lines.append("(assert \(text(only.condition)))")
    } else {
      lines.append("(assert (or")
      for item in property.cases {
        let parts = try assertions(item.region) + [text(item.condition)]
        lines.append("  (and \(parts.joined(separator: " ")))")
      }
      lines.append("))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func assertions(_ region: any InputRegion) throws -> [String] {
    let isBudget = region.norm == .l1
    guard isBudget || region.norm.isBox else {
      throw Misuse(
        "VNN-LIB: expected a box or a box with an L1 budget, got a region of the norm \(region.norm.name)")
    }
    // An L∞ ball is a box too.
    let (lower, upper) = isBudget ? (region.boxLower, region.boxUpper) : (region.lower, region.upper)
    var lines = lower.indices.flatMap { index in
      ["(<= X_\(index) \(decimal(upper[index])))", "(>= X_\(index) \(decimal(lower[index])))"]
    }
    if isBudget {
      let terms = region.center.enumerated().map { "(abs (- X_\($0) \(decimal($1))))" }
      lines.append("(<= (+ \(terms.joined(separator: " "))) \(decimal(region.epsilon)))")
    }
    return lines
  }

  private static func text(_ condition: OutputCondition) -> String {
    let parts = condition.alternatives.map { "(and \($0.map(text).joined(separator: " ")))" }
    return parts.count == 1 ? parts[0] : "(or \(parts.joined(separator: " ")))"
  }

  private static func text(_ inequality: OutputInequality) -> String {
    let terms = inequality.coefficients.enumerated().filter { $0.element != 0 }
    let (positive, negative) = (terms.filter { $0.element > 0 }, terms.filter { $0.element < 0 })
    // What is usual is written as usual: one output against another or against a number.
    if terms.count <= 2, positive.count <= 1, negative.count <= 1, terms.allSatisfy({ abs($0.element) == 1 }) {
      switch (positive.first?.offset, negative.first?.offset, inequality.constant) {
      case (let above?, let below?, 0): return "(>= Y_\(above) Y_\(below))"
      case (let above?, nil, let constant): return "(>= Y_\(above) \(decimal(-constant)))"
      case (nil, let below?, let constant): return "(<= Y_\(below) \(decimal(constant)))"
      default: break
      }
    }
    let sum = terms.map { "(* \(decimal($0.element)) Y_\($0.offset))" } + [decimal(inequality.constant)]
    return "(>= (+ \(sum.joined(separator: " "))) 0.0)"
  }

  /// A number in full, as SMT-LIB has no exponents: the shortest digits that read back as the same number.
  static func decimal(_ number: Double) -> String {
    let parts = "\(abs(number))".split(separator: "e")
    let sign = number < 0 ? "-" : ""
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".")
    var (whole, fraction) = (Array(halves[0]), halves.count > 1 ? Array(halves[1]) : [])
    for _ in 0..<max(exponent, 0) { whole.append(fraction.isEmpty ? "0" : fraction.removeFirst()) }
    for _ in 0..<max(-exponent, 0) { fraction.insert(whole.popLast() ?? "0", at: 0) }
    while whole.count > 1, whole.first == "0" { whole.removeFirst() }
    while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
    return sign + String(whole.isEmpty ? ["0"] : whole) + "." + String(fraction.isEmpty ? ["0"] : fraction)
  }
}
