import Essentials
import Testing

import Interchange

/// VNN-LIB 2.0: declarations, elements, and what the standard forbids.
@Suite("VNN-LIB 2.0 queries")
struct VNNLIBQueryTests {
  static let networks = """
    (vnnlib-version <2.0>)
    (declare-network f
      (declare-input A float32 [2, 2])
      (declare-input B float32 [])
      (declare-hidden H float32 [1,2] "inside")
      (declare-output Y float32 [3]))
    (declare-network g (isomorphic-to f)
      (declare-input C float32 [2,2]) (declare-input D float32 [])
      (declare-output Z float32 [3]))

    """
  static let box = """
    (assert (and (<= A [0,0] 1.0) (>= A[0, 0] 0.0) (<= 0.0 A[0,1] 1.0) (<= 0.0 A[1,0] 1.0) (<= 0.0 A[1,1] 1.0)))
    (assert (<= -1.0 B 1.0)) (assert (== B D)) (assert (== A[0,0] C[0,0])) (assert (== C[0,1] A[0,1]))
    (assert (== A[1,0] C[1,0])) (assert (<= 0.0 C[1,1] 0.5))

    """

  static func parse(_ text: String) throws -> VNNLIBProperty {
    try VNNLIBFile.decode(Array(text.utf8), path: "q.vnnlib")
  }

