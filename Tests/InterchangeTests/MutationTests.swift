import Essentials
import FoundationEssentials
import Interchange
import Networks
import Tensors
import TestSupport
import Testing

/// 10,000 damaged files of each kind, or VNNLUA_MUTATIONS: every one is read or refused with a message that names it;
/// nothing crashes, hangs or takes much memory.
@Suite("Damaged files")
struct MutationTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["VNNLUA_MUTATIONS"].flatMap { Int($0) } ?? 10_000

  /// Cuts, flips, copies and overwrites pieces of a file.
  static func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
    var result = bytes
    for _ in 0..<1 + random.below(4) where !result.isEmpty {
      let place = random.below(result.count)
      switch random.below(6) {
      case 0: result.removeSubrange(place...)
      case 1: result[place] ^= 1 << UInt8(random.below(8))
      case 2: result[place] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(ascii: "("), UInt8(ascii: "9")][random.below(7)]
      case 3: result.removeSubrange(place..<min(place + 1 + random.below(8), result.count))
      case 4:
        let piece = result[place..<min(place + 1 + random.below(16), result.count)]
        result.insert(contentsOf: piece, at: random.below(result.count))
      default: result[place] &+= UInt8(random.below(3)) &- 1
      }
    }
    return result
  }

  /// Reads damaged copies, as files of that name, and returns how many were refused.
  func refused(
    _ originals: [[UInt8]], seed: UInt64, name: String = "file", _ read: ([UInt8]) throws -> Void
  ) -> Int {
    var random = RandomSource(seed: seed)
    var count = 0
    for round in 0..<Self.rounds {
      do {
        try read(Self.mutated(originals[round % originals.count], &random))
      } catch let failure as OutsideFailure {
        count += 1
        if !failure.message.hasPrefix(name) { Issue.record("seed \(seed), round \(round): \(failure.message)") }
      } catch {
        Issue.record("seed \(seed), round \(round): \(error)")
      }
    }
    return count
  }

  @Test("ONNX")
  func onnx() throws {
    let network = try randomNetwork([4, 3, 2], seed: 1)
    let originals = [
      try ONNXFile.encode(network), try ONNXFile.encode(network, elementType: .float64), ConvolutionModel.bytes,
    ]
    for original in originals { _ = try ONNXFile.decode(original, path: "file") }
    let count = refused(originals, seed: 2) { bytes in
      let model = try ONNXModel(decoding: bytes, path: "file")
      _ = try ONNXFile.decode(bytes, path: "file")
      _ = try ONNXReplay.outputs(of: model, input: [Double](repeating: 0.5, count: model.inputCount))
    }
    #expect((Self.rounds / 10...Self.rounds - 10).contains(count))
  }

  @Test(
    "ONNX of every operator and storage",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func everyKind() throws {
    try withTemporaryDirectory { folder in
      let script = "\(packageDirectory)/Tests/InterchangeTests/operators.py"
      let run = try CommandLineRun(try Component.python.path(), [script, folder])
      try #require(run.status == 0, "\(run.errors)")
      let names = try FileAccess.list(folder).filter { $0.hasSuffix(".onnx") }
      let originals = try names.map { try FileAccess.read("\(folder)/\($0)") }
      let path = "\(folder)/damaged.onnx"
      let count = refused(originals, seed: 6, name: folder) { bytes in
        let model = try ONNXModel(decoding: bytes, path: path)
        _ = try ONNXFile.decode(bytes, path: path)
        _ = try ONNXReplay.outputs(of: model, input: [Double](repeating: 0.5, count: model.inputCount))
      }
      #expect((Self.rounds / 10...Self.rounds - 10).contains(count))
    }
  }

  @Test("VNN-LIB")
  func vnnlib() {
    let text =
      VNNLIBTests.declarations + VNNLIBTests.box
      + "(assert (<= (+ (abs (- X_0 0.25)) (abs (- X_1 0.5))) 1))"
      + "(assert (or (and (>= Y_0 Y_1) (<= Y_0 3.5)) (<= (+ (* 2 Y_0) (- Y_1) 1) (- 4 (/ Y_1 2)))))"
    let formulas =
      VNNLIBTests.declarations + "(define-fun eps ((a Real)) Real (* 2 a))"
      + "(assert (let ((d (- Y_0 X_1))) (=> (<= 0 d (eps 1)) (not (= Y_1 d)))))" + VNNLIBTests.box
    let query =
      VNNLIBQueryTests.networks + VNNLIBQueryTests.box + "(assert (or (>= (- Y[2] Z[2]) H[0,1]) (!= Z[0] 1.0)))"
    let originals = [text, formulas, query].map { Array($0.utf8) }
    let count = refused(originals, seed: 3) { _ = try VNNLIBFile.decode($0, path: "file") }
    #expect((Self.rounds / 10...Self.rounds - 10).contains(count))
  }

  @Test("safetensors")
  func safeTensors() throws {
    let weight = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let original = try SafeTensors(
      entries: [
        .init(name: "fc1.weight", tensor: weight, elementType: .float32),
        .init(name: "fc1.bias", tensor: Tensor.zeros([2])),
      ], metadata: ["seed": "2"]
    ).encoded()
    let count = refused([original], seed: 4) { _ = try SafeTensors(decoding: $0, path: "file") }
    #expect((Self.rounds / 10...Self.rounds - 10).contains(count))
  }

  @Test("npz")
  func archives() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let original = try NumPyArchive.encode([("w", tensor), ("b", try Tensor([1, 2]))])
    #expect(try NumPyArchive.decode(original, path: "file").map(\.tensor.array) == [[1, 2, 3, 4, 5, 6], [1, 2]])
    let count = refused([original, CompressedArchive.bytes], seed: 5) { _ = try NumPyArchive.decode($0, path: "file") }
    #expect((Self.rounds / 10...Self.rounds - 10).contains(count))
  }
}
