import LuaHost
import MILP

/// What `+ - *` work on, where it lies: a number, a variable, or an expression, of which Lua holds a small one as bytes.
///
/// Scripts build rows of millions of such steps, so none of them makes a Swift object or an array.
struct ExpressionOperand {
  private typealias Term = LinearExpression.Term

  private enum Terms {
    case none
    case variable(Variable)
    /// Those of an expression that Lua holds as bytes.
    case bytes(UnsafeRawBufferPointer)
    case expression(LinearExpression)
  }

  private let constant: Double
  private let terms: Terms
  private let count: Int

  /// Longer expressions are objects: their memory counts at once, and a copy of theirs takes longer than an object.
  private static let largestPlainCount = 200

  private init(_ constant: Double, _ terms: Terms, count: Int) {
    (self.constant, self.terms, self.count) = (constant, terms, count)
  }

  /// The operand at `position`, valid until the function returns.
  init(_ call: Call, _ position: Int) throws {
    if let bytes = call.plainBytes(position, as: Box<LinearExpression>.self) {
      self.init(bytes)
    } else if let variable: Variable = call.boxedIfAny(position) {
      self.init(0, .variable(variable), count: 1)
    } else if let expression = call.objectIfAny(position, as: Box<LinearExpression>.self)?.value {
      self.init(expression)
    } else if call.kind(position) == .number {
      self.init(try call.double(position), .none, count: 0)
    } else {
      throw call.mismatch(position, expected: "an expression, a variable or a number")
    }
  }

  /// An expression.
  init(_ expression: LinearExpression) {
    self.init(expression.constant, .expression(expression), count: expression.terms.count)
  }

  /// An expression that was pushed as bytes.
  init(_ bytes: UnsafeRawBufferPointer) {
    let start = MemoryLayout<Double>.size
    self.init(
      bytes.load(as: Double.self), .bytes(UnsafeRawBufferPointer(rebasing: bytes[start...])),
      count: (bytes.count - start) / MemoryLayout<Term>.stride)
  }

  /// The operand as an expression.
  var expression: LinearExpression { ExpressionOperand.sum(1, self, 0, nil) }

  /// `a - b`.
  static func difference(_ a: ExpressionOperand, _ b: ExpressionOperand) -> LinearExpression { sum(1, a, -1, b) }

  /// `factor * a + otherFactor * b` as an expression.
  private static func sum(
    _ factor: Double, _ a: ExpressionOperand, _ otherFactor: Double, _ b: ExpressionOperand?
  ) -> LinearExpression {
    let count = a.count + (b?.count ?? 0)
    let terms = [Term](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        a.write(factor, to: start)
        b?.write(otherFactor, to: start + a.count)
      }
      initialized = count
    }
    return LinearExpression(constant: factor * a.constant + (b.map { otherFactor * $0.constant } ?? 0), terms: terms)
  }

  /// Pushes `factor * a + otherFactor * b`.
  static func push(
    _ factor: Double, _ a: ExpressionOperand, plus otherFactor: Double = 0, _ b: ExpressionOperand? = nil,
    on call: Call
  ) -> Int {
    let count = a.count + (b?.count ?? 0)
    guard count <= largestPlainCount else { return call.push(Box(sum(factor, a, otherFactor, b))) }
    let start = MemoryLayout<Double>.size
    let size = start + count * MemoryLayout<Term>.stride
    return call.pushPlain(Box<LinearExpression>.self, byteCount: size) { memory in
      memory.storeBytes(of: factor * a.constant + (b.map { otherFactor * $0.constant } ?? 0), as: Double.self)
      let terms = (memory + start).bindMemory(to: Term.self, capacity: count)
      a.write(factor, to: terms)
      b?.write(otherFactor, to: terms + a.count)
    }
  }

  private func write(_ factor: Double, to place: UnsafeMutablePointer<Term>) {
    switch terms {
    case .none: break
    case .variable(let variable): place.initialize(to: Term(factor, variable))
    case .bytes(let bytes): bytes.withMemoryRebound(to: Term.self) { write(factor, $0, to: place) }
    case .expression(let expression): expression.terms.withUnsafeBufferPointer { write(factor, $0, to: place) }
    }
  }

  private func write(_ factor: Double, _ terms: UnsafeBufferPointer<Term>, to place: UnsafeMutablePointer<Term>) {
    for (offset, term) in terms.enumerated() {
      (place + offset).initialize(to: Term(factor * term.coefficient, term.variable))
    }
  }
}
