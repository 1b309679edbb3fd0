import Essentials
import Networks
import Tensors
import Testing

@Suite struct DistillationTests {
  private func points(_ count: Int, _ inputs: Int, seed: UInt64) throws -> Tensor {
    var random = RandomSource(seed: seed)
    return try Tensor((0..<count * inputs).map { _ in random.uniform(-2, 5) }, shape: [count, inputs])
  }

  /// Steps of Adam in Float64 on the weighted mean of squares, with the gradients that `Network.loss` gives.
  @Test(arguments: [1, 50, 130]) func stepsAgreeWithFloat64(_ count: Int) throws {
    let (teacher, student) = (try randomNetwork([4, 9, 3], seed: 1), try randomNetwork([4, 7, 3], seed: 2))
    let inputs = try points(count, 4, seed: UInt64(count))
    var random = RandomSource(seed: 3)
    let weights = (0..<count).map { _ in Double(1 + random.below(4)) }
    let mask = Tensor.zeros([7, 4])
    for k in 0..<28 where k % 3 == 0 { mask.base[k] = 1 }
    for k in 0..<28 { student.layers[0].weight.base[k] *= mask.base[k] }

    let expected = try student.copy()
    let optimizer = try ParameterOptimizer(network: expected, learningRate: 5e-3)
    // An example that counts w times as much is there w times.
    let rows = weights.indices.flatMap { row in [Int](repeating: row, count: Int(weights[row])) }
    let repeated = try Tensor(
      rows.flatMap { row in (0..<4).map { inputs.array[4 * row + $0] } }, shape: [rows.count, 4])
    let targets = try teacher.forward(batch: repeated)
    var last = 0.0
    for step in 0..<20 {
      optimizer.learningRate = step < 14 ? 5e-3 : 1e-3
      let (loss, gradients) = try expected.loss(.squares, batch: repeated, targets: targets)
      last = loss
      try optimizer.step(gradients, masks: [mask, nil])
    }

    var distillation = Distillation()
    (distillation.steps, distillation.standardizes) = (20, false)
    (distillation.weights, distillation.masks) = (weights, [mask, nil])
    let error = try #require(try distillation.run(student, teacher: teacher, inputs: inputs))
    #expect(abs(error - last.squareRoot()) < 1e-5 * last.squareRoot(), "\(count) points")
    #expect(largestDifference(parameters(student), parameters(expected)) < 3e-5, "\(count) points")
  }

  @Test func aStudentInOtherUnitsLearnsItsTeacher() throws {
    let teacher = try randomNetwork([3, 8, 2], seed: 4)
    // The same function of inputs around 1000 and outputs in thousands.
    let units = try Scaling.Units(offset: [1000, 1000, 1000], factor: [10, 10, 10])
    let far = try teacher.folding(Scaling(input: units, output: Scaling.Units(offset: [5, 6], factor: [4e3, 4e3])))
    let inputs = try points(300, 3, seed: 5)
    for k in 0..<inputs.count { inputs.base[k] = 1000 + 10 * inputs.base[k] }
    let student = try Network.initialized(widths: [3, 24, 2], seed: 6)
    var distillation = Distillation()
    (distillation.steps, distillation.learningRate) = (800, 2e-2)
    let error = try #require(try distillation.run(student, teacher: far, inputs: inputs))
    #expect(error < 0.1)
    let (own, theirs) = (try student.forward(batch: inputs).array, try far.forward(batch: inputs).array)
    let deviation = theirs.map { abs($0) }.max() ?? 1
    #expect(largestDifference(own, theirs) < 0.5 * deviation)
  }

  /// A batch's products may round equal rows differently; that is nothing to be learnt.
  @Test func equalPointsAreOnePoint() throws {
    let (teacher, student) = (try randomNetwork([40, 30, 20, 10], seed: 7), try randomNetwork([40, 8, 10], seed: 8))
    let row = randomInput(40, seed: 9)
    let inputs = try Tensor((0..<5 * 40).map { row[$0 % 40] }, shape: [5, 40])
    let error = try #require(try Distillation().run(student, teacher: teacher, inputs: inputs))
    #expect(error < 10)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let (teacher, student) = (try randomNetwork([3, 4, 2], seed: 1), try randomNetwork([3, 2], seed: 2))
    let inputs = try points(5, 3, seed: 3)
    func expect(
      _ words: String, _ inputs: Tensor, _ student: Network, _ change: (inout Distillation) -> Void = { _ in }
    ) {
      var distillation = Distillation()
      change(&distillation)
      let error = #expect(throws: Misuse.self) { try distillation.run(student, teacher: teacher, inputs: inputs) }
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
    try expect("equal inputs", inputs, randomNetwork([3, 1], seed: 1))
    try expect("count x 3", points(5, 4, seed: 1), student)
    expect("each of 5", inputs, student) { $0.weights = [1] }
    expect("from 0", inputs, student) { $0.weights = [1, 1, -1, 1, 1] }
    expect("above 0", inputs, student) { $0.weights = [0, 0, 0, 0, 0] }
    expect("steps", inputs, student) { $0.steps = -1 }
    inputs.base[2] = .nan
    expect("finite", inputs, student)
  }
}