  @Test("several inputs, outputs, hidden values and networks, and elements by their indices")
  func elements() throws {
    let property = try Self.parse(
      Self.networks + Self.box + "(assert (>= (- Y[2] Z[2]) (* 0.5 H[0,1]))) (assert (<= (+ A[1,1] C[1,1]) Z[0]))")
    #expect(property.networks.map(\.name) == ["f", "g"])
    #expect(property.networks.map(\.relation) == [.none, .isomorphic(to: 0)])
    #expect(property.variables.map(\.name) == ["A", "B", "H", "Y", "C", "D", "Z"])
    #expect(property.variables.map(\.count) == [4, 1, 2, 3, 4, 1, 3])
    #expect(property.variables[2].nodeOutput == "inside")
    // A, B and C[1,1] are numbers of their own; all others are among them.
    #expect(
      property.inputCount == 6 && property.inputs.names == ["A[0,0]", "A[0,1]", "A[1,0]", "A[1,1]", "B", "C[1,1]"])
    #expect(property.cases.map(\.region.upper) == [[1, 1, 1, 1, 1, 0.5]])
    #expect(property.cases.map(\.region.lower) == [[0, 0, 0, 0, -1, 0]])
    // H, Y, Z, and the two inputs of the last assertion.
    #expect(property.outputCount == 10 && property.carried == [3, 5])
    #expect(
      property.cases[0].condition.alternatives == [
        [
          .init(coefficients: [0, -0.5, 0, 0, 1, 0, 0, -1, 0, 0]),
          .init(coefficients: [0, 0, 0, 0, 0, 1, 0, 0, -1, -1]),
        ]
      ])
  }

  @Test("bounds of Float32 numbers hold for what the type makes of them")
  func rounding() throws {
    let text = """
      (vnnlib-version <2.0>) (declare-network f (declare-input X TYPE [1]) (declare-output Y TYPE [1]))
      (assert (<= 0.1 X[0] 0.3)) (assert (>= Y[0] 0.0))
      """
    let real = try Self.parse(text.replacing("TYPE", with: "real")).cases[0].region
    #expect(real.lower == [0.1] && real.upper == [0.3])
    let single = try Self.parse(text.replacing("TYPE", with: "float32")).cases[0].region
    #expect(single.lower == [0.1] && single.upper == [Double(Float(0.3))] && single.upper[0] > 0.3)
  }

  /// Mistakes, the line on which they are, and what the message must name.
  static let mistakes: [(text: String, line: Int, parts: [String])] = [
    ("(assert (<= A[0] 1.0))", 10, ["2 indices of A, got 1"]),
    ("(assert (<= A[0,2] 1.0))", 10, ["index 2 of A", "below 2"]),
    ("(assert (<= A 1.0))", 10, ["2 indices of A, got 0"]),
    ("(assert (<= B[0] 1.0))", 10, ["0 indices of B, got 1"]),
    ("(assert (<= A[0,x] 1.0))", 10, ["whole numbers", "[0,x]"]),
    ("(assert (<= A[0,-1] 1.0))", 10, ["whole numbers"]),
    ("(assert (<= E[0] 1.0))", 10, ["'E'"]),
    ("(assert (<= (* Y[0] Y[1]) 1.0))", 10, ["product"]),
    ("(assert (<= Y[0] N[0]))(declare-const X_0 Real)", 10, ["'N'"]),
    ("(declare-const X_0 Real)", 10, ["networks"]),
    (
      "(assert (<= Y[0] 1.0))\n(declare-network h (declare-input P real [1]) (declare-output Q real [1]))", 11,
      ["before"]
    ),
    ("(declare-network f (declare-input P real [1]) (declare-output Q real [1]))", 10, ["f", "twice"]),
    ("(declare-network h (declare-input A real [1]) (declare-output Q real [1]))", 10, ["A", "twice"]),
    ("(declare-network h (declare-input P real [1]))", 10, ["h", "no output"]),
    ("(declare-network h (declare-output Q real [1])\n(declare-input P real [1]))", 11, ["inputs first"]),
    ("(declare-network h (declare-input P float33 [1]) (declare-output Q real [1]))", 10, ["float33", "float32"]),
    ("(declare-network h (declare-input P real [0]) (declare-output Q real [1]))", 10, ["positive sizes"]),
    ("(declare-network h (declare-input P real [99999,99999]) (declare-output Q real [1]))", 10, ["elements"]),
    ("(declare-network h (declare-input P real) (declare-output Q real [1]))", 10, ["declare-input X float32"]),
    (
      "(declare-network h (declare-input P real [1]) (declare-hidden R real [1]) (declare-output Q real [1]))", 10,
      ["\"node\""]
    ),
    ("(declare-network h (declare-input P_ real [1] initialized) (declare-output Q real [1]))", 10, ["declare-input"]),
    (
      "(declare-network h (equal-to k) (declare-input P real [1]) (declare-output Q real [1]))", 10, ["declared before"]
    ),
    (
      "(declare-network h (equal-to g) (declare-input P real [1]) (declare-output Q real [1]))", 10,
      ["g", "like another"]
    ),
    ("(declare-network h (equal-to f) (declare-input P real [1]) (declare-output Q real [1]))", 10, ["as many"]),
    (
      "(declare-network h (equal-to f) (declare-input P float32 [2,2]) (declare-input R float32 [1])"
        + "(declare-output Q float32 [3]))", 10, ["R", "shape", "B"]
    ),
    (
      "(declare-network h (equal-to f) (declare-input P float32 [2,2]) (declare-input R float64 [])"
        + "(declare-output Q float32 [3]))", 10, ["R", "type", "B"]
    ),
    ("(declare-network 2h (declare-input P real [1]) (declare-output Q real [1]))", 10, ["'2h'"]),
    (
      "(declare-network h (declare-input P float64 [1]) (declare-output Q int64 [1]))(assert (<= P[0] A[0,0]))", 10,
      ["float64", "float32"]
    ),
    (
      "(declare-network h (declare-input P float64 [1]) (declare-output Q int64 [1]))(assert (<= Q[0] 1.5))", 10,
      ["int64", "whole"]
    ),
    ("(vnnlib-version <2.0>)", 10, ["once"]),
  ]

  @Test("mistakes are named with file and line", arguments: mistakes)
  func names(_ mistake: (text: String, line: Int, parts: [String])) throws {
    let error = #expect(throws: OutsideFailure.self) { try Self.parse(Self.networks + mistake.text) }
    let message = error?.message ?? ""
    #expect(message.hasPrefix("q.vnnlib:\(mistake.line): "), "\(message)")
    for part in mistake.parts { #expect(message.contains(part), "\(message)") }
  }

  @Test("versions", arguments: [("1.0", false), ("2.0", true), ("2.7", true), ("3.0", false), ("x", false)])
  func versions(_ version: String, isRead: Bool) throws {
    let text = """
      (vnnlib-version <\(version)>) (declare-network f (declare-input X real [1]) (declare-output Y real [1]))
      (assert (<= 0 X[0] 1))
      """
    if isRead {
      #expect(try Self.parse(text).cases.count == 1)
    } else {
      #expect(throws: OutsideFailure.self) { try Self.parse(text) }
    }
  }

  @Test("names that stand for more and more are refused, not written out")
  func explosion() {
    let doubled = (1...30).map { "(define-fun f\($0) ((a Real)) Real (+ (f\($0 - 1) a) (f\($0 - 1) a)))" }
    let text =
      VNNLIBTests.declarations + "(define-fun f0 ((a Real)) Real a)" + doubled.joined() + "(assert (<= (f30 X_0) 1))"
    let error = #expect(throws: OutsideFailure.self) { try Self.parse(text) }
    #expect(error?.message.contains("parts") == true)
  }
}
