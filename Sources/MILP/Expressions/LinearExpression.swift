/// A constant plus a weighted sum of variables, built with `+ - *` or term by term.
///
/// A variable may appear in several terms; a model adds them up when the expression becomes a row or an objective.
public struct LinearExpression: Sendable, LinearOperand {
  /// One variable with its weight.
  public struct Term: Sendable, Hashable, BitwiseCopyable {
    /// The variable.
    public var variable: Variable
    /// Its weight.
    public var coefficient: Double

    /// Makes the term `coefficient * variable`.
    public init(_ coefficient: Double, _ variable: Variable) {
      self.variable = variable
      self.coefficient = coefficient
    }
  }

  /// The part without a variable.
  public var constant: Double

  /// The weighted variables in the order in which they were added.
  public private(set) var terms: [Term] = []

  /// Makes a constant, 0 by default.
  public init(constant: Double = 0) { self.constant = constant }

  package init(constant: Double, terms: [Term]) { (self.constant, self.terms) = (constant, terms) }

  /// Makes the expression that is just `variable`.
  public init(_ variable: Variable) {
    constant = 0
    terms = [Term(1, variable)]
  }

  /// Makes the sum of `coefficients[i] * variables[i]`; the longer of the two is cut off.
  public init(_ coefficients: some Sequence<Double>, _ variables: some Sequence<Variable>) {
    constant = 0
    terms = zip(coefficients, variables).map { Term($0, $1) }
  }

  /// Makes the sum of `variables`.
  public init(sumOf variables: some Sequence<Variable>) {
    constant = 0
    terms = variables.map { Term(1, $0) }
  }

  /// The expression itself.
  public var linearExpression: LinearExpression { self }

  /// Adds `coefficient * variable`.
  public mutating func add(_ coefficient: Double, _ variable: Variable) { terms.append(Term(coefficient, variable)) }

  /// Adds `factor * other`.
  public mutating func add(_ factor: Double, _ other: LinearExpression) {
    constant += factor * other.constant
    terms.append(contentsOf: other.terms.lazy.map { Term(factor * $0.coefficient, $0.variable) })
  }

  /// Makes room for `count` terms in all.
  public mutating func reserveCapacity(_ count: Int) { terms.reserveCapacity(count) }

  /// The value when each variable `v` is `point[v.index]`.
  public func value(at point: [Double]) -> Double {
    terms.reduce(constant) { $0 + $1.coefficient * point[$1.variable.index] }
  }
}
