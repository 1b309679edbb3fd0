/// What can stand in a linear expression beside numbers: a variable or an expression.
public protocol LinearOperand {
  /// The operand as an expression.
  var linearExpression: LinearExpression { get }
}

extension Variable: LinearOperand {
  /// The expression `1 * variable`.
  public var linearExpression: LinearExpression { LinearExpression(self) }
}

/// The sum of two operands.
public func + (a: some LinearOperand, b: some LinearOperand) -> LinearExpression {
  var sum = a.linearExpression
  sum.add(1, b.linearExpression)
  return sum
}

/// The sum of an operand and a number.
public func + (a: some LinearOperand, b: Double) -> LinearExpression {
  var sum = a.linearExpression
  sum.constant += b
  return sum
}

/// The sum of a number and an operand.
public func + (a: Double, b: some LinearOperand) -> LinearExpression { b + a }

/// The difference of two operands.
public func - (a: some LinearOperand, b: some LinearOperand) -> LinearExpression {
  var difference = a.linearExpression
  difference.add(-1, b.linearExpression)
  return difference
}

/// An operand less a number.
public func - (a: some LinearOperand, b: Double) -> LinearExpression { a + (-b) }

/// A number less an operand.
public func - (a: Double, b: some LinearOperand) -> LinearExpression {
  var difference = LinearExpression(constant: a)
  difference.add(-1, b.linearExpression)
  return difference
}

/// An operand scaled by a number.
public func * (a: Double, b: some LinearOperand) -> LinearExpression {
  var product = LinearExpression()
  product.add(a, b.linearExpression)
  return product
}

/// An operand scaled by a number.
public func * (a: some LinearOperand, b: Double) -> LinearExpression { b * a }

/// An operand with the opposite sign.
public prefix func - (a: some LinearOperand) -> LinearExpression { -1 * a }

/// Adds an operand in place.
public func += (a: inout LinearExpression, b: some LinearOperand) { a.add(1, b.linearExpression) }

/// Subtracts an operand in place.
public func -= (a: inout LinearExpression, b: some LinearOperand) { a.add(-1, b.linearExpression) }
